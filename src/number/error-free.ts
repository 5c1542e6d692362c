import { Rational } from '../base/rational.ts';

/** a + b - sum exactly, for the rounded sum of two doubles that did not overflow (Knuth's TwoSum). */
export function sumError(a: number, b: number, sum: number): number {
  const bPart = sum - a;
  const aPart = sum - bPart;
  return (a - aPart) + (b - bPart);
}

/** Splits a double into two of 26 bits each (Veltkamp); above 2^996 it would overflow. */
const SPLITTER = 2 ** 27 + 1;
const LARGEST_SPLIT = 2 ** 990;

/** Below this a product's rounding error may itself be no double. */
const SMALLEST_PRODUCT = 2 ** -960;

/** Whether `productError` is exact for these factors and their rounded product. */
export function isSplittable(a: number, b: number, product: number): boolean {
  return Math.abs(a) < LARGEST_SPLIT && Math.abs(b) < LARGEST_SPLIT
    && Math.abs(product) > SMALLEST_PRODUCT && Math.abs(product) < LARGEST_SPLIT;
}

/** a * b - product exactly, for the rounded product of two splittable doubles (Dekker). */
export function productError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow;
}

/** Whether a * b is exactly `product`, whatever the sizes. */
export function isExactProduct(a: number, b: number, product: number): boolean {
  if (a * b !== product || !Number.isFinite(product)) return false;
  if (a === 0 || b === 0) return product === 0;
  if (isSplittable(a, b, product)) return productError(a, b, product) === 0;
  const exact = Rational.multiply(Rational.fromDouble(a), Rational.fromDouble(b));
  return Rational.compare(exact, Rational.fromDouble(product)) === 0;
}
