import { op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { DotNode, IntegerType, ThresholdNode } from '../ir.ts';
import type { KernelContext } from './context.ts';
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
/** Two bits for each pattern of inverted columns. */
const ENTRIES = 16;
const FEWEST_ROWS = 24;

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
export function emitSlicedStep(dot: DotNode, threshold: ThresholdNode, range: IntegerType, { code, room, from, to }: KernelContext): void {
  const [words, outWords] = [wordsOf(dot.columns), wordsOf(dot.rows)];
  const { chunks, turns } = chunksOf(dot.columns);
  const groups = turns * TURN;
  // Columns past the last one are zero: signs are, and nothing is written behind them.
  const columns = room.reserve(Math.max(words * SQUARE, 16 * GROUP * groups * chunks));
  const table = room.reserve(16 * ENTRIES * groups);
  const results = room.reserve(outWords * SQUARE);
  const bits = Math.ceil(Math.log2(dot.columns + 1)) + 1;
  const startsAt = room.place(startsOf(dot, threshold, range, bits));
  const choicesAt = room.place(choicesOf(dot, threshold, groups, chunks, table));
  const counters = room.reserve(16 * bits * dot.rows);
  const [source, target] = [pointer(code), pointer(code)];
  const vectors = from.size / dot.columns;
  nest(code, [{ count: vectors / SLICES, steps: [[source, 8 * words * SLICES], [target, 8 * outWords * SLICES]] }], () => {
    gatherSigns(code, room, source, from.address, words, columns);
    startCounters(code, startsAt, counters, bits * dot.rows);
    clearTail(code, results, dot.rows, outWords);
    const [column, chosen] = [pointer(code), pointer(code)];
    nest(code, [{ count: chunks, steps: [[column, 16 * GROUP * groups], [chosen, 4 * groups * dot.rows]] }], () => {
      countGroups(code, column, columns, table, groups);
      const [choice, counter, result] = [pointerFrom(code, chosen, 0), pointer(code), pointer(code)];
      nest(code, [{ count: dot.rows, steps: [[choice, 4 * groups], [counter, 16 * bits], [result, 16]] }], () => {
        const sign = countRow(code, choice, choicesAt, counter, counters, bits, turns);
        storeBytes(code, result, results, sign, 16);
      });
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

/** For each row, bytes of its counter's start, all ones or zeros. */
function startsOf(dot: DotNode, { channels, levels, falling }: ThresholdNode, { low, high }: IntegerType, bits: number): Uint8Array {
  return Uint8Array.from({ length: dot.rows * bits }, (_, i) => {
    const [channel, bit] = [Math.floor(i / bits) % channels, i % bits];
    const limited = Math.min(Math.max(levels[channel], low), high + 1);
    const level = falling[channel] ? 1 - limited : limited;
    // The sum is columns - 2 * ones: below the level where there are so many ones.
    const enough = Math.min(Math.max(Math.floor((dot.columns - level) / 2) + 1, 0), dot.columns + 1);
    return Math.floor((2 ** (bits - 1) - enough) / 2 ** bit) % 2 === 1 ? 0xff : 0;
  });
}

/** For each chunk and each row, the places of the two bits that it takes of each group. */
function choicesOf(dot: DotNode, { channels, falling }: ThresholdNode, groups: number, chunks: number, table: number): Int32Array {
  return Int32Array.from({ length: chunks * dot.rows * groups }, (_, i) => {
    const [group, row, chunk] = [i % groups, Math.floor(i / groups) % dot.rows, Math.floor(i / groups / dot.rows)];
    const inverted = [0, 1, 2].map((which) => {
      const column = GROUP * (chunk * groups + group) + which;
      return column < dot.columns && (dot.weights[row * dot.columns + column] < 0) !== falling[row % channels];
    });
    // Of the three, one or none differs from the two others: pattern 0 has none, pattern i the i-th.
    const differs = [0, 1, 2].findIndex((which) => inverted[which] !== inverted[(which + 1) % 3] && inverted[which] !== inverted[(which + 2) % 3]);
    const complement = differs < 0 ? inverted[0] : !inverted[differs];
    return table + 16 * (ENTRIES * group + 4 * (differs + 1) + (complement ? 2 : 0));
  });
}

/** Writes each byte to the 16 of a vector. */
function startCounters(code: FunctionBuilder, starts: number, counters: number, count: number): void {
  const [from, to] = [pointer(code), pointer(code)];
  nest(code, [{ count, steps: [[from, 1], [to, 16]] }], () => {
    code.get(to);
    code.get(from);
    code.emit(...simd.v128Load8Splat, 0);
    code.offset(starts);
    code.emit(...simd.v128Store, 0);
    code.offset(counters);
  });
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

/** For each group, the two bits of the number of ones: with no column inverted and with each one, and with all others instead. */
function countGroups(code: FunctionBuilder, column: number, columns: number, table: number, groups: number): void {
  const [at, to] = [pointerFrom(code, column, 0), pointer(code)];
  const [a, b, c, carry] = [0, 1, 2, 3].map(() => code.local('v128'));
  const sums = [code.local('v128'), code.local('v128')];
  const pair = (x: number, y: number, instruction: readonly number[]): void => {
    code.get(x);
    code.get(y);
    code.emit(...instruction);
  };
  const invert = (from: number, into: number): void => {
    code.get(from);
    code.emit(...simd.v128Not);
    code.set(into);
  };
  nest(code, [{ count: groups, steps: [[at, 16 * GROUP], [to, 16 * ENTRIES]] }], () => {
    [a, b, c].forEach((local, i) => {
      loadVector(code, at, columns + 16 * i);
      code.set(local);
    });
    pair(a, b, simd.v128Xor);
    code.get(c);
    code.emit(...simd.v128Xor);
    code.set(sums[0]);
    invert(sums[0], sums[1]);
    // Two of three: both of the others, or one of them and this one, inverted or not.
    const patterns = [[a, b, c, simd.v128And], [a, b, c, simd.v128AndNot], [b, a, c, simd.v128AndNot], [c, a, b, simd.v128AndNot]] as const;
    patterns.forEach(([x, y, z, instruction], pattern) => {
      pair(y, z, simd.v128And);
      pair(y, z, simd.v128Xor);
      code.get(x);
      code.emit(...instruction, ...simd.v128Or);
      code.set(carry);
      for (const inverted of [0, 1]) {
        const entry = table + 16 * (4 * pattern + 2 * inverted);
        if (inverted === 1) invert(carry, carry);
        storeBytes(code, to, entry, sums[pattern === 0 ? inverted : 1 - inverted], 16);
        storeBytes(code, to, entry + 16, carry, 16);
      }
    });
  });
}

/** Adds a chunk's groups to a small counter and that to the row's own; gives its highest bit. */
function countRow(
  code: FunctionBuilder, choice: number, choices: number, counter: number, counters: number, bits: number, turns: number,
): number {
  const part = Array.from({ length: Math.ceil(Math.log2(turns * GROUP * TURN + 1)) }, () => code.local('v128'));
  for (const local of part) {
    code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
    code.set(local);
  }
  const at = pointerFrom(code, choice, 0);
  nest(code, [{ count: turns, steps: [[at, 4 * TURN]] }], () => addGroups(code, part, at, choices));
  const whole = code.local('v128');
  let carry: number | undefined;
  for (let bit = 0; bit < bits; bit++) {
    const own = [...bit < part.length ? [part[bit]] : [], ...carry === undefined ? [] : [carry]];
    loadVector(code, counter, counters + 16 * bit);
    code.set(whole);
    carry = own.length === 2 ? fullAdd(code, whole, own[0], own[1]) : halfAdd(code, whole, own[0]);
    storeBytes(code, counter, counters + 16 * bit, whole, 16);
  }
  return whole;
}

/** Adds the numbers that a row takes of some groups to a counter. */
function addGroups(code: FunctionBuilder, counter: readonly number[], at: number, choices: number): void {
  // What is to be added to each bit of the counter.
  const pending: number[][] = counter.map(() => []);
  const place = code.local('i32');
  for (let group = 0; group < TURN; group++) {
    code.get(at);
    code.emit(op.i32Load, 2);
    code.offset(choices + 4 * group);
    code.set(place);
    for (const bit of [0, 1]) {
      const local = code.local('v128');
      loadVector(code, place, 16 * bit);
      code.set(local);
      pending[bit].push(local);
    }
  }
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
