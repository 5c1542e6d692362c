import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { applyBall, DomainError, type Ball } from '../../src/number/ball.ts';
import { UndecidedError } from '../../src/number/domain-error.ts';
import { applyExact, isPoint, pointEnclosure, type Enclosure } from '../../src/number/enclosure.ts';
import { SCALAR_ARITY, type ScalarOperator } from '../../src/number/scalar.ts';
import { doubles, inexact, OPERATORS } from './arbitraries.ts';

function attempt<T>(compute: () => T): T | DomainError | UndecidedError {
  try {
    return compute();
  } catch (error) {
    if (error instanceof DomainError || error instanceof UndecidedError) return error;
    throw error;
  }
}

/** Whether some number of the enclosure lies in the ball. */
function meets(ball: Ball, exact: Enclosure): boolean {
  expect(Number.isFinite(ball.value)).toBe(true);
  expect(ball.error).toBeGreaterThanOrEqual(0);
  if (ball.error === Infinity) return true;
  const [value, error] = [Rational.fromDouble(ball.value), Rational.fromDouble(ball.error)];
  return Rational.compare(Rational.subtract(value, error), exact.high) <= 0
    && Rational.compare(Rational.add(value, error), exact.low) >= 0;
}

function name(operator: ScalarOperator): string {
  return operator.op === 'round' ? `round ${operator.mode}` : operator.op;
}

describe.each(OPERATORS.map((operator) => ({ operator, name: name(operator) })))('ball of $name', ({ operator }) => {
  const arity = SCALAR_ARITY[operator.op];

  it('holds the exact result; without error it is the exact result', () => {
    fc.assert(fc.property(fc.array(doubles, { minLength: arity, maxLength: arity }), (values) => {
      const exact = attempt(() => applyExact(operator, values.map((v) => pointEnclosure(Rational.fromDouble(v))), 128));
      const ball = attempt(() => applyBall(operator, values.map((value) => ({ value, error: 0 }))));
      if (ball instanceof Error) {
        expect(exact).toBeInstanceOf(DomainError);
      } else if (!(exact instanceof Error)) {
        expect(meets(ball, exact)).toBe(true);
        if (ball.error === 0) {
          expect(isPoint(exact)).toBe(true);
          expect(Rational.compare(exact.low, Rational.fromDouble(ball.value))).toBe(0);
        }
      } else if (exact instanceof DomainError) {
        expect(ball.error).toBe(Infinity);
      }
    }), { numRuns: 1000 });
  });

  it('holds the result for every number in the operands', () => {
    fc.assert(fc.property(fc.array(inexact, { minLength: arity, maxLength: arity }), (operands) => {
      const exact = attempt(() => applyExact(operator, operands.map(({ truth }) => pointEnclosure(truth)), 128));
      const ball = attempt(() => applyBall(operator, operands.map((each) => each.ball)));
      if (ball instanceof Error) expect(exact).toBeInstanceOf(DomainError);
      else if (!(exact instanceof Error)) expect(meets(ball, exact)).toBe(true);
    }), { numRuns: 1000 });
  });
});

describe('ball', () => {
  const apply = (op: string, ...values: number[]): Ball =>
    applyBall({ op } as ScalarOperator, values.map((value) => ({ value, error: 0 })));

  it('is exact where a double is the result', () => {
    expect(apply('divide', 3, 0.375)).toEqual({ value: 8, error: 0 });
    expect(apply('multiply', 2 ** -1000, 2 ** -74)).toEqual({ value: 2 ** -1074, error: 0 });
    expect(apply('multiply', 2 ** 700, 3 * 2 ** 300)).toEqual({ value: 3 * 2 ** 1000, error: 0 });
    expect(apply('square-root', 2.25)).toEqual({ value: 1.5, error: 0 });
    expect(apply('power', 1.5, 3)).toEqual({ value: 3.375, error: 0 });
    expect(apply('power', 0.25, -2)).toEqual({ value: 16, error: 0 });
    expect(apply('power', 6.25, 0.5)).toEqual({ value: 2.5, error: 0 });
    expect(apply('sigmoid', 0)).toEqual({ value: 0.5, error: 0 });
    expect(apply('add', 2 ** 53, 1).error).toBeGreaterThan(0);
    expect(apply('divide', 1, 3).error).toBeGreaterThan(0);
    expect(apply('multiply', 2 ** -1000, 2 ** -75).error).toBeGreaterThan(0);
  });

  it('is narrow: below 2^-40 of the value for functions of exact numbers', () => {
    for (const op of ['exponential', 'logarithm', 'sigmoid', 'tanh', 'error-function', 'square-root']) {
      for (const x of [1e-9, 0.1, 0.7, 1.1, 2, 3.9, 5.5, 30]) {
        const { value, error } = apply(op, x);
        expect(error / Math.abs(value), `${op} ${x}`).toBeLessThan(2 ** -40);
      }
    }
  });

  it('covers both sides of a jump', () => {
    const result = applyBall({ op: 'round', mode: 'half-even' }, [{ value: 2.5, error: 1e-12 }]);
    expect(result.value).toBe(2.5);
    expect(result.error).toBeGreaterThanOrEqual(0.5);
    expect(applyBall({ op: 'round', mode: 'half-even' }, [{ value: 2.5 + 1e-11, error: 1e-12 }])).toEqual({ value: 3, error: 0 });
    expect(applyBall({ op: 'less' }, [{ value: 1, error: 1e-9 }, { value: 1, error: 0 }])).toEqual({ value: 0.5, error: 0.5 });
    expect(() => apply('divide', 1, 0)).toThrow(DomainError);
    expect(() => apply('logarithm', 0)).toThrow(DomainError);
  });
});
