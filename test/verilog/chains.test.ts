import { describe, expect } from 'vitest';
import { DesignBuilder, ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { buildVerilator, lintVerilog, runCycles } from '../../sim/verilator/index.ts';
import { withVerilator } from './verilator.ts';

const CYCLES = 40;
const WIDTH = 41;

let state = 7;
const random = (below: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;

/** Counts, rows of -1, 0 and 1 (and of more) over bits, and products, in several latencies. */
function operations(): Design {
  const builder = new ModuleBuilder('operations');
  const bits = builder.input('stimulus', WIDTH);
  const enable = builder.input('moves', 1);
  for (const stages of [0, 1, 2, 3, 5]) {
    const pipeline = { stages, enable };
    for (const size of [1, 2, 3, 4, 5, 7, 8, 15, 22, 41]) builder.output(`count_${size}_${stages}`, builder.popcount(builder.slice(bits, 0, size), pipeline));
    for (const [columns, most] of [[3, 1], [9, 1], [41, 1], [12, 5]]) {
      const matrix = Int32Array.from({ length: 3 * columns }, () => random(2 * most + 1) - most);
      builder.output(`rows_${columns}_${stages}`, builder.linear(builder.slice(bits, 0, columns), {
        elementWidth: 1, signed: false, columns, rows: 3, resultWidth: 8, matrix,
      }, pipeline));
    }
    for (const [left, right, width] of [[5, 4, 9], [3, 8, 11], [6, 6, 8], [1, 7, 8]]) {
      for (const signs of [[false, false], [true, false], [false, true], [true, true]]) {
        builder.output(`product_${left}_${right}_${signs.map(Number).join('')}_${stages}`, builder.multiply(
          builder.slice(bits, 0, left), signs[0], builder.slice(bits, left, right), signs[1], width, pipeline));
      }
    }
  }
  const design = new DesignBuilder();
  design.add(builder.finish());
  return design.finish();
}

describe('sums in carry chains', () => {
  const design = operations();
  for (const [target, clock] of [['ice40', 4], ['ice40', 100], ['ecp5', 3]] as const) {
    withVerilator(`give the evaluator's values in every cycle from power-up on: ${target}, ${clock} ns`, async () => {
      const files = emitVerilog(design, { timing: { target, clock } });
      const stimulus = Array.from({ length: CYCLES }, () => BigInt.asUintN(WIDTH, (BigInt(random(2 ** 31)) << 20n) ^ BigInt(random(2 ** 31))));
      const moves = stimulus.map(() => BigInt(random(4) > 0));
      const { outputs } = await runCycles(await buildVerilator(files, 'operations'), { inputs: { stimulus, moves }, cycles: CYCLES });
      const simulator = evaluateDesign(design);
      const wrong = new Set<string>();
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        simulator.input('stimulus').set(stimulus[cycle]);
        simulator.input('moves').set(moves[cycle]);
        simulator.settle();
        for (const name of Object.keys(outputs)) if (simulator.signal(name).get() !== outputs[name][cycle]) wrong.add(name);
        simulator.clock();
      }
      expect([...wrong]).toEqual([]);
      expect(await lintVerilog(files, 'operations')).toEqual([]);
    });
  }
});
