import fc from 'fast-check';
import { expect } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { pointEnclosure } from '../../src/number/enclosure.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';

/** Numbers whose sums are sometimes exact and sometimes not. */
export const elements = fc.oneof(
  fc.integer({ min: -8, max: 8 }),
  fc.integer({ min: -128, max: 127 }).map((n) => n / 16),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  fc.integer({ min: -9, max: 9 }).map((n) => n * 2 ** -1074),
);

/** A tensor and the rationals that it stands for; some are thirds, of which no double is one. */
export interface Known { readonly tensor: RealTensor; readonly truth: readonly Rational[] }

export function known(shape: readonly number[], inexact: boolean): fc.Arbitrary<Known> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return fc.array(fc.tuple(elements, fc.boolean()), { minLength: size, maxLength: size }).map((entries) => {
    const truth = entries.map(([value, third]) =>
      (inexact && third ? Rational.divide(Rational.fromDouble(value), Rational.of(3n)) : Rational.fromDouble(value)));
    const values = Float64Array.from(truth, Rational.toDouble);
    if (!inexact) return { tensor: { shape, values }, truth };
    const errors = values.map((value, i) =>
      (Rational.compare(Rational.fromDouble(value), truth[i]) === 0 ? 0 : Math.abs(value) * 2 ** -52 + 2 ** -1074));
    return { tensor: { shape, values, errors, exact: (i) => pointEnclosure(truth[i]) }, truth };
  });
}

/** Every element is what the tensor says: exactly where it has no error, within its error and by `exact` where it has one. */
export function expectTruth(tensor: RealTensor, truth: readonly Rational[]): void {
  expect(tensor.values.length).toBe(truth.length);
  truth.forEach((expected, i) => {
    const value = Rational.fromDouble(tensor.values[i]);
    const error = tensor.errors === undefined ? 0 : tensor.errors[i];
    const distance = Rational.absolute(Rational.subtract(value, expected));
    if (error !== Infinity) expect(Rational.compare(distance, Rational.fromDouble(error))).toBeLessThanOrEqual(0);
    if (error !== 0) {
      const { low, high } = tensor.exact!(i, 64);
      expect(low.toString()).toBe(expected.toString());
      expect(high.toString()).toBe(expected.toString());
    }
  });
}
