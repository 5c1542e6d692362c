import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Arrivals } from '../../codegen/arithmetic/arrivals.ts';
import { DELAYS } from '../../codegen/arithmetic/delays.ts';
import { netOf, type Bit } from '../../codegen/arithmetic/netlist.ts';
import { optimizeProduct } from '../../codegen/arithmetic/optimize.ts';
import { arrivalsOf, pipeline, stagesFor } from '../../codegen/arithmetic/pipeline.ts';
import { earliestStages, fewestFlipFlops, leastPeriod, longestStage } from '../../codegen/arithmetic/stages.ts';

const sizes = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 3 }));
const products = sizes.chain(([rows, columns, width]) => {
  const row = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: columns, maxLength: columns });
  return fc.array(row, { minLength: rows, maxLength: rows }).map((weights) => {
    const formats = weights[0].map(() => ({ width, signed: false }));
    const { netlist, outputs } = optimizeProduct({ matrix: weights.map((row) => Int32Array.from(row)), formats, counting: 'combinational' });
    return { arrivals: arrivalsOf(netlist, outputs.flat(), DELAYS.xc7), outputs: outputs.flat() };
  });
});

function flipFlops({ units: { reads, maker } }: Arrivals, outputs: readonly Bit[], stage: Int32Array, stages: number): number {
  const last = new Int32Array(maker.length);
  reads.forEach((nets, unit) => nets.forEach((net) => { last[net] = Math.max(last[net], stage[unit]); }));
  outputs.forEach((bit) => { last[netOf(bit)] = stages; });
  return maker.reduce((sum, unit, net) => sum + (net === 0 ? 0 : Math.max(0, last[net] - (unit < 0 ? 0 : stage[unit]))), 0);
}

/** Every way to spread the units over the stages in which none works before what it reads. */
function spreadings({ units: { count, reads, maker } }: Arrivals, stages: number): Int32Array[] {
  let made: number[][] = [[]];
  for (let unit = 0; unit < count; unit++) {
    made = made.flatMap((stage) => {
      const first = reads[unit].reduce((most, net) => Math.max(most, maker[net] < 0 ? 0 : stage[maker[net]]), 0);
      return Array.from({ length: stages - first }, (_, later) => [...stage, first + later]);
    });
  }
  return made.map((stage) => Int32Array.from(stage));
}

describe('registers in a netlist', () => {
  it('are the fewest of all ways to place them that meet the clock', () => {
    let compared = 0;
    fc.assert(fc.property(products, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 1 }), ({ arrivals, outputs }, slack, more) => {
      if (arrivals.units.count > 8) return;
      const period = leastPeriod(arrivals) + slack * 0.15;
      const stages = stagesFor(arrivals, period) + more;
      if (stages > 4) return;
      const { stage, flipFlops: made } = fewestFlipFlops(arrivals, outputs, stages, period);
      const all = spreadings(arrivals, stages).filter((each) => longestStage(arrivals, each) <= period + 1e-9);
      expect(longestStage(arrivals, stage)).toBeLessThanOrEqual(period + 1e-9);
      expect(flipFlops(arrivals, outputs, stage, stages)).toBe(made);
      expect(made).toBe(Math.min(...all.map((each) => flipFlops(arrivals, outputs, each, stages))));
      if (stages > 1) compared++;
    }), { numRuns: 150 });
    expect(compared).toBeGreaterThan(20);
  });

  it('are in no fewer stages than they need', () => {
    fc.assert(fc.property(products, fc.integer({ min: 0, max: 10 }), ({ arrivals }, slack) => {
      const period = leastPeriod(arrivals) + slack * 0.15;
      const stage = earliestStages(arrivals, period);
      expect(longestStage(arrivals, stage)).toBeLessThanOrEqual(period + 1e-9);
      const stages = stagesFor(arrivals, period);
      if (stages === 1 || arrivals.units.count > 8) return;
      for (const each of spreadings(arrivals, stages - 1)) expect(longestStage(arrivals, each)).toBeGreaterThan(period);
    }), { numRuns: 100 });
  });

  it('allow the shortest path where the clock cannot be met', () => {
    fc.assert(fc.property(products, fc.integer({ min: 1, max: 3 }), ({ arrivals, outputs }, stages) => {
      if (arrivals.units.count > 8) return;
      const { period } = pipeline(arrivals, outputs, stages, 0);
      const shortest = Math.min(...spreadings(arrivals, stages).map((each) => longestStage(arrivals, each)));
      expect(period).toBeGreaterThanOrEqual(shortest - 1e-9);
      expect(period).toBeLessThanOrEqual(shortest * 1.01);
    }), { numRuns: 100 });
  });
});
