import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emulateBatch } from '../../src/compiler/emulate-batch.ts';
import { FixedEngine, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { encodeSample, fromBeats, toBeats, type Sample } from '../../src/compiler/host.ts';
import { modelFor, predictBestSpeed, predictSpeed, predictTimes, speedOf } from '../../src/compiler/latency.ts';
import { describeRung } from '../../src/compiler/ladder.ts';
import { verify } from '../../src/compiler/verify.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { BIPOLAR, integerType } from '../../src/fixed/ir.ts';
import { dotRange } from '../../src/fixed/ranges.ts';
import { withVerilator } from '../verilog/verilator.ts';
import { compiledProduct, deltaFolds, withFewChanges } from './changes.ts';
import { climb, timing } from './climb.ts';
import { buildNetwork, Choices, OPERATORS } from './random-network.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;

/** Frames of one input of 8 bits, `x`. */
function frames(...vectors: readonly (readonly number[])[]): Sample[] {
  return vectors.map((vector) => new Map([['x', Float64Array.from(vector)]]));
}

describe('products of what changed', () => {
  for (const after of [[], ['threshold'], ['table'], ['requantize'], ['dot', 'argument']] as const) {
    it(`dot${after.map((each) => `, then ${each}`).join('')}: every fold gives the integers of the dense product in the predicted cycles`, () => {
      let folds = 0;
      for (let seed = 1; seed <= 8; seed++) {
        const network = buildNetwork(seed * 15_485_863, ['dot', ...after]);
        for (const folding of deltaFolds(network.graph, seed)) {
          folds++;
          const changing = withFewChanges(network, 6, [0, 15, 60, 100][seed % 4], seed);
          climb(changing, streamingAccelerator(network.graph, { timing: timing([2, 4, 10][seed % 3]), folding }));
        }
      }
      expect(folds).toBeGreaterThan(20);
    });
  }

  it('random networks over 32 frames with few changes', () => {
    const operators = fc.tuple(fc.array(fc.constantFrom(...OPERATORS), { maxLength: 2 }), fc.array(fc.constantFrom(...OPERATORS), { maxLength: 2 }));
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 2 ** 31 - 1 }), operators, fc.constantFrom(0, 3, 10, 30), fc.constantFrom(2, 4, 10), fc.nat(),
      (seed, [before, behind], percent, clock, pick) => {
        const network = buildNetwork(seed, [...before, 'dot', ...behind]);
        const folds = deltaFolds(network.graph, seed % 1000 + 1);
        climb(withFewChanges(network, 32, percent, seed), streamingAccelerator(network.graph, { timing: timing(clock), folding: folds[pick % folds.length] }));
      },
    ), { numRuns: 40 });
  });

  it('several vectors a frame: each is compared with the one before', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const choices = new Choices(seed * 7919);
      const [vectors, columns, rows] = [choices.whole(2, 5), choices.one([1, 4, 6]), choices.one([1, 4, 6])];
      const type = choices.one([BIPOLAR, integerType(0, 7), integerType(-9, 3), integerType(4, 12)]);
      const weights = Int32Array.from({ length: rows * columns }, () => choices.whole(-5, 5));
      const shape = [1, vectors, rows];
      const network = {
        name: 'several', inputs: [{ value: 0, source: 'x', encoder: { op: 'variable' as const, shape: [vectors * columns], variable: { kind: 'input' as const, name: 'x' } } }],
        nodes: [
          { op: 'input' as const, name: 'x', shape: [1, vectors, columns], type, origins: [] },
          { op: 'dot' as const, name: 'dot', arg: 0, groups: 1, rows, columns, weights, shape, type: dotRange(weights, rows, columns, type), origins: [] },
        ],
        outputs: [{ value: 1, target: 'y', shape, decoder: { op: 'variable' as const, shape, variable: { kind: 'value' as const, value: 1 } } }],
      };
      for (const folding of deltaFolds(network, seed)) {
        climb(withFewChanges({ graph: network }, 4, 10 * seed, seed), streamingAccelerator(network, { timing: timing(4), folding }));
      }
    }
  });

  it('cycles follow the changes: by hand', () => {
    const { accelerator } = compiledProduct(6, 8, { PE: 2, SIMD: 2, delta: true });
    const zeros = [0, 0, 0, 0, 0, 0, 0, 0];
    const changed = (...places: number[]): number[] => zeros.map((_, i) => (places.includes(i) ? 5 : 0));
    // A frame has 4 beats of 2 elements. One that changes takes 3 cycles of 2 rows, and so does the last beat if nothing changed; beats in front
    // of it that changed nothing take a cycle each, while the rows of the frame before are still worked on.
    const intervals = (...vectors: number[][]): number[] => {
      const samples = frames(...vectors);
      const { times } = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples);
      expect(times).toEqual(predictTimes(modelFor(accelerator, samples), samples.length));
      return vectors.slice(1).map((_, frame) => times.outputs[0][3 * frame + 5] - times.outputs[0][3 * frame + 2]);
    };
    expect(intervals(zeros, zeros, zeros)).toEqual([4, 4]);
    expect(intervals(zeros, changed(7), changed(7), zeros)).toEqual([4, 4, 4]);
    expect(intervals(zeros, changed(6, 7), zeros)).toEqual([6 + 1, 6]);
    expect(intervals(zeros, zeros, changed(0, 1, 2, 3, 4, 5), zeros, zeros)).toEqual([4, 7 * 3, 7 * 3, 4]);
  });

  it('the model says at most and at least what frames take', () => {
    const { accelerator } = compiledProduct(12, 32, { PE: 4, SIMD: 8, delta: true });
    const [worst, best] = [predictSpeed(accelerator.network), predictBestSpeed(accelerator.network)!];
    const speed = (samples: Sample[]): number => speedOf(simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples).times, samples.length).interval;
    const all = (value: number): number[] => new Array<number>(32).fill(value);
    expect(worst.interval).toBe(32 * 3);
    expect(speed(frames(all(1), all(2), all(3), all(4), all(5)))).toBe(worst.interval);
    expect(speed(frames(all(1), all(1), all(1), all(1), all(1)))).toBe(best.interval);
    expect(best.interval).toBeLessThan(worst.interval / 10);
  });

  it('reset in the middle of a frame forgets all', () => {
    for (const seed of [3, 4, 5, 6, 7]) {
      const network = buildNetwork(seed * 15_485_863, ['dot', 'requantize']);
      for (const folding of deltaFolds(network.graph, seed)) {
        const accelerator = streamingAccelerator(network.graph, { timing: timing(4), folding });
        const { samples } = withFewChanges(network, 6, 40, seed);
        const fixed = new FixedEngine(network.graph);
        const expected = samples.flatMap((sample) => [...fixed.run(sample).outputs[0].values]);
        for (const engine of ['rtl', 'emulator'] as const) {
          for (const cycles of [7, 23]) expect(afterReset(accelerator, engine, samples, cycles)).toEqual(expected);
        }
      }
    }
  });

  it('many samples on several threads give what one after another do', async () => {
    const compiled = compiledProduct(8, 16, { PE: 2, SIMD: 4, delta: true });
    const samples = withFewChanges({ graph: compiled.fixed }, 300, 10, 9).samples;
    const fixed = new FixedEngine(compiled.fixed);
    for (const threads of [1, 2]) {
      const found = await emulateBatch(compiled.accelerator, samples, { threads });
      expect(found.results.map(({ outputs }) => [...outputs[0].values])).toEqual(samples.map((sample) => [...fixed.run(sample).outputs[0].values]));
      // What is ready depends on data: copies cannot move together, and each goes by itself.
      expect(found.copies).toBe(1);
      if (threads === 1) expect(found.times).toEqual(predictTimes(modelFor(compiled.accelerator, samples), samples.length));
    }
  });

  const targets = [['uint4', [-1, 1], 'lut6'], ['int8', [-3, 0, 2], 'xc7'], ['bipolar', [-1, 0, 1], 'ice40']] as const;
  for (const [type, weights, target] of FULL ? targets : targets.slice(0, 1)) {
    withVerilator(`the whole ladder with the netlist: ${type}, weights ${weights.join(' ')}, ${target}`, async () => {
      const compiled = compiledProduct(6, 12, { PE: 2, SIMD: 4, delta: true }, { type, weights: [...weights], target });
      const { samples } = withFewChanges({ graph: compiled.fixed }, 32, 10, 5);
      const { rungs } = await verify(compiled, samples, { rtlSamples: 32, verilatorSamples: 32, netlistSamples: 32, netlist: true });
      for (const rung of rungs) expect(`${rung.name}: ${rung.status}`, describeRung(rung)).toBe(`${rung.name}: passed`);
      expect(rungs.length).toBeGreaterThan(5);
    }, 600_000);
  }
});

/** What comes after so many cycles of other frames and a reset. */
function afterReset(accelerator: Accelerator, engine: 'rtl' | 'emulator', samples: readonly Sample[], cycles: number): number[] {
  const simulator = simulatorFor(accelerator, engine);
  const [input] = accelerator.inputs;
  const [output] = accelerator.outputs;
  const beats = samples.flatMap((sample) => toBeats(input, encodeSample(accelerator.graph, sample).get(input.value)!));
  const [valid, data, ready] = [simulator.input('s_axis_0_tvalid'), simulator.input('s_axis_0_tdata'), simulator.signal('s_axis_0_tready')];
  const [taken, given, result] = [simulator.input('m_axis_0_tready'), simulator.signal('m_axis_0_tvalid'), simulator.signal('m_axis_0_tdata')];
  const run = (list: readonly bigint[], last: (cycle: number, found: number) => boolean): bigint[] => {
    const found: bigint[] = [];
    simulator.setReset(true);
    for (let i = 0; i < 4; i++) simulator.clock();
    simulator.setReset(false);
    taken.setNumber(1);
    for (let cycle = 0, sent = 0; !last(cycle, found.length); cycle++) {
      valid.setNumber(sent < list.length ? 1 : 0);
      data.set(list[sent] ?? 0n);
      if (given.getNumber() === 1) found.push(result.get());
      if (sent < list.length && ready.getNumber() === 1) sent++;
      simulator.clock();
    }
    return found;
  };
  run([...beats].reverse(), (cycle) => cycle === cycles);
  const count = (samples.length * output.elements) / output.elementsPerBeat;
  return [...fromBeats(output, run(beats, (_, found) => found === count))];
}
