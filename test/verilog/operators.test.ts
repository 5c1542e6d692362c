import { describe, expect } from 'vitest';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { topModule, type Design } from '../../codegen/rtl/ir.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import type { ClockWish } from '../../codegen/verilog/writer.ts';
import { buildVerilator, lintVerilog, runCycles } from '../../sim/verilator/index.ts';
import { gallery, stimuli } from './gallery.ts';
import { operatorModule, sampledOperators } from './operator-modules.ts';
import { Random } from './random.ts';
import { withVerilator } from './verilator.ts';

const CYCLES = 120;

/** Samples of every operator, under one top. */
function samples(seed: number, each: number): { design: Design; random: Random } {
  const random = new Random(seed);
  const modules = sampledOperators.flatMap(op => (
    Array.from({ length: each }, (_, index) => operatorModule(op, `${op.replace('-', '_')}_${index}`, random))
  ));
  return { design: gallery(modules, random), random };
}

/** Every output of the evaluator in every cycle. */
function evaluate(design: Design, stimulus: readonly bigint[], reset: readonly boolean[]): Record<string, bigint[]> {
  const simulator = evaluateDesign(design);
  const input = simulator.input('stimulus');
  const outputs = topModule(design).ports.filter(port => port.direction === 'output')
    .map(({ name }) => ({ name, signal: simulator.signal(name), values: [] as bigint[] }));
  stimulus.forEach((value, cycle) => {
    input.set(value);
    simulator.setReset(!reset[cycle]);
    simulator.settle();
    for (const { signal, values } of outputs) values.push(signal.get());
    simulator.clock();
  });
  return Object.fromEntries(outputs.map(({ name, values }) => [name, values]));
}

describe('emitted operators', () => {
  for (const [seed, timing] of [[1], [2], [3], [4, { target: 'ice40', clock: 30 }], [5, { target: 'ecp5', clock: 1 }]] as [number, ClockWish?][]) {
    withVerilator(`give the evaluator's values in every cycle (seed ${seed}, ${timing?.target ?? 'no target'})`, async () => {
      const { design, random } = samples(seed, 12);
      const stimulus = stimuli(random, CYCLES);
      const reset = stimulus.map(() => !random.chance(5));
      const model = await buildVerilator(emitVerilog(design, { timing }), 'gallery');
      const { outputs } = await runCycles(model, { inputs: { stimulus }, cycles: CYCLES, reset });
      const expected = evaluate(design, stimulus, reset);
      expect(Object.keys(outputs)).toEqual(Object.keys(expected));
      const wrong = Object.keys(expected).filter(name => expected[name].some((value, cycle) => value !== outputs[name][cycle]));
      expect(wrong).toEqual([]);
    });
  }

  for (const [seed, timing] of [[11], [12], [13], [14, { target: 'ice40', clock: 10 }]] as [number, ClockWish?][]) {
    withVerilator(`pass the linter (seed ${seed})`, async () => {
      expect(await lintVerilog(emitVerilog(samples(seed, 25).design, { timing }), 'gallery')).toEqual([]);
    });
  }
});
