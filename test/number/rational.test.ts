import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitLength, greatestCommonDivisor, squareRootFloor } from '../../src/base/bigint.ts';
import { Rational } from '../../src/base/rational.ts';
import { doubles } from './arbitraries.ts';

const bigints = fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n });
const rationals = fc.tuple(bigints, fc.bigInt({ min: 1n, max: 2n ** 200n })).map(([n, d]) => Rational.of(n, d));

describe('Rational', () => {
  it('is in lowest terms with a positive denominator', () => {
    expect(Rational.of(6n, -8n).toString()).toBe('-3/4');
    expect(Rational.of(-12n, 4n).toString()).toBe('-3');
    expect(Rational.of(0n, 8n).toString()).toBe('0');
    expect(() => Rational.of(1n, 0n)).toThrow(RangeError);
    fc.assert(fc.property(rationals, ({ numerator, denominator }) => {
      expect(denominator > 0n).toBe(true);
      expect(greatestCommonDivisor(numerator, denominator)).toBe(1n);
    }));
  });

  it('is a field', () => {
    const same = (a: Rational, b: Rational): void => expect(a.toString()).toBe(b.toString());
    fc.assert(fc.property(rationals, rationals, rationals, (a, b, c) => {
      same(Rational.subtract(Rational.add(a, b), b), a);
      same(Rational.multiply(a, Rational.add(b, c)), Rational.add(Rational.multiply(a, b), Rational.multiply(a, c)));
      if (Rational.sign(b) !== 0) same(Rational.multiply(Rational.divide(a, b), b), a);
      expect(Rational.compare(a, b)).toBe(Rational.sign(Rational.subtract(a, b)));
      const floor = Rational.of(Rational.floor(a));
      expect(Rational.compare(floor, a)).toBeLessThanOrEqual(0);
      expect(Rational.compare(a, Rational.add(floor, Rational.ONE))).toBe(-1);
    }));
  });

  it('holds every double and gives it back', () => {
    fc.assert(fc.property(doubles, (x) => {
      expect(Rational.toDouble(Rational.fromDouble(x))).toBe(x + 0);
    }), { numRuns: 3000 });
    expect(Rational.fromDouble(0.1).toString()).toBe('3602879701896397/36028797018963968');
    expect(() => Rational.fromDouble(NaN)).toThrow(RangeError);
  });

  it('rounds to the nearest double as division of integers does', () => {
    const integers = fc.maxSafeInteger().filter((n) => n !== 0);
    fc.assert(fc.property(integers, integers, (n, d) => {
      expect(Rational.toDouble(Rational.of(BigInt(n), BigInt(d)))).toBe(n / d);
    }), { numRuns: 2000 });
    const tie = Rational.fromDouble(1 + 2 ** -52);
    expect(Rational.toDouble(Rational.add(tie, Rational.dyadic(1n, -53)))).toBe(1 + 2 ** -51);
    expect(Rational.toDouble(Rational.add(tie, Rational.dyadic(2n ** 900n - 1n, -953)))).toBe(1 + 2 ** -52);
    expect(Rational.toDouble(Rational.dyadic(3n, -1075))).toBe(2 * 2 ** -1074);
    expect(Rational.toDouble(Rational.dyadic(1n, -1075))).toBe(0);
    expect(Rational.toDouble(Rational.dyadic(2n ** 54n - 1n, 970))).toBe(Infinity);
    expect(Rational.toDouble(Rational.dyadic(-1n, 5000))).toBe(-Infinity);
  });

  it('subnormal and huge numbers round once', () => {
    fc.assert(fc.property(doubles, fc.integer({ min: 1, max: 60 }), (x, bits) => {
      // A number a little off x rounds to x.
      const ulp = Rational.dyadic(1n, -1075 - bits);
      const value = Rational.fromDouble(x);
      expect(Rational.toDouble(Rational.add(value, ulp))).toBe(x + 0);
      expect(Rational.toDouble(Rational.subtract(value, ulp))).toBe(x + 0);
    }));
  });

  it('square roots are exact or absent', () => {
    fc.assert(fc.property(rationals, (a) => {
      expect(Rational.sqrtExact(Rational.multiply(a, a))?.toString()).toBe(Rational.absolute(a).toString());
    }));
    expect(Rational.sqrtExact(Rational.of(2n))).toBeUndefined();
    expect(Rational.sqrtExact(Rational.of(-4n))).toBeUndefined();
  });
});

describe('bigints', () => {
  it('bitLength counts binary digits', () => {
    fc.assert(fc.property(bigints, (n) => {
      expect(bitLength(n)).toBe(n === 0n ? 0 : (n < 0n ? -n : n).toString(2).length);
    }));
  });

  it('squareRootFloor is the floor', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 300n }), (n) => {
      const root = squareRootFloor(n);
      expect(root * root <= n && n < (root + 1n) * (root + 1n)).toBe(true);
    }));
  });
});
