import { op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { DotNode, IntegerType, ThresholdNode } from '../ir.ts';
import { nest, pointer, pointerFrom } from './nest.ts';
import { SQUARE, transposeSquare } from './transpose.ts';
import { wordsOf, type Place, type Room } from './values.ts';
import { loadVector, storeBytes } from './vectors.ts';

/** Vectors of elements that are computed side by side, one in each bit. */
export const SLICES = 128;
/** Columns whose ones are counted for all rows at once, and such groups that a turn adds. */
const GROUP = 3;
const TURN = 4;
/** Bits of a counter that stays in registers. */
const PART_BITS = 8;
/** The sum of a group's bits and its complement, and the carries of four patterns with theirs. */
const ENTRIES = 10;
const FEWEST_ROWS = 24;

interface Context {
  readonly code: FunctionBuilder;
  readonly room: Room;
  readonly from: Place;
  readonly to: Place;
}

/** Whether a product of signs by weights without zeros is counted in slices. */
export function isSliced(dot: DotNode, from: Place, to: Place): boolean {
  const vectors = from.size / dot.columns;
  return from.signs !== undefined && to.signs !== undefined && vectors % SLICES === 0 && dot.rows >= FEWEST_ROWS
    && dot.weights.every((weight) => weight !== 0);
}

/**
 * Signs of 128 vectors, transposed: a 128-bit vector for each column. The number of ones among three columns, each as it is or inverted by
 * its weight, is two bits; there are eight such pairs, of which each row takes one. Full adders add them, bit by bit of the number. A
 * row's counter starts so that its highest bit is set where the sum lies below the level: the sign of the result.
 */
export function emitSlicedStep(dot: DotNode, threshold: ThresholdNode, range: IntegerType, { code, room, from, to }: Context): void {
  const [words, outWords] = [wordsOf(dot.columns), wordsOf(dot.rows)];
  const { chunks, turns } = chunksOf(dot.columns);
  const groups = chunks * turns * TURN;
  // Columns past the last one are zero: signs are, and nothing is written behind them.
  const columns = room.reserve(Math.max(words * SQUARE, 16 * GROUP * groups));
  const table = room.reserve(16 * ENTRIES * groups);
  const results = room.reserve(outWords * SQUARE);
  const bits = Math.ceil(Math.log2(dot.columns + 1)) + 1;
  const [starts, choices] = rowTables(dot, threshold, range, bits, groups, table);
  const [startsAt, choicesAt] = [room.place(starts), room.place(choices)];
  const [source, target] = [pointer(code), pointer(code)];
  const vectors = from.size / dot.columns;
  nest(code, [{ count: vectors / SLICES, steps: [[source, 8 * words * SLICES], [target, 8 * outWords * SLICES]] }], () => {
    gatherSigns(code, room, source, from.address, words, columns);
    countGroups(code, columns, table, groups);
    clearTail(code, results, dot.rows, outWords);
    const [start, choice, result] = [pointer(code), pointer(code), pointer(code)];
    nest(code, [{ count: dot.rows, steps: [[start, bits], [choice, 8 * groups], [result, 16]] }], () => {
      const counter = countRow(code, start, startsAt, choice, choicesAt, bits, chunks, turns);
      storeBytes(code, result, results, counter[bits - 1], 16);
    });
    scatterSigns(code, room, results, target, to.address, outWords);
  });
}

/** How often a row's groups are added to a small counter, and that to the whole one, which takes about as long as a turn. */
function chunksOf(columns: number): { readonly chunks: number; readonly turns: number } {
  const least = Math.ceil(columns / (GROUP * TURN));
  const most = Math.floor((2 ** PART_BITS - 1) / (GROUP * TURN));
  const choices = Array.from({ length: most }, (_, i) => ({ turns: i + 1, chunks: Math.ceil(least / (i + 1)) }));
  return choices.reduce((best, each) => (each.chunks * (each.turns + 1) <= best.chunks * (best.turns + 1) ? each : best));
}

/** For each row, bytes of its counter's start, all ones or zeros, and for each group the places of the sum and the carry that it takes. */
function rowTables(dot: DotNode, threshold: ThresholdNode, { low, high }: IntegerType, bits: number, groups: number, table: number): [Uint8Array, Int32Array] {
  const starts = new Uint8Array(dot.rows * bits);
  const choices = new Int32Array(dot.rows * groups * 2);
  for (let row = 0; row < dot.rows; row++) {
    const channel = row % threshold.channels;
    const limited = Math.min(Math.max(threshold.levels[channel], low), high + 1);
    const falling = threshold.falling[channel];
    const level = falling ? 1 - limited : limited;
    // The sum is columns - 2 * ones: below the level where there are so many ones.
    const enough = Math.min(Math.max(Math.floor((dot.columns - level) / 2) + 1, 0), dot.columns + 1);
    const start = 2 ** (bits - 1) - enough;
    for (let bit = 0; bit < bits; bit++) starts[row * bits + bit] = Math.floor(start / 2 ** bit) % 2 === 1 ? 0xff : 0;
    for (let group = 0; group < groups; group++) {
      const inverted = [0, 1, 2].map((i) => {
        const column = GROUP * group + i;
        return column < dot.columns && (dot.weights[row * dot.columns + column] < 0) !== falling;
      });
      const odd = inverted.filter(Boolean).length % 2 === 1;
      // Of the three, one or none differs from the two others: pattern 0 has none, pattern i the i-th.
      const differs = [0, 1, 2].findIndex((i) => inverted[i] !== inverted[(i + 1) % 3] && inverted[i] !== inverted[(i + 2) % 3]);
      const complement = differs < 0 ? inverted[0] : !inverted[differs];
      const at = table + 16 * ENTRIES * group;
      choices.set([at + (odd ? 16 : 0), at + 16 * (2 + 2 * (differs + 1) + (complement ? 1 : 0))], 2 * (row * groups + group));
    }
  }
  return [starts, choices];
}

/** Signs as a vector for each column: two words at a time, of a sample and of the one 64 further, in squares. */
function gatherSigns(code: FunctionBuilder, room: Room, source: number, address: number, words: number, columns: number): void {
  const [word, square, at, to] = [pointer(code), pointer(code), code.local('i32'), code.local('i32')];
  nest(code, [{ count: words, steps: [[word, 8], [square, SQUARE]] }], () => {
    sum(code, at, source, word);
    sum(code, to, square);
    nest(code, [{ count: 64, steps: [[at, 8 * words], [to, 16]] }], () => {
      code.get(to);
      code.get(at);
      code.get(at);
      code.emit(...simd.v128Load64Splat, 0);
      code.offset(address);
      code.emit(...simd.v128Load64Lane, 0);
      code.offset(address + 64 * 8 * words);
      code.emit(1, ...simd.v128Store, 0);
      code.offset(columns);
    });
    transposeSquare(code, room, square, columns);
  });
}

/** Signs of the results back to where they belong, sample by sample. */
function scatterSigns(code: FunctionBuilder, room: Room, results: number, target: number, address: number, words: number): void {
  const [word, square, at, from, vector] = [pointer(code), pointer(code), code.local('i32'), code.local('i32'), code.local('v128')];
  nest(code, [{ count: words, steps: [[word, 8], [square, SQUARE]] }], () => {
    transposeSquare(code, room, square, results);
    sum(code, at, target, word);
    sum(code, from, square);
    nest(code, [{ count: 64, steps: [[at, 8 * words], [from, 16]] }], () => {
      loadVector(code, from, results);
      code.set(vector);
      [address, address + 64 * 8 * words].forEach((place, half) => {
        code.get(at);
        code.get(vector);
        code.emit(...simd.v128Store64Lane, 0);
        code.offset(place);
        code.emit(half);
      });
    });
  });
}

function sum(code: FunctionBuilder, to: number, ...pointers: readonly number[]): void {
  pointers.forEach((each, i) => {
    code.get(each);
    if (i > 0) code.emit(op.i32Add);
  });
  code.set(to);
}

/** Rows that do not exist have no negative results. */
function clearTail(code: FunctionBuilder, results: number, rows: number, words: number): void {
  if (rows === 64 * words) return;
  const [at, zero] = [pointer(code), code.local('v128')];
  nest(code, [{ count: 64 * words - rows, steps: [[at, 16]] }], () => storeBytes(code, at, results + 16 * rows, zero, 16));
}

/** For each group, the sum bit and the carries: with none, and with each one of its columns inverted; and the complements of all. */
function countGroups(code: FunctionBuilder, columns: number, table: number, groups: number): void {
  const [at, to] = [pointer(code), pointer(code)];
  const [a, b, c, result] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('v128')];
  nest(code, [{ count: groups, steps: [[at, 16 * GROUP], [to, 16 * ENTRIES]] }], () => {
    [a, b, c].forEach((local, i) => {
      loadVector(code, at, columns + 16 * i);
      code.set(local);
    });
    let entry = 0;
    const put = (push: () => void): void => {
      push();
      code.set(result);
      storeBytes(code, to, table + 16 * entry++, result, 16);
      code.get(result);
      code.emit(...simd.v128Not);
      code.set(result);
      storeBytes(code, to, table + 16 * entry++, result, 16);
    };
    const pair = (x: number, y: number, instruction: readonly number[]): void => {
      code.get(x);
      code.get(y);
      code.emit(...instruction);
    };
    put(() => {
      pair(a, b, simd.v128Xor);
      code.get(c);
      code.emit(...simd.v128Xor);
    });
    // Two of three: both of the others, or one of them and this one, inverted or not.
    for (const [x, y, z, instruction] of [[a, b, c, simd.v128And], [a, b, c, simd.v128AndNot], [b, a, c, simd.v128AndNot], [c, a, b, simd.v128AndNot]] as const) {
      put(() => {
        pair(y, z, simd.v128And);
        pair(y, z, simd.v128Xor);
        code.get(x);
        code.emit(...instruction, ...simd.v128Or);
      });
    }
  });
}

/** The counter of a row, bit by bit, after all groups have been added: to a counter of few bits, and from time to time that to the whole. */
function countRow(
  code: FunctionBuilder, start: number, starts: number, choice: number, choices: number, bits: number, chunks: number, turns: number,
): number[] {
  const counter = Array.from({ length: bits }, () => code.local('v128'));
  counter.forEach((local, bit) => {
    code.get(start);
    code.emit(...simd.v128Load8Splat, 0);
    code.offset(starts + bit);
    code.set(local);
  });
  const part = Array.from({ length: Math.ceil(Math.log2(turns * GROUP * TURN + 1)) }, () => code.local('v128'));
  const at = pointerFrom(code, choice, 0);
  nest(code, [{ count: chunks, steps: [[at, 8 * TURN * turns]] }], () => {
    for (const local of part) {
      code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
      code.set(local);
    }
    nest(code, [{ count: turns, steps: [[at, 8 * TURN]] }], () => addGroups(code, part, at, choices));
    let carry: number | undefined;
    counter.forEach((local, bit) => {
      const own = [...bit < part.length ? [part[bit]] : [], ...carry === undefined ? [] : [carry]];
      if (own.length > 0) carry = own.length === 2 ? fullAdd(code, local, own[0], own[1]) : halfAdd(code, local, own[0]);
    });
  });
  return counter;
}

/** Adds the numbers that a row takes of some groups to a counter. */
function addGroups(code: FunctionBuilder, counter: readonly number[], at: number, choices: number): void {
  // What is to be added to each bit of the counter.
  const pending: number[][] = counter.map((_, bit) => (bit > 1 ? [] : Array.from({ length: TURN }, (_unused, group) => {
    const local = code.local('v128');
    code.get(at);
    code.emit(op.i32Load, 2);
    code.offset(choices + 8 * group + 4 * bit);
    code.emit(...simd.v128Load, 0);
    code.offset(0);
    code.set(local);
    return local;
  })));
  counter.forEach((local, bit) => {
    const own = pending[bit];
    for (let i = 0; i < own.length; i += 2) {
      const carry = i + 1 < own.length ? fullAdd(code, local, own[i], own[i + 1]) : halfAdd(code, local, own[i]);
      pending[bit + 1]?.push(carry);
    }
  });
}

/** Adds two vectors to one, bit by bit; gives the carries. */
function fullAdd(code: FunctionBuilder, into: number, x: number, y: number): number {
  const [half, carry] = [code.local('v128'), code.local('v128')];
  code.get(x);
  code.get(y);
  code.emit(...simd.v128Xor);
  code.set(half);
  code.get(x);
  code.get(y);
  code.emit(...simd.v128And);
  code.get(half);
  code.get(into);
  code.emit(...simd.v128And, ...simd.v128Or);
  code.set(carry);
  code.get(into);
  code.get(half);
  code.emit(...simd.v128Xor);
  code.set(into);
  return carry;
}

function halfAdd(code: FunctionBuilder, into: number, x: number): number {
  const carry = code.local('v128');
  code.get(into);
  code.get(x);
  code.emit(...simd.v128And);
  code.set(carry);
  code.get(into);
  code.get(x);
  code.emit(...simd.v128Xor);
  code.set(into);
  return carry;
}
