import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { applyBall, type Ball } from '../../src/number/ball.ts';
import { DomainError, UndecidedError } from '../../src/number/domain-error.ts';
import { applyExact, pointEnclosure, type Enclosure } from '../../src/number/enclosure.ts';
import { direction } from '../../src/number/monotone.ts';
import { SCALAR_ARITY, type ScalarOperator } from '../../src/number/scalar.ts';
import { OPERATORS } from './arbitraries.ts';

const points = fc.oneof(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -24, max: 24 }).map((n) => n / 4));

describe('direction', () => {
  it('is never contradicted by two points of the ranges', () => {
    fc.assert(fc.property(
      fc.constantFrom(...OPERATORS), fc.array(fc.tuple(points, points), { minLength: 3, maxLength: 3 }), fc.nat(2), points,
      (operator, ranges, nth, spare) => {
        const arity = SCALAR_ARITY[operator.op];
        const position = nth % arity;
        const [x1, x2] = ranges[position].slice().sort((a, b) => a - b);
        // The others are anywhere in their ranges; the first or second end stands for the value they have.
        const balls: Ball[] = ranges.slice(0, arity).map(([a, b]) => ({ value: (a + b) / 2, error: Math.abs(a - b) / 2 }));
        const found = direction(operator, position, balls);
        if (found === 'unknown') return;
        const others = ranges.map(([a, b]) => (spare > 0 ? a : b));
        const at = (x: number): Enclosure => applyExact(operator,
          others.slice(0, arity).map((other, i) => pointEnclosure(Rational.fromDouble(i === position ? x : other))), 256);
        let left: Enclosure;
        let right: Enclosure;
        try {
          [left, right] = [at(x1), at(x2)];
        } catch (error) {
          if (error instanceof DomainError || error instanceof UndecidedError) return;
          throw error;
        }
        if (found !== 'falling') expect(Rational.compare(left.low, right.high)).toBeLessThanOrEqual(0);
        if (found !== 'rising') expect(Rational.compare(right.low, left.high)).toBeLessThanOrEqual(0);
      },
    ), { numRuns: 20000 });
  });

  const range = (low: number, high: number): Ball => ({ value: (low + high) / 2, error: (high - low) / 2 });
  const is = (value: number): Ball => range(value, value);
  it.each([
    [{ op: 'multiply' }, 0, [range(-9, 9), is(-0.1)], 'falling'],
    [{ op: 'multiply' }, 1, [is(0.1), range(-9, 9)], 'rising'],
    [{ op: 'multiply' }, 0, [range(-9, 9), is(0)], 'constant'],
    [{ op: 'multiply' }, 0, [range(-9, 9), range(-1, 1)], 'unknown'],
    [{ op: 'divide' }, 0, [range(-9, 9), is(-3)], 'falling'],
    [{ op: 'divide' }, 1, [is(1), range(1, 9)], 'falling'],
    [{ op: 'divide' }, 1, [is(1), range(-1, 9)], 'unknown'],
    [{ op: 'subtract' }, 1, [is(1), range(-1, 9)], 'falling'],
    [{ op: 'power' }, 0, [range(0, 9), is(0.5)], 'rising'],
    [{ op: 'power' }, 0, [range(-9, 9), is(3)], 'rising'],
    [{ op: 'power' }, 0, [range(-9, 9), is(2)], 'unknown'],
    [{ op: 'power' }, 0, [range(-9, -1), is(2)], 'falling'],
    [{ op: 'less' }, 0, [range(-9, 9), is(1)], 'falling'],
    [{ op: 'less-equal' }, 1, [is(1), range(-9, 9)], 'rising'],
    [{ op: 'select' }, 0, [range(0, 1), is(1), is(-1)], 'rising'],
    [{ op: 'select' }, 0, [range(0, 1), is(-1), is(1)], 'falling'],
    [{ op: 'round', mode: 'floor' }, 0, [range(-9, 9)], 'rising'],
    [{ op: 'absolute' }, 0, [range(-9, 9)], 'unknown'],
  ] as [ScalarOperator, number, Ball[], string][])('%j in argument %d', (operator, position, args, expected) => {
    expect(direction(operator, position, args)).toBe(expected);
  });

  it('of sigmoid over a wide range needs no value outside of the range of doubles', () => {
    expect(applyBall({ op: 'exponential' }, [range(-1e5, 1e5)]).error).toBe(Infinity);
    expect(direction({ op: 'exponential' }, 0, [range(-1e5, 1e5)])).toBe('rising');
  });
});
