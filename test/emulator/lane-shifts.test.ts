import { expect, it } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { flatten } from '../../codegen/rtl/flatten.ts';
import { topModule, type Design, type Signal } from '../../codegen/rtl/ir.ts';
import { runStreams, stallPattern } from '../../codegen/rtl/stream-runner.ts';
import { COPIES, LaneEmulator, lanesOf } from '../../emulator/index.ts';
import { wordsOf } from '../../emulator/layout.ts';
import { Random } from '../verilog/random.ts';

const WIDTHS = [1, 7, 8, 16, 20, 32, 45, 64];
const KINDS = ['left', 'right', 'right-signed'] as const;
const BEATS = 200;
const DATA = 7 + 64;

/** Each kind of shift of numbers of several widths, by an amount of each copy and by one that all copies share; and tables of each size. */
function shiftsAndTables(): Design {
  const random = new Random(4);
  const b = new ModuleBuilder('shifts');
  b.input('s_axis_0_tvalid', 1);
  const data = b.input('s_axis_0_tdata', DATA);
  const ready = b.input('m_axis_0_tready', 1);
  const count = b.register(7, { name: 'count', reset: 0n });
  b.drive(count, b.sum([term(count)], 1, 7));
  const own = b.slice(data, 0, 7);
  const results: Signal[] = [];
  for (const width of WIDTHS) {
    for (const kind of KINDS) for (const amount of [own, count]) results.push(b.shift(kind, b.slice(data, 7, width), amount));
    const bits = Math.min(width, 9);
    for (const depth of [2 ** bits, Math.ceil(0.7 * 2 ** bits)]) {
      for (const entry of [3, 8, 14, 30, 60]) {
        const contents = Array.from({ length: depth }, () => random.value(entry));
        results.push(b.lookup(b.slice(data, 9, bits), contents, entry), b.rom(b.slice(data, 9, bits), contents, entry, { enable: ready }));
      }
    }
  }
  const total = b.concat(results);
  b.output('s_axis_0_tready', b.constant(1, 1));
  b.output('m_axis_0_tvalid', b.constant(1, 1));
  b.output('m_axis_0_tdata', b.register(b.width(total), { next: total }));
  return { modules: [b.finish()] };
}

it('shifts and tables of copies side by side are those of the evaluator', () => {
  const design = shiftsAndTables();
  const { width } = topModule(design).ports.find(({ name }) => name === 'm_axis_0_tdata')!;
  const random = new Random(9);
  const beats = Array.from({ length: COPIES }, () => Array.from({ length: BEATS }, () => random.value(DATA)));
  const words = beats.map((each) => BigUint64Array.from(each.flatMap((beat) => [BigInt.asUintN(64, beat), beat >> 64n])));
  const outputs = [{ prefix: 'm_axis_0', count: BEATS }];
  const found = new LaneEmulator(lanesOf(flatten(design), COPIES)!)
    .runBeats({ inputs: [{ prefix: 's_axis_0', words }], outputs, stall: { seed: 3, percent: 20 } });
  const each = wordsOf(width);
  found.forEach(({ outputs: [{ words: own }] }, copy) => {
    const { outputs: [expected] } = runStreams(evaluateDesign(design), {
      inputs: [{ prefix: 's_axis_0', beats: beats[copy] }], outputs, stall: stallPattern(3, 20),
    });
    expect([...own]).toEqual(expected.beats.flatMap((beat) => Array.from({ length: each }, (_, k) => BigInt.asUintN(64, beat >> BigInt(64 * k)))));
  });
});
