import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { reals } from '../../src/graph/reals.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';
import { UndecidedError } from '../../src/number/enclosure.ts';
import { roundRational, type RoundingMode } from '../../src/number/rounding.ts';
import type { ScalarOperator } from '../../src/number/scalar.ts';
import { ROUNDING_MODES } from '../number/arbitraries.ts';
import { expectTruth, known, type Known } from './exactly.ts';
import { tensor } from './networks.ts';

const algebra = reals();
const map = (op: string, ...args: RealTensor[]): RealTensor => algebra.map({ op } as ScalarOperator, args);
const round = (mode: RoundingMode, arg: RealTensor): RealTensor => algebra.map({ op: 'round', mode }, [arg]);
const number = (value: number): RealTensor => tensor([], [value]);

describe('map', () => {
  it.each([
    ['add', Rational.add], ['subtract', Rational.subtract], ['multiply', Rational.multiply], ['minimum', Rational.minimum],
    ['maximum', Rational.maximum], ['less', (a: Rational, b: Rational) => Rational.of(Rational.compare(a, b) < 0 ? 1n : 0n)],
  ] as const)('%s in rationals', (op, expected) => {
    fc.assert(fc.property(known([2, 3], true), known([3], true), (a, b) => {
      expectTruth(map(op, a.tensor, b.tensor), a.truth.map((value, i) => expected(value, b.truth[i % 3])));
    }), { numRuns: 200 });
  });

  it('divides, compares and selects in rationals', () => {
    fc.assert(fc.property(known([6], true), known([6], true), (a, b) => {
      const nonzero = b.truth.map((value) => (Rational.sign(value) === 0 ? Rational.ONE : value));
      const values = b.tensor.values.map((value, i) => (Rational.sign(b.truth[i]) === 0 ? 1 : value));
      const divisor: RealTensor = { ...b.tensor, values, errors: b.tensor.errors!.map((error, i) => (values[i] === b.tensor.values[i] ? error : 0)) };
      expectTruth(map('divide', a.tensor, divisor), a.truth.map((value, i) => Rational.divide(value, nonzero[i])));
      const reached = a.truth.map((value, i) => Rational.compare(value, b.truth[i]) <= 0);
      expectTruth(map('less-equal', a.tensor, b.tensor), reached.map((yes) => (yes ? Rational.ONE : Rational.ZERO)));
      const condition = tensor([6], reached.map(Number));
      expectTruth(map('select', condition, a.tensor, b.tensor), reached.map((yes, i) => (yes ? a.truth[i] : b.truth[i])));
    }), { numRuns: 200 });
  });

  it('keeps exact elements beside inexact ones', () => {
    const quotient = map('divide', tensor([3], [1, 3, 6]), number(3));
    expect([...quotient.values]).toEqual([1 / 3, 1, 2]);
    expect(Array.from(quotient.errors!, (error) => error === 0)).toEqual([false, true, true]);
    expect(quotient.exact!(0, 64).low.toString()).toBe('1/3');
  });

  it('evaluates only the chosen argument of a select exactly', () => {
    const third = map('divide', number(1), number(3));
    const missing: RealTensor = { shape: [], values: Float64Array.of(0), errors: Float64Array.of(Infinity) };
    const chosen = map('select', map('less', third, number(1)), map('add', third, number(1)), missing);
    expect(chosen.exact!(0, 64).low.toString()).toBe('4/3');
  });
});

describe('gather', () => {
  it('takes elements of several tensors with their errors', () => {
    const thirds = map('divide', tensor([2], [1, 3]), number(3));
    const result = algebra.gather([tensor([0], []), tensor([2], [5, 6]), thirds], [4], Int32Array.of(2, 3, 1, 2));
    expectTruth(result, [Rational.of(1n, 3n), Rational.ONE, Rational.of(6n), Rational.of(1n, 3n)]);
    expect(algebra.gather([thirds], [1], Int32Array.of(1))).toEqual(tensor([1], [1]));
    expect(algebra.gather([tensor([2], [5, 6])], [1, 3], Int32Array.of(1, 1, 0))).toEqual(tensor([1, 3], [6, 6, 5]));
  });
});

describe('reduce and argument', () => {
  /** Groups of a [2, 3, 2] tensor along each choice of axes, by hand. */
  const GROUPS: [number[], number[], number[][]][] = [
    [[1], [2, 2], [[0, 2, 4], [1, 3, 5], [6, 8, 10], [7, 9, 11]]],
    [[0, 2], [3], [[0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11]]],
    [[0, 1, 2], [], [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]],
  ];
  const kinds = { sum: Rational.add, maximum: Rational.maximum, minimum: Rational.minimum } as const;

  it.each(['sum', 'maximum', 'minimum'] as const)('%s in rationals', (kind) => {
    fc.assert(fc.property(known([2, 3, 2], true), fc.constantFrom(...GROUPS), ({ tensor: arg, truth }, [axes, shape, groups]) => {
      const result = algebra.reduce(kind, arg, axes);
      expect(result.shape).toEqual(shape);
      expectTruth(result, groups.map((group) => group.map((i) => truth[i]).reduce(kinds[kind])));
    }), { numRuns: 200 });
  });

  it('the largest and smallest, first and last of equal ones', () => {
    const picks = fc.array(fc.nat(2), { minLength: 5, maxLength: 5 });
    const withTies = fc.tuple(known([3], true), picks).map(([some, pick]): Known => ({
      tensor: algebra.gather([some.tensor], [5], Int32Array.from(pick)), truth: pick.map((i) => some.truth[i]),
    }));
    fc.assert(fc.property(withTies, fc.constantFrom('maximum', 'minimum'), fc.constantFrom('first', 'last'), (arg, kind, tie) => {
      const result = algebra.argument(kind, arg.tensor, 0, tie);
      const best = arg.truth.reduce(kinds[kind]);
      const same = arg.truth.map((value) => Rational.compare(value, best) === 0);
      expect(result.values[0]).toBe(tie === 'first' ? same.indexOf(true) : same.lastIndexOf(true));
    }), { numRuns: 300 });
  });

  it('does not guess between equal irrational numbers', () => {
    const root = map('square-root', tensor([2], [2, 2]));
    expect(() => algebra.argument('maximum', root, 0, 'first')).toThrow(UndecidedError);
    expect(() => algebra.reduce('maximum', tensor([0], []), [0])).toThrow(/no elements/);
  });
});

describe('integer', () => {
  const quantize = (x: RealTensor, scale: RealTensor, mode: RoundingMode): number[] =>
    [...algebra.integer(round(mode, map('divide', x, scale)), { low: -1e6, high: 1e6 }, 'codes').values];

  it('decides ties that no double shows', () => {
    // 7.5 * (1/3) is 5/2, but no double between them is exact.
    const x = map('multiply', tensor([4], [7.5, 10.5, -7.5, 7.500000000000001]), map('divide', number(1), number(3)));
    const bounds = { low: -9, high: 9 };
    expect([...algebra.integer(round('half-even', x), bounds, 'codes').values]).toEqual([2, 4, -2, 3]);
    expect([...algebra.integer(round('half-away', x), bounds, 'codes').values]).toEqual([3, 4, -3, 3]);
    expect([...algebra.integer(round('half-down', x), bounds, 'codes').values]).toEqual([2, 3, -3, 3]);
  });

  it('divides by float32 scales as rationals do', () => {
    fc.assert(fc.property(
      fc.float({ noNaN: true, min: Math.fround(1e-3), max: 100 }),
      fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -1, max: 1 }), fc.constantFrom(...ROUNDING_MODES), (scale, halves, nudge, mode) => {
        const near = (halves / 2) * scale;
        const x = near + nudge * Math.abs(near) * 2 ** -52;
        const expected = roundRational(Rational.divide(Rational.fromDouble(x), Rational.fromDouble(scale)), mode);
        expect(quantize(number(x), number(scale), mode)).toEqual([Number(expected)]);
      },
    ), { numRuns: 2000 });
  });

  it('records codes without errors and refuses what is no code', () => {
    const seen: [string, RealTensor][] = [];
    const recording = reals((name, codes) => seen.push([name, codes]));
    const codes = recording.integer(round('floor', map('divide', tensor([2], [7, -0.5]), number(3))), { low: -4, high: 3 }, 'q');
    expect(codes).toEqual(tensor([2], [2, -1]));
    expect(seen).toEqual([['q', codes]]);
    expect(() => algebra.integer(number(4), { low: -4, high: 3 }, 'q')).toThrow(/q: element 0 is 4/);
    expect(() => algebra.integer(map('divide', number(1), number(3)), { low: -4, high: 3 }, 'q')).toThrow(/not an integer/);
    expect(Object.is(algebra.integer(number(-0), { low: 0, high: 1 }, 'q').values[0], 0)).toBe(true);
  });
});
