import { describe, expect, it } from 'vitest';
import { toBeats } from '../../src/compiler/host.ts';
import { predictSpeed } from '../../src/compiler/latency.ts';
import { Deadlock } from '../../src/schedule/deadlock.ts';
import { sizeFifos, sizeFifosForAllData, withDepths, type FifoDepths } from '../../src/schedule/fifos.ts';
import { predict } from '../../src/schedule/performance.ts';
import { foldsOf, type Fold } from '../../src/schedule/plan.ts';
import { unitsOf } from '../../src/schedule/units.ts';
import { runStreams } from '../../codegen/rtl/stream-runner.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { emulate } from '../../emulator/index.ts';
import { withFewChanges } from '../ladder/changes.ts';
import { climb, timing } from '../ladder/climb.ts';
import { Choices } from '../ladder/random-network.ts';
import { residualNetwork, residualProducts } from './residual.ts';

const graph = residualNetwork();
const folding = new Map(unitsOf(graph).map((unit): [string, Fold] => [unit.name, foldsOf(unit, graph)[0]]));
const SHORT = 'sum_in1_fifo';

function build(fixed: FifoDepths, size = true): Accelerator {
  return streamingAccelerator(graph, {
    folding, timing: timing(4), sizeFifos: (network, widths) => (size ? sizeFifos(network, widths, fixed).depths : fixed),
  });
}

/** Words in each FIFO of the emulated accelerator, by name, in every cycle. */
function occupancies(accelerator: Accelerator, frames: number, cycleLimit: number): { counts: Map<string, number[]>; finished: boolean } {
  const simulator = emulate(accelerator.design);
  const { stages, names } = accelerator.network;
  const fifos = names.filter((_, i) => stages[i].kind === 'fifo');
  const handles = fifos.map((name) => simulator.signal(`${name}.held`));
  const counts = new Map(fifos.map((name): [string, number[]] => [name, []]));
  const [port] = accelerator.inputs;
  const integers = Float64Array.from({ length: port.elements * frames }, (_, i) => (i * 5) % 8);
  const [output] = accelerator.outputs;
  try {
    runStreams(simulator, {
      inputs: [{ prefix: port.prefix, beats: toBeats(port, integers) }],
      outputs: [{ prefix: output.prefix, count: (frames * output.elements) / output.elementsPerBeat }], cycleLimit,
      onCycle: () => fifos.forEach((name, i) => counts.get(name)!.push(handles[i].getNumber())),
    });
    return { counts, finished: true };
  } catch {
    return { counts, finished: false };
  }
}

describe('FIFOs', () => {
  it('hold in the emulator what the model says, at most and in every FIFO', () => {
    const accelerator = build(new Map());
    const { counts, finished } = occupancies(accelerator, 3, 100_000);
    expect(finished).toBe(true);
    const { occupancy } = predict(accelerator.network, 3);
    accelerator.network.names.forEach((name, i) => {
      if (counts.has(name)) expect([name, Math.max(...counts.get(name)!)]).toEqual([name, occupancy[i]]);
    });
  });

  it('are as fast as FIFOs without end, and the short branch is as deep as it must be', () => {
    const accelerator = build(new Map());
    const { network } = accelerator;
    const endless = withDepths(network, new Map(network.names.map((name) => [name, Infinity])));
    expect(predictSpeed(network).interval).toBe(predictSpeed(endless).interval);
    const short = network.stages[network.names.indexOf(SHORT)];
    expect(short.kind === 'fifo' && short.depth).toBeGreaterThan(6);
    for (let i = 0; i < network.stages.length; i++) {
      const stage = network.stages[i];
      if (stage.kind !== 'fifo' || stage.depth <= 2) continue;
      const slower = (): number => predictSpeed(withDepths(network, new Map([[network.names[i], 2]]))).interval;
      let interval = Infinity;
      try { interval = slower(); } catch (error) { expect(error).toBeInstanceOf(Deadlock); }
      expect(interval).toBeGreaterThan(predictSpeed(network).interval);
    }
  });

  it('too small ones are reported as the deadlock that the emulator shows', () => {
    let report: Deadlock['report'] | undefined;
    try {
      build(new Map([[SHORT, 2]]));
    } catch (error) {
      expect(error).toBeInstanceOf(Deadlock);
      report = (error as Deadlock).report;
    }
    expect(report?.full).toEqual([{ stage: SHORT, depth: 2 }]);
    // A ring: each waits for the next, the last for the first.
    const { waits, cycle } = report!;
    waits.forEach(({ waitsFor }, i) => expect(waitsFor).toBe(waits[(i + 1) % waits.length].stage));
    expect(waits.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['x_fork', SHORT, 'conv_window', 'sum_unit']));

    const { network } = build(new Map());
    const { depths } = sizeFifos(network, new Map(network.names.map((name) => [name, 1])));
    const stuck = build(new Map([...depths, [SHORT, 2]]), false);
    const { counts, finished } = occupancies(stuck, 3, cycle + 2000);
    expect(finished).toBe(false);
    let last: number | undefined;
    try { predict(stuck.network, 3); } catch (error) { last = (error as Deadlock).report.cycle; }
    for (const held of counts.values()) expect(new Set(held.slice(last)).size).toBe(1);
    expect([...counts.values()].some((held) => new Set(held.slice(last! - 3)).size > 1)).toBe(true);
  });

  it('that are sized without any data suffice for all: products that follow changes beside others', () => {
    const products = residualProducts();
    const units = unitsOf(products);
    const choices = new Choices(5);
    for (let turn = 0; turn < 5; turn++) {
      const mixed = new Map(units.map((unit): [string, Fold] => {
        const folds = foldsOf(unit, products);
        const delta = folds.filter((fold) => fold.delta === true);
        return [unit.name, choices.one(delta.length > 0 && choices.whole(0, 3) > 0 ? delta : folds)];
      }));
      const accelerator = streamingAccelerator(products, {
        folding: mixed, timing: timing(4), sizeFifos: (network, widths) => sizeFifosForAllData(network, widths).depths,
      });
      // With stalls and without, whatever changes: all frames come, in the cycles that the model predicts.
      for (const percent of [0, 10, 100]) climb(withFewChanges({ graph: products }, 8, percent, turn + 1), accelerator);
    }
  });
});
