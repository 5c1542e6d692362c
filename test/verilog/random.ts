/** A small generator of pseudo-random numbers: equal seeds give equal tests. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x5bd1e995) >>> 0;
  }

  /** 32 random bits. */
  bits(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** A whole number from `low` to `high`, both possible. */
  integer(low: number, high: number): number {
    return low + this.bits() % (high - low + 1);
  }

  chance(percent: number): boolean {
    return this.bits() % 100 < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.bits() % list.length];
  }

  /** A value of `width` bits; now and then all zeros, all ones or a single one, where errors like to hide. */
  value(width: number): bigint {
    const kind = this.integer(0, 9);
    if (kind === 0) return 0n;
    if (kind === 1) return (1n << BigInt(width)) - 1n;
    if (kind === 2) return 1n << BigInt(this.integer(0, width - 1));
    let value = 0n;
    for (let bits = 0; bits < width; bits += 32) value = (value << 32n) | BigInt(this.bits());
    return BigInt.asUintN(width, value);
  }
}
