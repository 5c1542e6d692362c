import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFixed } from '../../src/fixed/checker.ts';
import { FixedEngine, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { predictTimes } from '../../src/compiler/latency.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { defaultFolding, divisors, type Fold } from '../../src/schedule/folding.ts';
import { findTarget } from '../../src/schedule/targets.ts';
import { Timing } from '../../src/schedule/timing.ts';
import { unitsOf } from '../../src/schedule/units.ts';
import { risingThresholds } from '../../src/passes/rising-thresholds.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { unrolledAccelerator } from '../../codegen/units/unrolled/accelerator.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { buildNetwork, OPERATORS, randomNetwork, type RandomNetwork } from './random-network.ts';

const clocks = fc.constantFrom(2, 4, 10, 40);

function timing(clock: number): Timing {
  return new Timing(findTarget('xc7')!, clock);
}

/** Every fold that a seed picks, unit by unit. */
function foldOf(network: RandomNetwork, seed: number): Map<string, Fold> {
  const units = unitsOf(network.graph);
  const folding = new Map(defaultFolding(units, network.graph));
  let state = seed;
  const pick = (size: number): number => {
    state = (state * 48271) % 2147483647;
    const options = divisors(size);
    return options[state % options.length];
  };
  for (const unit of units) {
    const rows = unit.kind === 'matrix' ? unit.dot.rows : sizeOf(network.graph.nodes[unit.output].shape);
    folding.set(unit.name, { pe: pick(rows), simd: unit.kind === 'matrix' ? pick(unit.dot.columns) : 1 });
  }
  return folding;
}

/** Fixed = RTL evaluator = emulator, values, beats and cycles, with and without stalls, and the predicted cycles. */
function climb(network: RandomNetwork, accelerator: Accelerator): void {
  const { graph, samples } = network;
  checkDesign(accelerator.design);
  const fixed = new FixedEngine(graph);
  const reference = samples.map((sample) => fixed.run(sample));
  const comparison = new Comparison();
  for (const stall of [undefined, { seed: 7, percent: 40 }]) {
    const rtl = simulate(accelerator, simulatorFor(accelerator, 'rtl'), samples, { stall });
    const emulated = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples, { stall });
    comparison.samples(reference, rtl.samples, ['y']);
    comparison.simulations(rtl, emulated, accelerator.outputs.map((port) => port.elements / port.elementsPerBeat));
    if (stall === undefined) comparison.times(predictTimes(accelerator.network, samples.length), rtl.times);
  }
  expect(comparison.difference).toBeUndefined();
  expect(comparison.compared).toBeGreaterThan(0);
}

describe('hardware units', () => {
  for (const operator of OPERATORS) {
    it(`${operator}: unrolled and streaming compute the same integers in the predicted cycles`, () => {
      for (let seed = 1; seed <= 12; seed++) {
        const network = buildNetwork(seed * 7919, [operator]);
        checkFixed(network.graph, 'the generator');
        climb(network, unrolledAccelerator(network.graph, timing(4)));
        climb(network, streamingAccelerator(network.graph, { timing: timing(4), folding: foldOf(network, seed) }));
      }
    });
  }

  for (const after of ['threshold', 'table', 'requantize', 'argument', 'dot'] as const) {
    it(`dot, then ${after}: unrolled and streaming compute the same integers in the predicted cycles`, () => {
      for (let seed = 1; seed <= 40; seed++) {
        const network = buildNetwork(seed * 104729, ['dot', after]);
        climb(network, unrolledAccelerator(network.graph, timing(4)));
        climb(network, streamingAccelerator(network.graph, { timing: timing(4), folding: foldOf(network, seed) }));
      }
    });
  }

  it('random networks, folds and clocks, streaming', () => {
    fc.assert(fc.property(randomNetwork, fc.integer({ min: 1, max: 1e6 }), clocks, (network, seed, clock) => {
      climb(network, streamingAccelerator(network.graph, { timing: timing(clock), folding: foldOf(network, seed) }));
    }), { numRuns: 60 });
  });

  it('random networks and clocks, unrolled', () => {
    fc.assert(fc.property(randomNetwork, clocks, (network, clock) => {
      climb(network, unrolledAccelerator(network.graph, timing(clock)));
    }), { numRuns: 60 });
  });
});

describe('rising-thresholds', () => {
  it('keeps the integers of random networks', () => {
    fc.assert(fc.property(randomNetwork, (network) => {
      const raised = risingThresholds.run(network.graph);
      checkFixed(raised, 'rising-thresholds');
      const [before, after] = [new FixedEngine(network.graph), new FixedEngine(raised)];
      for (const sample of network.samples) expect([...after.run(sample).outputs[0].values]).toEqual([...before.run(sample).outputs[0].values]);
    }));
  });
});
