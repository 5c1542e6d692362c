import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { EXAMPLE_FORMATS, parseFormat } from '../../src/number/formats/index.ts';
import { roundDouble, roundRational, type RoundingMode } from '../../src/number/rounding.ts';

/** Numbers of a few dozen units, and far ones. */
const units = fc.oneof(
  fc.tuple(fc.bigInt(-4000n, 4000n), fc.bigInt(1n, 64n)).map(([n, d]) => Rational.of(n, d)),
  fc.tuple(fc.bigInt(-(2n ** 40n), 2n ** 40n), fc.bigInt(1n, 7n)).map(([n, d]) => Rational.of(n, d)),
);

describe('encoding', () => {
  for (const example of EXAMPLE_FORMATS) {
    it(`${example}: greater numbers never get smaller values`, () => {
      const format = parseFormat(example);
      if (format.text.includes('wrap')) return;
      const valueOf = (x: Rational): bigint => format.integer(format.encode(x))!;
      fc.assert(fc.property(units, units, (a, b) => {
        const [less, greater] = Rational.compare(a, b) <= 0 ? [a, b] : [b, a];
        expect(valueOf(less) <= valueOf(greater)).toBe(true);
      }), { numRuns: 300 });
    });

    it(`${example}: what is encoded encodes to itself`, () => {
      const format = parseFormat(example);
      fc.assert(fc.property(units, (x) => {
        const code = format.encode(x);
        expect(format.encode(Rational.fromBigint(format.integer(code)!))).toBe(code);
      }), { numRuns: 100 });
    });
  }
});

/** Each mode written down by floor alone: the integer below, and whether the one above it is taken. */
const FORMULAS: Readonly<Record<RoundingMode, (below: bigint, rest: number, x: Rational) => boolean>> = {
  'half-even': (below, rest) => rest > 0 || (rest === 0 && below % 2n !== 0n),
  'half-up': (_, rest) => rest >= 0,
  'half-down': (_, rest) => rest > 0,
  'half-away': (_, rest, x) => rest > 0 || (rest === 0 && Rational.sign(x) > 0),
  'half-zero': (_, rest, x) => rest > 0 || (rest === 0 && Rational.sign(x) < 0),
  floor: () => false,
  ceil: () => true,
  'to-zero': (_, __, x) => Rational.sign(x) < 0,
  away: (_, __, x) => Rational.sign(x) > 0,
};

describe('rounding', () => {
  for (const [mode, goesUp] of Object.entries(FORMULAS) as [RoundingMode, typeof FORMULAS[RoundingMode]][]) {
    it(`${mode}: rationals and doubles by a formula of floor`, () => {
      const eighths = fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((n) => n / 8);
      fc.assert(fc.property(fc.oneof(units, eighths.map(Rational.fromDouble)), (x) => {
        const below = Rational.floor(x);
        const fraction = Rational.subtract(x, Rational.fromBigint(below));
        const up = Rational.sign(fraction) !== 0 && goesUp(below, Rational.compare(fraction, Rational.HALF), x);
        const wanted = up ? below + 1n : below;
        expect(roundRational(x, mode)).toBe(wanted);
        const double = Rational.toDouble(x);
        if (Rational.compare(Rational.fromDouble(double), x) === 0) expect(roundDouble(double, mode)).toBe(Number(wanted));
      }), { numRuns: 2000 });
    });
  }
});
