import { describe, expect } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { buildVerilator, lintVerilog, runCycles } from '../../sim/verilator/index.ts';
import { withVerilator } from './verilator.ts';

const WORDS = 5000;

/** Reads a long constant memory from end to end, and past it. */
function reader(): Design {
  const b = new ModuleBuilder('reader', ['Walks through a long memory.']);
  const at = b.register(13, { name: 'at', reset: 0 });
  b.drive(at, b.sum([term(at)], 1, 13));
  const contents = Array.from({ length: WORDS }, (_, index) => (BigInt(index) * 0x9e3779b97f4a7c15n) % (1n << 72n));
  b.output('word', b.rom(at, contents, 72, { name: 'weights', style: 'block' }));
  return { modules: [b.finish()] };
}

describe('long constant memories', () => {
  withVerilator('come from a file and hold the right words; inner state can be traced', async () => {
    const files = emitVerilog(reader());
    expect([...files.keys()]).toEqual(['reader.v', 'reader_weights_words.mem']);
    expect(await lintVerilog(files, 'reader')).toEqual([]);
    const cycles = WORDS + 20;
    const model = await buildVerilator(files, 'reader', { trace: true });
    const { outputs, states } = await runCycles(model, { inputs: {}, cycles, stateTrace: ['at', 'weights'] });
    const simulator = evaluateDesign(reader());
    const [word, at] = ['word', 'at'].map(name => simulator.signal(name));
    const expected: { word: bigint[]; at: bigint[] } = { word: [], at: [] };
    for (let cycle = 0; cycle < cycles; cycle++) {
      simulator.settle();
      expected.word.push(word.get());
      expected.at.push(at.get());
      simulator.clock();
    }
    expect(outputs.word).toEqual(expected.word);
    expect(states).toEqual({ at: expected.at, weights: expected.word });
  });
});
