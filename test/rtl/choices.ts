/**
 * Reads decisions off a list of whole numbers. Past its end the last number breeds more; where it is 0 (or there is none), every
 * decision is the first one, so that shorter lists of smaller numbers mean simpler things.
 */
export class Choices {
  private at = 0;
  private bred: number;

  constructor(private readonly numbers: readonly number[]) {
    const last = numbers[numbers.length - 1] ?? 0;
    this.bred = last === 0 ? 0 : 2 * last + 1;
  }

  /** From 0 to `count` - 1. */
  below(count: number): number {
    if (this.at < this.numbers.length) return this.numbers[this.at++] % count;
    this.bred = Math.imul(this.bred, 0x2c9277b5);
    return ((this.bred ^ (this.bred >>> 15)) >>> 3) % count;
  }

  /** From `low` to `high`, both possible. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** False where the list is at its end. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** `width` bits: 0, all ones, only the topmost, or anything. */
  value(width: number): bigint {
    const kind = this.below(5);
    if (kind === 0) return 0n;
    if (kind === 1) return (1n << BigInt(width)) - 1n;
    if (kind === 2) return 1n << BigInt(width - 1);
    // Few decisions make many bits: a linear congruential sequence modulo 2^64 (Knuth), its upper halves.
    let state = BigInt(this.below(0x40000000));
    let value = 0n;
    for (let bits = 0; bits < width; bits += 32) {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
      value = (value << 32n) | (state >> 32n);
    }
    return BigInt.asUintN(width, value);
  }
}
