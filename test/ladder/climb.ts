import { expect } from 'vitest';
import { FixedEngine, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { modelFor, predictTimes } from '../../src/compiler/latency.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { foldsOf, type Fold } from '../../src/schedule/plan.ts';
import { findTarget } from '../../src/schedule/targets.ts';
import { Timing } from '../../src/schedule/timing.ts';
import { unitsOf } from '../../src/schedule/units.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import type { RandomNetwork } from './random-network.ts';

/** With `cells` products take the operations behind them along, and have as many stages as their netlists need. */
export function timing(clock: number, cells = false): Timing {
  return new Timing(findTarget('xc7')!, clock, cells ? {} : undefined);
}

/** For each unit a legal fold that the seed picks. */
export function foldOf(network: RandomNetwork, seed: number): Map<string, Fold> {
  let state = seed;
  return new Map(unitsOf(network.graph).map((unit) => {
    state = (state * 48271) % 2147483647;
    const folds = foldsOf(unit, network.graph);
    return [unit.name, folds[state % folds.length]];
  }));
}

/** Fixed = RTL evaluator = emulator, values, beats and cycles, with and without stalls, and the predicted cycles. */
export function climb(network: RandomNetwork, accelerator: Accelerator): void {
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
    if (stall === undefined) comparison.times(predictTimes(modelFor(accelerator, samples), samples.length), rtl.times);
  }
  expect(comparison.difference).toBeUndefined();
  expect(comparison.compared).toBeGreaterThan(0);
}
