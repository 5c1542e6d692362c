import { describe, expect } from 'vitest';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { topModule, type Design } from '../../codegen/rtl/ir.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { buildVerilator, lintVerilog, runCycles } from '../../sim/verilator/index.ts';
import { asSynthesized } from './as-synthesized.ts';
import { gallery, stimuli } from './gallery.ts';
import { Random } from './random.ts';
import { withVerilator } from './verilator.ts';

const CYCLES = 100;

/** Matrix-vector products and popcounts of many shapes, pipelined and not. */
function samples(seed: number): { design: Design; random: Random } {
  const random = new Random(seed);
  const pipelines = [0, 1, 3].map(stages => ({ stages, enabled: stages > 0 && random.chance(60) }));
  const products = pipelines.flatMap(({ stages, enabled }) => [1, 2, 7].map(elementWidth => {
    const b = new ModuleBuilder(`product_${elementWidth}_${stages}`, ['Under test.']);
    const [rows, columns] = [random.integer(1, 6), random.integer(1, 10)];
    const signed = random.chance(50);
    const weights = random.pick([[-1, 1], [-1, 0, 1], [-8, 7, 3, 0], [-100, 99, 57, 1]]);
    const matrix = Int32Array.from({ length: rows * columns }, () => random.pick(weights));
    const resultWidth = random.pick([1, 4, 12, 20]);
    const enable = enabled ? b.input('enable', 1) : undefined;
    b.output('out', b.linear(b.input('x', columns * elementWidth), { elementWidth, signed, columns, rows, resultWidth, matrix }, { stages, enable }));
    return b.finish();
  }));
  // Whether each row reaches a level, or each with a constant; the second row once more is the first, or nearly.
  const compared = pipelines.flatMap(({ stages, enabled }) => [1, 3].map(elementWidth => {
    const b = new ModuleBuilder(`compared_${elementWidth}_${stages}`, ['Under test.']);
    const [rows, columns] = [random.integer(2, 6), random.integer(3, 12)];
    const signed = random.chance(50);
    const weights = random.pick([[-1, 1], [-1, 0, 1], [-8, 7, 3, 0]]);
    const matrix = Int32Array.from({ length: rows * columns }, () => random.pick(weights));
    for (let column = 1; column < columns; column++) matrix[columns + column] = matrix[column];
    const enable = enabled ? b.input('enable', 1) : undefined;
    const shape = { elementWidth, signed, columns, rows, resultWidth: 12, matrix };
    const sums = b.linear(b.input('x', columns * elementWidth), shape, { stages, enable });
    const part = (row: number): number => b.slice(sums, row * 12, 12);
    b.output('out', b.concat(Array.from({ length: rows }, (_, row) => (elementWidth === 3 && stages !== 1
      ? b.sum([term(part(row), { signed: true })], random.integer(-900, 900), 14)
      : b.thresholds(part(row), true, [BigInt(random.integer(-columns, columns))])))));
    return b.finish();
  }));
  const counts = pipelines.flatMap(({ stages, enabled }) => [13, 70].map(width => {
    const b = new ModuleBuilder(`count_${width}_${stages}`, ['Under test.']);
    const enable = enabled ? b.input('enable', 1) : undefined;
    b.output('out', b.popcount(b.input('x', width), { stages, enable }));
    return b.finish();
  }));
  const agreements = pipelines.flatMap(({ stages, enabled }) => [12, 45].map(width => {
    const b = new ModuleBuilder(`agreements_of_${width}_${stages}`, ['Under test.']);
    const enable = enabled ? b.input('enable', 1) : undefined;
    b.output('out', b.popcount(b.not(b.xor([b.input('x', width), b.input('y', width)])), { stages, enable }));
    return b.finish();
  }));
  return { design: gallery([...products, ...compared, ...counts, ...agreements], random), random };
}

function evaluate(design: Design, stimulus: readonly bigint[]): Record<string, bigint[]> {
  const simulator = evaluateDesign(design);
  const outputs = topModule(design).ports.filter(port => port.direction === 'output')
    .map(({ name }) => ({ name, signal: simulator.signal(name), values: [] as bigint[] }));
  const input = simulator.input('stimulus');
  for (const value of stimulus) {
    input.set(value);
    simulator.settle();
    for (const { signal, values } of outputs) values.push(signal.get());
    simulator.clock();
  }
  return Object.fromEntries(outputs.map(({ name, values }) => [name, values]));
}

describe('operations in cells of a slice', () => {
  for (const [target, seed] of [['xc7', 1], ['xcup', 2]] as const) {
    withVerilator(`give what the evaluator gives, and so does the portable form (${target})`, async () => {
      const { design, random } = samples(seed);
      const stimulus = stimuli(random, CYCLES);
      const files = emitVerilog(design, { target });
      expect(files.get('agreements_12.v')).toContain('`ifdef SYNTHESIS');
      for (const name of ['1_0', '1_3', '3_0', '3_1']) expect(files.get(`compared_${name}_products.v`)).toContain('// Cells of the target');
      expect([...files.values()].filter(text => text.includes('`ifdef SYNTHESIS')).length).toBeGreaterThan(10);
      const expected = evaluate(design, stimulus);
      for (const form of target === 'xc7' ? [files, asSynthesized(files)] : [asSynthesized(files)]) {
        const { outputs } = await runCycles(await buildVerilator(form, 'gallery'), { inputs: { stimulus }, cycles: CYCLES });
        const wrong = Object.keys(expected).filter(name => expected[name].some((value, cycle) => value !== outputs[name][cycle]));
        expect(wrong).toEqual([]);
      }
    }, 600_000);

    withVerilator(`pass the linter in the portable form (${target})`, async () => {
      expect(await lintVerilog(emitVerilog(samples(seed + 10).design, { target }), 'gallery')).toEqual([]);
    });
  }

  withVerilator('are not written where no target is chosen, or one of other slices', () => {
    const { design } = samples(3);
    expect(emitVerilog(design, { target: 'ice40' })).toEqual(emitVerilog(design));
    expect([...emitVerilog(design).values()].some(text => text.includes('LUT6'))).toBe(false);
  });
});
