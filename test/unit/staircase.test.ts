import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { staircaseOf, type Staircase } from '../../src/passes/lower/staircase.ts';
import { fitRequantization } from '../../src/passes/lower/requantize.ts';
import { requantize } from '../../src/fixed/requantize.ts';
import type { RequantizeNode } from '../../src/fixed/ir.ts';

function codeAt({ falling, start, firsts }: Staircase, n: number): number {
  const steps = firsts.filter((place) => n >= place).length;
  return falling ? start - steps : start + steps;
}

/** A monotone function as running sums of steps. */
const monotone = fc.record({
  low: fc.integer({ min: -50, max: 50 }), steps: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 })), { maxLength: 60 }),
  falling: fc.boolean(), start: fc.integer({ min: -9, max: 9 }),
});

describe('staircaseOf', () => {
  it('finds every step of random monotone functions', () => {
    fc.assert(fc.property(monotone, ({ low, steps, falling, start }) => {
      const values = [start];
      for (const step of steps) values.push(values[values.length - 1] + (falling ? -step : step));
      const staircase = staircaseOf((n) => values[n - low], low, low + steps.length, falling);
      values.forEach((value, i) => expect(codeAt(staircase, low + i)).toBe(value));
    }));
  });

  it('needs few evaluations a step, however wide the range is', () => {
    let evaluations = 0;
    const f = (n: number): number => {
      evaluations++;
      return Math.min(Math.max(Math.floor(n / 1e9), 0), 1023);
    };
    const staircase = staircaseOf(f, -(2 ** 50), 2 ** 50, false);
    expect(staircase.firsts.length).toBe(1023);
    expect(staircase.firsts[511]).toBe(512e9);
    expect(evaluations).toBeLessThan(1023 * 10);
  });
});

describe('fitRequantization', () => {
  const node = (fitted: object, low: number, high: number): RequantizeNode => ({
    op: 'requantize', name: 'r', shape: [1], origins: [], arg: 0, channels: 1, type: { low, high, bipolar: false }, ...fitted,
  }) as unknown as RequantizeNode;

  it('gives every code of rounded lines exactly', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 3000 }), fc.integer({ min: -5000, max: 5000 }), fc.boolean(),
      (slope, offset, falling) => {
        const [first, last, low, high] = [-300, 300, -20, 31];
        const f = (n: number): number => Math.min(Math.max(Math.floor(((falling ? -n : n) * slope + offset) / 997), low), high);
        const staircase = staircaseOf(f, first, last, falling);
        const fitted = fitRequantization([staircase], { first, last }, low, high);
        expect(fitted).toBeDefined();
        for (let n = first; n <= last; n++) expect(requantize(node(fitted!, low, high), n, 0, 300)).toBe(f(n));
      },
    ));
  });

  it('keeps ties to even of a dyadic scale, where no offset alone would do', () => {
    const even = (x: number): number => {
      const down = Math.floor(x);
      return x - down > 0.5 || (x - down === 0.5 && down % 2 !== 0) ? down + 1 : down;
    };
    const f = (n: number): number => Math.min(Math.max(even(n / 8), 0), 63);
    const fitted = fitRequantization([staircaseOf(f, -600, 600, false)], { first: -600, last: 600 }, 0, 63)!;
    expect(fitted).toMatchObject({ multipliers: [1n], offsets: [0n], shift: 3, rounding: 'half-even' });
    for (let n = -600; n <= 600; n++) expect(requantize(node(fitted, 0, 63), n, 0, 600)).toBe(f(n));
  });

  it('has no answer for a curve', () => {
    const f = (n: number): number => Math.floor(Math.sqrt(n));
    expect(fitRequantization([staircaseOf(f, 0, 2000, false)], { first: 0, last: 2000 }, 0, 44)).toBeUndefined();
  });
});
