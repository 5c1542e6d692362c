/** Number of bits of the magnitude: 0 for 0, 1 for ±1, 2 for ±2 and ±3. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const digits = absolute(value).toString(16);
  return 4 * digits.length - (Math.clz32(parseInt(digits[0], 16)) - 28);
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Greatest common divisor of the magnitudes; 0 for two zeros. */
export function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [absolute(left), absolute(right)];
  while (b > MACHINE_INTEGER) [a, b] = [b, a % b];
  if (b === 0n) return a;
  // Both fit a double from here on: remainders are exact and much faster.
  let [x, y] = [Number(b), Number(a % b)];
  while (y !== 0) [x, y] = [y, x % y];
  return BigInt(x);
}

const MACHINE_INTEGER = BigInt(Number.MAX_SAFE_INTEGER);

/** Largest integer not above numerator / denominator; the denominator is positive. */
export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/** value * 2^places, rounded down where places is negative. */
export function shift(value: bigint, places: number): bigint {
  return places >= 0 ? value << BigInt(places) : value >> BigInt(-places);
}

/** Largest integer whose square is not above `value`, which is not negative. */
export function squareRootFloor(value: bigint): bigint {
  if (value < 0n) throw new RangeError('square root of a negative integer');
  if (value === 0n) return 0n;
  // Newton's iteration from above decreases until it reaches the floor.
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** The smallest positive integer that both divide; both above 0. */
export function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return (a / greatestCommonDivisor(a, b)) * b;
}
