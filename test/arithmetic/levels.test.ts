import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aroundLogic, DELAYS, delaysOf } from '../../codegen/arithmetic/delays.ts';
import {
  fewestStages, logicDelay, longestLogic, placeRegisters, popcountLevels, productLevels, sumLevels, thresholdLevels, type Level,
} from '../../codegen/arithmetic/levels.ts';
import { findTarget, TARGETS } from '../../src/schedule/targets.ts';
import { Timing } from '../../src/schedule/timing.ts';

const level = fc.record({ delay: fc.integer({ min: 0, max: 20 }), ripple: fc.integer({ min: 0, max: 10 }), bits: fc.integer({ min: 1, max: 30 }) });
const someLevels = fc.array(level, { minLength: 1, maxLength: 7 });

const flipFlops = (levels: readonly Level[], registers: readonly number[]): number => (
  registers.reduce((sum, count, index) => sum + count * levels[index].bits, 0));

/** Every way to place `stages` registers, one at least behind the last level. */
function placements(count: number, stages: number): number[][] {
  if (count === 1) return stages >= 1 ? [[stages]] : [];
  return Array.from({ length: stages }, (_, own) => placements(count - 1, stages - own).map((rest) => [own, ...rest])).flat();
}

describe('placing registers', () => {
  it('takes the fewest flip-flops that meet the clock, or the shortest path where none do', () => {
    fc.assert(fc.property(someLevels, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 80 }), (levels, stages, budget) => {
      const all = placements(levels.length, stages);
      const shortest = Math.min(...all.map((each) => longestLogic(levels, each)));
      const fitting = all.filter((each) => longestLogic(levels, each) <= Math.max(budget, shortest));
      const made = placeRegisters(levels, stages, budget);
      expect(made.reduce((sum, count) => sum + count, 0)).toBe(stages);
      expect(made[made.length - 1]).toBeGreaterThan(0);
      expect(longestLogic(levels, made)).toBeLessThanOrEqual(Math.max(budget, shortest));
      expect(flipFlops(levels, made)).toBe(Math.min(...fitting.map((each) => flipFlops(levels, each))));
    }), { numRuns: 300 });
  });

  it('needs so many stages and no fewer', () => {
    fc.assert(fc.property(someLevels, fc.integer({ min: 0, max: 80 }), (levels, budget) => {
      const stages = fewestStages(levels, budget);
      const single = Math.max(...levels.map((_, index) => logicDelay(levels, index, index)));
      expect(longestLogic(levels, placeRegisters(levels, stages, budget))).toBeLessThanOrEqual(Math.max(budget, single));
      if (stages > 1 && single <= budget) expect(longestLogic(levels, placeRegisters(levels, stages - 1, budget))).toBeGreaterThan(budget);
    }), { numRuns: 300 });
  });

  it('places none in what has no stages', () => expect(placeRegisters([{ delay: 1, ripple: 0, bits: 1 }], 0, 5)).toEqual([0]));
});

describe('levels of operations', () => {
  it.each(Object.keys(DELAYS))('are as many as emission makes, and longer for more: %s', (name) => {
    const delays = delaysOf(name);
    for (const terms of [2, 3, 4, 5, 9, 33]) expect(sumLevels(terms, 4, 12, delays)).toHaveLength(Math.ceil(Math.log2(terms)));
    for (const count of [1, 2, 3, 7, 15]) expect(thresholdLevels(count, 9, delays)).toHaveLength(1 + count.toString(2).length);
    const grows = (of: (size: number) => Level[]): void => {
      const times = [8, 16, 32, 64].map((size) => logicDelay(of(size)));
      expect(times).toEqual([...times].sort((a, b) => a - b));
    };
    grows((size) => popcountLevels(size, delays));
    grows((size) => sumLevels(size, 6, 14, delays));
    grows((size) => productLevels(size, size, delays));
  });

  it('knows every target', () => expect(Object.keys(DELAYS)).toEqual(TARGETS.map(({ name }) => name)));
});

describe('stages for a clock', () => {
  it.each(TARGETS.map(({ name }) => name))('fall as the clock slows, and keep the predicted period within it: %s', (name) => {
    const target = findTarget(name)!;
    const stages = [1, 2, 4, 8].map((times) => new Timing(target, target.defaultClock * times).popcount(256));
    expect(stages).toEqual([...stages].sort((a, b) => b - a));
    expect(stages[3]).toBe(1);
    const timing = new Timing(target, target.defaultClock);
    timing.popcount(256);
    timing.sum(16, 12);
    expect(timing.period).toBeLessThanOrEqual(target.defaultClock);
    expect(timing.period).toBeGreaterThan(aroundLogic(timing.delays));
  });
});
