import fc from 'fast-check';
import { Rational } from '../../src/base/rational.ts';
import type { Ball } from '../../src/number/ball.ts';
import { SCALAR_ARITY, type ScalarOperator } from '../../src/number/scalar.ts';
import type { RoundingMode } from '../../src/number/rounding.ts';

export const ROUNDING_MODES: readonly RoundingMode[] = [
  'half-even', 'half-up', 'half-down', 'half-away', 'half-zero', 'floor', 'ceil', 'to-zero', 'away',
];

export const OPERATORS: readonly ScalarOperator[] = [
  ...(Object.keys(SCALAR_ARITY) as ScalarOperator['op'][]).filter((op) => op !== 'round' && op !== 'staircase').map((op) => ({ op }) as ScalarOperator),
  // One that rises, one that does not, with boundaries that belong to either side.
  ...[[-3, 0, 0.5, 8], [2, -1, 7, 7]].map((values): ScalarOperator => ({
    op: 'staircase', steps: { boundaries: Float64Array.of(-1, 0, 2.25), upper: [true, false, true], values: Float64Array.from(values) },
  })),
  ...ROUNDING_MODES.map((mode) => ({ op: 'round', mode }) as const),
];

/** Doubles of every kind: any, small dyadic (ties!), tiny, huge, float32. */
export const doubles = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.tuple(fc.integer({ min: -64, max: 64 }), fc.integer({ min: -3, max: 3 })).map(([m, e]) => m * 2 ** e),
  fc.double({ noNaN: true, min: -20, max: 20 }),
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -1074, max: -1000 })).map(([m, e]) => m * 2 ** e),
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 900, max: 1019 })).map(([m, e]) => m * 2 ** e),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);

/** A ball and a rational in it. */
export const inexact: fc.Arbitrary<{ ball: Ball; truth: Rational }> = fc.tuple(
  doubles, fc.oneof(fc.constant(0), fc.integer({ min: -60, max: 3 }).map((e) => 2 ** e)), fc.integer({ min: -1000, max: 1000 }),
).map(([value, relative, part]) => {
  const error = relative === 0 ? 0 : Math.min(Math.abs(value), 2 ** 1000) * relative;
  const offset = Rational.multiply(Rational.fromDouble(error), Rational.of(BigInt(part), 1000n));
  return { ball: { value, error }, truth: Rational.add(Rational.fromDouble(value), offset) };
});
