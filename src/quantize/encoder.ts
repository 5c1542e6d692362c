import { integerRange, type NumberFormat } from '../number/formats/index.ts';
import { roundDouble, wrapped } from '../number/rounding.ts';
import { stepOf } from '../number/staircase.ts';

/** Largest magnitude of an integer weight that is made, in units of its format: products with it fit the hardware's accumulators. */
export const MOST_UNITS = 2 ** 30;

/** The integer (in units of the format) that a double becomes: what the layer `Format` makes of it where the double is exact. */
export function encoderOf(format: NumberFormat): (units: number) => number {
  const { quantizer } = format;
  if (quantizer.kind === 'staircase') {
    const { integers, boundaries, upper } = quantizer;
    const steps = { boundaries, upper, values: integers };
    return (units) => integers[stepOf(steps, units)];
  }
  const { low, high, rounding, overflow } = quantizer;
  if (overflow === 'saturate') return (units) => roundDouble(Math.min(high, Math.max(low, units)), rounding);
  return (units) => wrapped(roundDouble(units, rounding), low, high);
}

/**
 * The integer on which the largest magnitude goes: the largest that is there with both signs, where the format has both. Formats of a
 * wide range (floats) put it lower, on their largest integer up to 2^30.
 */
export function fullScale(format: NumberFormat): number {
  const { low, high } = integerRange(format);
  const wanted = Math.min(MOST_UNITS, low < 0 && high > 0 ? Math.min(-low, high) : Math.max(-low, high));
  return Math.abs(encoderOf(format)(high > 0 ? wanted : -wanted));
}
