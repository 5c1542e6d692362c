import { describe, expect, it } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Design, Signal } from '../../codegen/rtl/ir.ts';
import { emulate } from '../../emulator/index.ts';

/** What a node gives for literal operands: [what, operands (value, width), node, expected]. */
type Row = readonly [
  what: string, operands: readonly (readonly [value: bigint, width: number])[],
  node: (b: ModuleBuilder, x: readonly Signal[]) => Signal, expected: bigint,
];
const VALUES: readonly Row[] = [
  ['slice', [[0b110110n, 6]], (b, [x]) => b.slice(x, 1, 4), 0b1011n],
  ['slice across words', [[(0b101n << 62n) | 3n, 70]], (b, [x]) => b.slice(x, 61, 5), 0b01010n],
  ['concat puts the first operand lowest', [[0b01n, 2], [0b111n, 3]], (b, x) => b.concat(x), 0b11101n],
  ['extend by zero', [[0b100n, 3]], (b, [x]) => b.resize(x, 6, false), 0b000100n],
  ['extend by sign', [[0b100n, 3]], (b, [x]) => b.resize(x, 6, true), 0b111100n],
  ['extend by sign past a word', [[1n << 63n, 64]], (b, [x]) => b.resize(x, 66, true), 7n << 63n],
  ['not', [[0b0101n, 4]], (b, [x]) => b.not(x), 0b1010n],
  ['and', [[0b0110n, 4], [0b1100n, 4]], (b, x) => b.and(x), 0b0100n],
  ['or', [[0b0110n, 4], [0b1100n, 4]], (b, x) => b.or(x), 0b1110n],
  ['xor', [[0b0110n, 4], [0b1100n, 4], [1n, 4]], (b, x) => b.xor(x), 0b1011n],
  ['reduce and, all ones', [[0b111n, 3]], (b, [x]) => b.reduce('and', x), 1n],
  ['reduce and, one zero', [[0b101n, 3]], (b, [x]) => b.reduce('and', x), 0n],
  ['reduce or', [[0n, 3]], (b, [x]) => b.reduce('or', x), 0n],
  ['reduce xor', [[0b111n, 3]], (b, [x]) => b.reduce('xor', x), 1n],
  ['mux 0', [[0n, 1], [5n, 4], [9n, 4]], (b, [s, ...args]) => b.mux(s, args), 5n],
  ['mux 1', [[1n, 1], [5n, 4], [9n, 4]], (b, [s, ...args]) => b.mux(s, args), 9n],
  ['mux past the end takes the last', [[3n, 2], [1n, 4], [2n, 4], [3n, 4]], (b, [s, ...args]) => b.mux(s, args), 3n],
  ['lt, unsigned', [[0b011n, 3], [0b100n, 3]], (b, [l, r]) => b.compare('lt', l, r), 1n],
  ['lt, signed', [[0b011n, 3], [0b100n, 3]], (b, [l, r]) => b.compare('lt', l, r, true), 0n],
  ['le, equal', [[4n, 3], [4n, 3]], (b, [l, r]) => b.compare('le', l, r, true), 1n],
  ['ne', [[4n, 3], [4n, 3]], (b, [l, r]) => b.compare('ne', l, r), 0n],
  ['lt across words, signed', [[1n << 65n, 66], [5n, 66]], (b, [l, r]) => b.compare('lt', l, r, true), 1n],
  ['shift left', [[0b0011n, 4], [3n, 2]], (b, [x, n]) => b.shift('left', x, n), 0b1000n],
  ['shift right', [[0b1000n, 4], [3n, 2]], (b, [x, n]) => b.shift('right', x, n), 1n],
  ['shift right by sign', [[0b1000n, 4], [2n, 2]], (b, [x, n]) => b.shift('right-signed', x, n), 0b1110n],
  ['shift by more than the width', [[0b1000n, 4], [200n, 8]], (b, [x, n]) => b.shift('right-signed', x, n), 0b1111n],
  ['lookup', [[2n, 2]], (b, [i]) => b.lookup(i, [7n, 8n, 9n], 4), 9n],
  ['lookup past the end', [[3n, 2]], (b, [i]) => b.lookup(i, [7n, 8n, 9n], 4), 0n],
  ['sum wraps', [[15n, 4], [1n, 4]], (b, [x, y]) => b.sum([term(x), term(y)], 0, 4), 0n],
  ['sum with signs, shift and constant', [[0b1110n, 4], [3n, 4]], (b, [x, y]) =>
    b.sum([term(x, { signed: true, shift: 1 }), term(y, { negative: true })], 10, 8), 3n],
  ['multiply, signed by unsigned', [[0b1111n, 4], [0b1111n, 4]], (b, [x, y]) => b.multiply(x, true, y, false, 8), 241n],
  ['popcount', [[0b1011n, 4]], (b, [x]) => b.popcount(x), 3n],
  ['thresholds count repeated levels', [[5n, 4]], (b, [x]) => b.thresholds(x, false, [2n, 5n, 5n, 6n]), 3n],
  ['thresholds of a negative number', [[0b1110n, 4]], (b, [x]) => b.thresholds(x, true, [-3n, -2n, 0n]), 2n],
  ['thresholds beyond the range', [[15n, 4]], (b, [x]) => b.thresholds(x, false, [-9n, 16n]), 1n],
  // Elements 1, -1, 2 (2 bits: 01, 11, 10 is -2): rows [1 2 3] and [0 -1 5].
  ['linear', [[0b10_11_01n, 6]], (b, [x]) => b.linear(x, {
    elementWidth: 2, signed: true, columns: 3, rows: 2, resultWidth: 6, matrix: Int32Array.of(1, 2, 3, 0, -1, 5),
  }), (BigInt.asUintN(6, -9n) << 6n) | BigInt.asUintN(6, -7n)],
  ['concat across words', [[1n, 1], [(1n << 64n) | 5n, 65], [3n, 2]], (b, x) => b.concat(x), (3n << 66n) | (1n << 65n) | (5n << 1n) | 1n],
  ['reduce and, all ones across words', [[(1n << 65n) - 1n, 65]], (b, [x]) => b.reduce('and', x), 1n],
  ['reduce xor across words', [[(1n << 64n) | 1n, 65]], (b, [x]) => b.reduce('xor', x), 0n],
  ['mux with a select far past the end', [[1n << 69n, 70], [1n, 4], [2n, 4], [3n, 4]], (b, [s, ...args]) => b.mux(s, args), 3n],
  ['le, unsigned, highest bit', [[8n, 4], [7n, 4]], (b, [l, r]) => b.compare('le', l, r), 0n],
  ['lt of equal numbers', [[1n << 65n, 66], [1n << 65n, 66]], (b, [l, r]) => b.compare('lt', l, r, true), 0n],
  ['shift left by whole words', [[3n, 130], [128n, 8]], (b, [x, n]) => b.shift('left', x, n), 3n << 128n],
  ['shift right across words', [[3n << 64n, 130], [63n, 8]], (b, [x, n]) => b.shift('right', x, n), 6n],
  ['shift right by exactly the width', [[9n, 4], [4n, 8]], (b, [x, n]) => b.shift('right', x, n), 0n],
  ['shift left by 2^40', [[1n, 4], [1n << 40n, 41]], (b, [x, n]) => b.shift('left', x, n), 0n],
  ['lookup far past the end', [[1n << 69n, 70]], (b, [i]) => b.lookup(i, [7n, 8n], 4), 0n],
  ['sum of nothing', [], (b) => b.sum([], -1, 4), 15n],
  ['sum borrows across words', [[1n, 1]], (b, [x]) => b.sum([term(x, { negative: true })], 0, 66), (1n << 66n) - 1n],
  ['sum with a shift past the width', [[5n, 4]], (b, [x]) => b.sum([term(x, { shift: 70 })], 2, 8), 2n],
  ['multiply, least by least', [[0b1000n, 4], [0b1000n, 4]], (b, [x, y]) => b.multiply(x, true, y, true, 8), 64n],
  ['multiply across words', [[(1n << 64n) - 1n, 64], [(1n << 64n) - 1n, 64]], (b, [x, y]) =>
    b.multiply(x, false, y, true, 128), (1n << 128n) - (1n << 64n) + 1n],
  ['popcount across words', [[(1n << 130n) - 1n, 130]], (b, [x]) => b.popcount(x), 130n],
  ['thresholds: none', [[5n, 4]], (b, [x]) => b.thresholds(x, false, []), 0n],
  ['thresholds, many, all but one', [[62n, 6]], (b, [x]) =>
    b.thresholds(x, false, Array.from({ length: 64 }, (_, i) => BigInt(i))), 63n],
  ['thresholds, many, signed', [[0b100001n, 6]], (b, [x]) =>
    b.thresholds(x, true, Array.from({ length: 64 }, (_, i) => BigInt(i - 32))), 2n],
  ['thresholds across words, signed', [[(1n << 70n) - 1n, 70]], (b, [x]) => b.thresholds(x, true, [-2n, -1n, 0n]), 2n],
  ['linear of signed bits: 1 is -1', [[0b101n, 3]], (b, [x]) => b.linear(x, {
    elementWidth: 1, signed: true, columns: 3, rows: 1, resultWidth: 4, matrix: Int32Array.of(1, 1, -1),
  }), 0n],
  ['linear of bits under signs', [[0b0111n, 4]], (b, [x]) => b.linear(x, {
    elementWidth: 1, signed: false, columns: 4, rows: 2, resultWidth: 4, matrix: Int32Array.of(1, -1, -1, 1, 0, 1, 1, -1),
  }), (2n << 4n) | 15n],
  ['linear of bytes, at the ends of the range', [[0x80ffn, 16]], (b, [x]) => b.linear(x, {
    elementWidth: 8, signed: true, columns: 2, rows: 1, resultWidth: 24, matrix: Int32Array.of(32767, -32768),
  }), 4161537n],
  ['linear across words', [[(1n << 65n) | 1n, 66]], (b, [x]) => b.linear(x, {
    elementWidth: 33, signed: true, columns: 2, rows: 1, resultWidth: 70, matrix: Int32Array.of(-2147483648, -2147483648),
  }), (1n << 63n) - (1n << 31n)],
];

/** One module that gives every row's value on an output of its own. */
function designOf(): Design {
  const b = new ModuleBuilder('values');
  VALUES.forEach(([, operands, node], row) => {
    const inputs = operands.map(([, width], i) => b.input(`x${row}_${i}`, width));
    b.output(`y${row}`, node(b, inputs));
  });
  return { modules: [b.finish()] };
}

describe('values of operators', () => {
  const design = designOf();
  checkDesign(design);
  for (const [engine, simulator] of [['evaluator', evaluateDesign(design)], ['emulator', emulate(design)]] as const) {
    VALUES.forEach(([what, operands, , expected], row) => {
      it(`${engine}: ${what}`, () => {
        operands.forEach(([value], i) => simulator.input(`x${row}_${i}`).set(value));
        simulator.settle();
        expect(simulator.signal(`y${row}`).get()).toBe(expected);
      });
    });
  }
});

describe('state', () => {
  /** Output `y` for each cycle of inputs; `reset` names cycles with reset active. */
  function trace(design: Design, inputs: readonly Readonly<Record<string, bigint>>[], reset: readonly number[] = []): bigint[][] {
    return [evaluateDesign(design), emulate(design)].map((simulator) => inputs.map((values, cycle) => {
      for (const [name, value] of Object.entries(values)) simulator.input(name).set(value);
      simulator.setReset(reset.includes(cycle));
      simulator.settle();
      const y = simulator.signal('y').get();
      simulator.clock();
      return y;
    }));
  }

  function one(build: (b: ModuleBuilder) => Signal): Design {
    const b = new ModuleBuilder('one');
    b.output('y', build(b));
    return { modules: [b.finish()] };
  }

  const both = (expected: bigint[]): bigint[][] => [expected, expected];
  const steps = (values: readonly bigint[], more: Readonly<Record<string, readonly bigint[]>> = {}): Record<string, bigint>[] =>
    values.map((x, i) => ({ x, ...Object.fromEntries(Object.entries(more).map(([name, list]) => [name, list[i]])) }));

  it('a register keeps its value while enable is low, and reset wins over enable', () => {
    const design = one((b) => b.register(4, { next: b.input('x', 4), enable: b.input('e', 1), reset: 7 }));
    expect(trace(design, steps([1n, 2n, 3n, 4n, 5n], { e: [1n, 0n, 1n, 0n, 1n] }), [3])).toEqual(both([7n, 1n, 1n, 3n, 7n]));
  });

  it('registers in a ring change at once', () => {
    const design = one((b) => {
      const a = b.register(2, { reset: 1 });
      const c = b.register(2, { reset: 2 });
      b.drive(a, c);
      b.drive(c, a);
      return b.concat([a, c]);
    });
    expect(trace(design, [{}, {}, {}])).toEqual(both([0b1001n, 0b0110n, 0b1001n]));
  });

  it('a delay of three cycles, standing still once', () => {
    const design = one((b) => b.delay(b.input('x', 4), 3, b.input('e', 1)));
    expect(trace(design, steps([1n, 2n, 3n, 4n, 5n, 6n], { e: [1n, 1n, 0n, 1n, 1n, 1n] }))).toEqual(both([0n, 0n, 0n, 0n, 1n, 2n]));
  });

  it('a pipelined sum of two stages', () => {
    const design = one((b) => b.sum([term(b.input('x', 4))], 1, 4, { stages: 2 }));
    expect(trace(design, steps([1n, 2n, 3n, 4n]))).toEqual(both([0n, 0n, 2n, 3n]));
  });

  it('a rom answers one cycle later and gives 0 past its end', () => {
    const design = one((b) => b.rom(b.input('x', 2), [5n, 6n, 7n], 4));
    expect(trace(design, steps([2n, 0n, 3n, 1n]))).toEqual(both([0n, 7n, 5n, 0n]));
  });

  it('a ram gives old data on a collision, and ignores addresses past its end', () => {
    const build = (read: 'registered' | 'direct') => (b: ModuleBuilder): Signal => b.ram({
      depth: 3, writeEnable: b.input('w', 1), writeAddress: b.input('to', 2), writeData: b.input('x', 4), readAddress: b.input('from', 2), read,
    });
    const inputs = steps([1n, 2n, 3n, 4n, 5n], {
      w: [1n, 1n, 1n, 1n, 0n], to: [0n, 0n, 3n, 1n, 0n], from: [0n, 0n, 0n, 3n, 1n],
    });
    expect(trace(one(build('registered')), inputs)).toEqual(both([0n, 0n, 1n, 2n, 0n]));
    expect(trace(one(build('direct')), inputs)).toEqual(both([0n, 1n, 2n, 0n, 4n]));
  });
});
