import { DomainError } from './domain-error.ts';
import { isExactProduct, isSplittable, productError, sumError } from './error-free.ts';

/** A real number known to lie within `error` of `value`; `error` is 0 where it is exactly `value`. Never NaN. */
export interface Ball {
  readonly value: number;
  readonly error: number;
}

/** A real number about which nothing is known. */
export const UNKNOWN: Ball = { value: 0, error: Infinity };

/** Relative rounding error of one operation in doubles. */
const UNIT = 2 ** -53;

/** Covers the roundings of an expression of fewer than 16 nonnegative doubles, with `TINY` for what underflows. */
const SLACK = 1 + 2 ** -48;
const TINY = 2 ** -1070;

/** Exactly `value`; -0 becomes 0. */
export function exactly(value: number): Ball {
  return { value: value + 0, error: 0 };
}

/** Within `bound` of `value`, where `bound` was computed in doubles of nonnegative terms. */
export function within(value: number, bound: number): Ball {
  const error = bound * SLACK + TINY;
  return Number.isFinite(value) && error === error ? { value, error } : UNKNOWN;
}

/** A double not above the least number of the ball. */
export function lowest({ value, error }: Ball): number {
  const low = value - error;
  return error === 0 || sumError(value, -error, low) >= 0 ? low : below(low);
}

/** A double not below the greatest number of the ball. */
export function highest({ value, error }: Ball): number {
  const high = value + error;
  return error === 0 || sumError(value, error, high) <= 0 ? high : above(high);
}

/** A double less than x by more than a rounding error. */
export function below(x: number): number {
  return x - Math.abs(x) * 2 ** -52 - Number.MIN_VALUE;
}

export function above(x: number): number {
  return x + Math.abs(x) * 2 ** -52 + Number.MIN_VALUE;
}

/** Every number from `low` to `high`. */
export function between(low: number, high: number): Ball {
  if (low === high) return exactly(low);
  const middle = low / 2 + high / 2;
  const radius = Math.max(high - middle, middle - low);
  return isSum(middle, -radius, low) && isSum(middle, radius, high) ? { value: middle, error: radius } : within(middle, radius);
}

function isSum(a: number, b: number, sum: number): boolean {
  return a + b === sum && sumError(a, b, sum) === 0;
}

export function addBalls(a: Ball, b: Ball): Ball {
  const value = a.value + b.value;
  if (!Number.isFinite(value)) return UNKNOWN;
  const rounding = Math.abs(sumError(a.value, b.value, value));
  if (rounding === 0 && a.error === 0 && b.error === 0) return exactly(value);
  return within(value, a.error + b.error + rounding);
}

export function negateBall({ value, error }: Ball): Ball {
  return { value: 0 - value, error };
}

export function multiplyBalls(a: Ball, b: Ball): Ball {
  if (isZero(a) || isZero(b)) return exactly(0);
  const value = a.value * b.value;
  const exactFactors = a.error === 0 && b.error === 0;
  if (exactFactors && isExactProduct(a.value, b.value, value)) return exactly(value);
  const rounding = isSplittable(a.value, b.value, value)
    ? Math.abs(productError(a.value, b.value, value))
    : Math.abs(value) * UNIT;
  if (exactFactors) return within(value, rounding);
  return within(value, rounding + Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error);
}

/** @throws DomainError where b is exactly 0 */
export function divideBalls(a: Ball, b: Ball): Ball {
  if (isZero(b)) throw new DomainError('division by zero');
  if (isZero(a)) return exactly(0);
  const value = a.value / b.value;
  const least = (Math.abs(b.value) - b.error) * (1 - 2 ** -52);
  if (!(least > 0) || !Number.isFinite(value)) return UNKNOWN;
  if (a.error === 0 && b.error === 0 && isExactProduct(value, b.value, a.value)) return exactly(value);
  const rounding = Math.abs(value) * UNIT;
  if (a.error === 0 && b.error === 0) return within(value, rounding);
  // A/B - a/b = (A - a)/B - (a/b)(B - b)/B; TINY for a quotient that underflows before it is multiplied.
  return within(value, rounding + a.error / least + Math.abs(value) * (b.error / least + TINY));
}

/** @throws DomainError where a is surely negative */
export function squareRootOfBall(a: Ball): Ball {
  const high = highest(a);
  if (high < 0) throw new DomainError('square root of a negative number');
  if (isZero(a)) return a;
  const low = lowest(a);
  if (low <= 0) return between(0, above(Math.sqrt(high)));
  const value = Math.sqrt(a.value);
  if (a.error === 0) return isExactProduct(value, value, a.value) ? exactly(value) : within(value, value * UNIT);
  // |sqrt A - sqrt a| <= |A - a| / sqrt a, for positive a; sqrt rounds correctly.
  return within(value, value * UNIT + a.error / value);
}

export function isZero(a: Ball): boolean {
  return a.value === 0 && a.error === 0;
}
