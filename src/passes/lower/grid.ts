import { greatestCommonDivisor, leastCommonMultiple } from '../../base/bigint.ts';
import { Rational } from '../../base/rational.ts';
import type { RealTensor } from '../../graph/tensor.ts';

/** Largest magnitude of an integer weight: what 32 bits hold. Reals that need more are not quantized. */
export const LARGEST_WEIGHT = 2 ** 31 - 1;

/**
 * The largest g > 0 of which all numbers are integer multiples, exactly; 0 if all are 0. Doubles are binary fractions, and the
 * remainder of two doubles is exact (IEEE 754), so Euclid's algorithm needs no other arithmetic. Gives up, with undefined, when the
 * multiples would exceed `LARGEST_WEIGHT`: those numbers lie on no useful grid.
 */
export function commonDivisor(values: Iterable<number>): number | undefined {
  let divisor = 0;
  let largest = 0;
  for (const value of values) {
    const magnitude = Math.abs(value);
    if (magnitude === 0) continue;
    if (magnitude > largest) largest = magnitude;
    let a = magnitude;
    let b = divisor;
    while (b !== 0) [a, b] = [b, a % b];
    divisor = a;
    if (largest / divisor > LARGEST_WEIGHT) return undefined;
  }
  return divisor;
}

/** The same over rationals. */
export function commonDivisorOfRationals(values: Iterable<Rational>): Rational {
  let numerator = 0n;
  let denominator = 1n;
  for (const value of values) {
    if (value.numerator === 0n) continue;
    const scale = leastCommonMultiple(denominator, value.denominator);
    numerator = greatestCommonDivisor(numerator * (scale / denominator), value.numerator * (scale / value.denominator));
    denominator = scale;
  }
  return Rational.of(numerator, denominator);
}

/** The element as a rational, where it is known to be one. */
export function rationalElement(tensor: RealTensor, index: number): Rational | undefined {
  if (tensor.errors === undefined || tensor.errors[index] === 0) return Rational.fromDouble(tensor.values[index]);
  const enclosure = tensor.exact!(index, 128);
  return Rational.compare(enclosure.low, enclosure.high) === 0 ? enclosure.low : undefined;
}
