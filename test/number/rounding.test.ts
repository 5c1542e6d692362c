import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { roundDouble, roundRational } from '../../src/number/rounding.ts';
import { doubles, ROUNDING_MODES } from './arbitraries.ts';

const TABLE = {
  //             -2.5 -1.5 -1.25 -0.75 -0.5 -0.25 0.25 0.5 0.75 1.25 1.5 2.5
  'half-even': [-2, -2, -1, -1, 0, 0, 0, 0, 1, 1, 2, 2],
  'half-up': [-2, -1, -1, -1, 0, 0, 0, 1, 1, 1, 2, 3],
  'half-down': [-3, -2, -1, -1, -1, 0, 0, 0, 1, 1, 1, 2],
  'half-away': [-3, -2, -1, -1, -1, 0, 0, 1, 1, 1, 2, 3],
  'half-zero': [-2, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 2],
  floor: [-3, -2, -2, -1, -1, -1, 0, 0, 0, 1, 1, 2],
  ceil: [-2, -1, -1, 0, 0, 0, 1, 1, 1, 2, 2, 3],
  'to-zero': [-2, -1, -1, 0, 0, 0, 0, 0, 0, 1, 1, 2],
  away: [-3, -2, -2, -1, -1, -1, 1, 1, 1, 2, 2, 3],
} as const;
const NUMBERS = [-2.5, -1.5, -1.25, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.25, 1.5, 2.5];

describe('rounding', () => {
  it.each(ROUNDING_MODES)('%s', (mode) => {
    expect(NUMBERS.map((x) => roundDouble(x, mode))).toEqual(TABLE[mode]);
    expect(NUMBERS.map((x) => Number(roundRational(Rational.fromDouble(x), mode)))).toEqual(TABLE[mode]);
  });

  it('is the same for doubles and rationals, also next to a tie', () => {
    fc.assert(fc.property(doubles, fc.constantFrom(...ROUNDING_MODES), (x, mode) => {
      const rounded = roundDouble(x, mode);
      expect(Object.is(rounded, -0)).toBe(false);
      expect(BigInt(rounded)).toBe(roundRational(Rational.fromDouble(x), mode));
    }), { numRuns: 3000 });
    expect(roundDouble(0.49999999999999994, 'half-away')).toBe(0);
    expect(roundDouble(-5e-324, 'floor')).toBe(-1);
    expect(roundDouble(4503599627370497.5, 'half-even')).toBe(4503599627370498);
  });
});
