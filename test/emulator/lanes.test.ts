import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { flatten } from '../../codegen/rtl/flatten.ts';
import { topModule, type Design } from '../../codegen/rtl/ir.ts';
import { runStreams, stallPattern } from '../../codegen/rtl/stream-runner.ts';
import { COPIES, emulate, LaneEmulator, lanesOf } from '../../emulator/index.ts';
import { isState } from '../../codegen/rtl/order.ts';
import { wordsOf } from '../../emulator/layout.ts';
import { benchDesigns } from '../../bench/emulator/designs.ts';
import { Random } from '../verilog/random.ts';
import { laneDesign } from './lane-design.ts';

const words = (beats: readonly bigint[], width: number): BigUint64Array => {
  const each = wordsOf(width);
  return BigUint64Array.from({ length: beats.length * each }, (_, i) => BigInt.asUintN(64, beats[Math.floor(i / each)] >> BigInt(64 * (i % each))));
};

/** The parts of the output that differ. */
function difference(design: Design, expected: bigint, found: bigint): string {
  const { nodes, ports } = topModule(design);
  const output = nodes[ports.find(({ name }) => name === 'm_axis_0_tdata')!.signal];
  if (output.op !== 'concat') throw new Error('the output is not put together');
  let at = 0n;
  return output.args.map((arg) => {
    const { name, width } = nodes[arg];
    const [a, b] = [expected, found].map((value) => BigInt.asUintN(width, value >> at));
    at += BigInt(width);
    return a === b ? '' : `${name} is ${b.toString(16)}, not ${a.toString(16)}; `;
  }).join('');
}

it('copies of random designs side by side give the beats of the evaluator', () => {
  let laned = 0;
  const runs = process.env.BITLOOM_TEST_FULL === undefined ? 150 : 2000;
  const step = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(fc.array(step, { minLength: 2, maxLength: 14, size: 'max' }), fc.nat(), (steps, seed) => {
    const design = laneDesign(steps);
    checkDesign(design);
    const code = lanesOf(flatten(design), 2 * COPIES);
    if (code === undefined) return;
    laned++;
    const random = new Random(seed + 1);
    const beats = Array.from({ length: code.copies }, () => Array.from({ length: 12 }, () => random.value(97)));
    const stall = { seed, percent: 30 };
    const outputs = [{ prefix: 'm_axis_0', count: 16 }];
    const found = new LaneEmulator(code).runBeats({ inputs: [{ prefix: 's_axis_0', words: beats.map((each) => words(each, 97)) }], outputs, stall });
    const { width } = topModule(design).ports.find(({ name }) => name === 'm_axis_0_tdata')!;
    for (const copy of [0, 3, COPIES, 2 * COPIES - 1]) {
      const expected = runStreams(evaluateDesign(design), { inputs: [{ prefix: 's_axis_0', beats: beats[copy] }], outputs, stall: stallPattern(seed, 30) });
      expect([...found[copy].outputs[0].cycles]).toEqual(expected.outputs[0].cycles);
      const each = wordsOf(width);
      expected.outputs[0].beats.forEach((beat, cycle) => {
        const got = found[copy].outputs[0].words.slice(cycle * each, (cycle + 1) * each).reduce((sum, word, k) => sum + (word << BigInt(64 * k)), 0n);
        if (got !== beat) throw new Error(`copy ${copy}, beat ${cycle}: ${difference(design, beat, got)}`);
      });
    }
  }), { numRuns: runs, seed: 12 });
  expect(laned).toBeGreaterThan(runs / 2);
});

/** Those whose copies have no control of their own, and no constant matrices. */
const SIDE_BY_SIDE = ['B', 'digits streaming', 'kwsmlp_w3a3 streaming', 'cifar10_qkeras_tiny streaming', 'separable_conv_32 streaming', 'qkeras_jettagging streaming'];
const CYCLES = process.env.BITLOOM_TEST_FULL === undefined ? 400 : 10_000;

for (const { name, make } of benchDesigns()) {
  it.runIf(SIDE_BY_SIDE.includes(name))(`${name}: what copies side by side keep is what each has alone, in every cycle and with stalls`, async () => {
    const design: Design = await make();
    const flat = flatten(design);
    const code = lanesOf(flat, COPIES)!;
    const random = new Random(8);
    const [input] = code.streams.filter((stream) => stream.input);
    const { width } = topModule(design).ports.find((port) => port.name === `${input.prefix}_tdata`)!;
    const inputs = Array.from({ length: COPIES }, () => words(Array.from({ length: CYCLES }, () => random.value(width)), width));
    const outputs = code.streams.filter((stream) => !stream.input).map(({ prefix }) => ({ prefix, count: CYCLES }));
    const stall = { seed: 5, percent: 30 };
    const together = new LaneEmulator(code);
    const many = together.begin({ inputs: [{ prefix: input.prefix, words: inputs }], outputs, stall });
    const copy = 5;
    const alone = emulate(design);
    const one = alone.beginBeats({ inputs: [{ prefix: input.prefix, words: inputs[copy] }], outputs, stall });
    const kept = [...flat.paths].filter(([, signal]) => isState(flat.nodes[signal]) && together.value(signal, copy) !== undefined);
    expect(kept.length).toBeGreaterThan(30);
    const pairs = kept.map(([path, signal]) => ({ path, signal, handle: alone.signal(path) }));
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      many.advance(1);
      one.advance(1);
      for (const { path, signal, handle } of pairs) {
        if (together.value(signal, copy) !== handle.get()) throw new Error(`cycle ${cycle}: ${path} is ${together.value(signal, copy)}, not ${handle.get()}`);
      }
    }
  }, 600_000);
}
