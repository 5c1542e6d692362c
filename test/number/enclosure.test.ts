import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { DomainError, UndecidedError } from '../../src/number/domain-error.ts';
import { applyExact, isPoint, pointEnclosure, refine, type Enclosure } from '../../src/number/enclosure.ts';
import { roundRational } from '../../src/number/rounding.ts';
import { SCALAR_ARITY, type ScalarOperator } from '../../src/number/scalar.ts';
import { OPERATORS } from './arbitraries.ts';

function decimal(text: string): Rational {
  const [whole, fraction = ''] = text.split('.');
  return Rational.of(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}

function apply(op: string, values: readonly (number | Rational)[], precision = 256): Enclosure {
  const points = values.map((value) => pointEnclosure(typeof value === 'number' ? Rational.fromDouble(value) : value));
  return applyExact({ op } as ScalarOperator, points, precision);
}

/** An interval whose endpoints both begin with these digits. */
function expectDigits(enclosure: Enclosure, digits: string): void {
  const places = digits.split('.')[1].length;
  const ulp = Rational.of(1n, 10n ** BigInt(places));
  const first = decimal(digits);
  expect(Rational.compare(enclosure.low, first)).toBeGreaterThanOrEqual(0);
  expect(Rational.compare(enclosure.high, Rational.add(first, ulp))).toBeLessThanOrEqual(0);
  expect(Rational.compare(enclosure.low, enclosure.high)).toBeLessThan(0);
}

describe('enclosures of irrational functions', () => {
  it.each([
    ['exponential', 1, '2.71828182845904523536028747135266249775724709369995'],
    ['logarithm', 2, '0.69314718055994530941723212145817656807550013436025'],
    ['square-root', 2, '1.41421356237309504880168872420969807856967187537694'],
    ['tanh', 1, '0.76159415595576488811945828260479359041276859725793'],
    ['sigmoid', 1, '0.73105857863000487925115924182183627436514464016505'],
    ['error-function', 1, '0.84270079294971486934122063508260925929606699796630'],
    ['error-function', 3, '0.99997790950300141455862722387041767962015229291260'],
  ])('%s(%d)', (op, x, digits) => {
    expectDigits(apply(op, [x]), digits);
  });

  it('power(2, 0.3) with the exponent 3/10', () => {
    expectDigits(apply('power', [2, Rational.of(3n, 10n)]), '1.23114441334491628449939306916774310987613776110081');
  });

  it('narrow with precision, also for tiny, huge and nearly special arguments', () => {
    const cases: [string, number[]][] = [
      ['exponential', [-700.5, -1e-300, 1e-20, 3, 700, 60000]], ['logarithm', [5e-324, 1 - 2 ** -53, 1 + 2 ** -52, 1e300]],
      ['sigmoid', [-800, -1, 1e-300, 30, 800]], ['tanh', [1e-300, -0.3, 20]], ['error-function', [-5e-324, 0.5, 5, 12]],
      ['square-root', [1e-323, 3, 1e301]],
    ];
    for (const [op, arguments_] of cases) {
      for (const x of arguments_) {
        for (const precision of [64, 200, 512]) {
          const { low, high } = apply(op, [x], precision);
          const width = Rational.subtract(high, low);
          const magnitude = Rational.maximum(Rational.absolute(low), Rational.absolute(high));
          expect(Rational.sign(width), `${op} ${x}`).toBe(1);
          const relative = Rational.divide(width, magnitude);
          const bound = Rational.dyadic(1n, -precision);
          expect(Rational.compare(relative, bound), `${op} ${x} at ${precision}`).toBeLessThanOrEqual(0);
        }
      }
    }
  });

  it('lie within those of less precision', () => {
    const unary = OPERATORS.filter((operator) => SCALAR_ARITY[operator.op] === 1);
    fc.assert(fc.property(fc.constantFrom(...unary), fc.double({ min: 1e-9, max: 50, noNaN: true }), (operator, x) => {
      const point = pointEnclosure(Rational.fromDouble(x));
      const rough = applyExact(operator, [point], 64);
      const fine = applyExact(operator, [point], 320);
      expect(Rational.compare(rough.low, fine.high)).toBeLessThanOrEqual(0);
      expect(Rational.compare(rough.high, fine.low)).toBeGreaterThanOrEqual(0);
    }), { numRuns: 500 });
  });

  it('stay below 1 where the function does', () => {
    for (const [op, x] of [['sigmoid', 300], ['tanh', 150], ['error-function', 15]] as const) {
      const floor = refine(
        (precision) => applyExact({ op: 'round', mode: 'floor' }, [apply(op, [x], precision)], precision), isPoint,
      );
      expect(floor.low.toString()).toBe('0');
    }
  });
});

describe('exact results', () => {
  it('are points', () => {
    const quarter = Rational.of(1n, 4n);
    const cases: [Enclosure, string][] = [
      [apply('exponential', [0]), '1'], [apply('logarithm', [1]), '0'], [apply('sigmoid', [0]), '1/2'], [apply('tanh', [0]), '0'],
      [apply('error-function', [0]), '0'], [apply('square-root', [Rational.of(9n, 4n)]), '3/2'],
      [apply('power', [Rational.of(2n, 3n), 3]), '8/27'], [apply('power', [quarter, -1.5]), '8'],
      [apply('power', [16, 0.25]), '2'],
      [apply('power', [-2, 3]), '-8'], [apply('power', [0, 0]), '1'], [apply('divide', [1, 3]), '1/3'],
    ];
    for (const [enclosure, text] of cases) {
      expect(isPoint(enclosure)).toBe(true);
      expect(enclosure.low.toString()).toBe(text);
    }
    expect(isPoint(apply('power', [2, 0.5]))).toBe(false);
  });

  it('a product with zero is zero however wide the other factor', () => {
    const product = applyExact({ op: 'multiply' }, [apply('square-root', [2]), pointEnclosure(Rational.ZERO)], 64);
    expect(isPoint(product)).toBe(true);
  });

  it('do not exist outside of the domain', () => {
    for (const [op, ...values] of [['divide', 1, 0], ['logarithm', 0], ['logarithm', -1], ['square-root', -1], ['power', -1, 0.5],
      ['power', 0, -1]] as const) {
      expect(() => apply(op, values), op).toThrow(DomainError);
    }
  });
});

describe('refine', () => {
  it('decides ties of x / scale', () => {
    fc.assert(fc.property(
      fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(1e-30), max: Math.fround(1e30) }),
      fc.integer({ min: -100000, max: 100000 }), fc.integer({ min: -1, max: 1 }),
      (scale, k, nudge) => {
        const half = Rational.of(BigInt(2 * k + 1), 2n);
        const tiny = Rational.of(BigInt(nudge), 10n ** 60n);
        const x = Rational.multiply(Rational.fromDouble(scale), Rational.add(half, tiny));
        const quotient = (precision: number): Enclosure => apply('divide', [x, scale], precision);
        const decided = refine(
          (precision) => applyExact({ op: 'round', mode: 'half-even' }, [quotient(precision)], precision), isPoint,
        );
        const expected = nudge === 0 ? roundRational(half, 'half-even') : BigInt(nudge > 0 ? k + 1 : k);
        expect(decided.low.numerator).toBe(expected);
      },
    ));
  });

  it('goes on past what few bits decide and gives up on what none decide', () => {
    const root = (precision: number): Enclosure => apply('square-root', [2], precision);
    const near = Rational.add(root(600).low, Rational.dyadic(1n, -500));
    const below = refine((precision) => applyExact({ op: 'less' }, [root(precision), pointEnclosure(near)], precision), isPoint);
    expect(below.low.toString()).toBe('1');
    const zero = (precision: number): Enclosure => applyExact({ op: 'subtract' }, [root(precision), root(precision)], precision);
    expect(() => refine(zero, isPoint)).toThrow(/4096 bits/);
    expect(() => refine(() => { throw new UndecidedError('never'); }, isPoint)).toThrow(/4096 bits/);
  });
});
