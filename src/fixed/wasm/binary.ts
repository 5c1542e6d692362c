import { op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { DotNode, IntegerType, ThresholdNode } from '../ir.ts';
import type { KernelContext } from './context.ts';
import { nest, pointer, type Level } from './nest.ts';
import { storeElement } from './scalar.ts';
import { wordsOf, type Place } from './values.ts';

/** Rows of a turn. */
const UNROLLED = 4;

/**
 * Weights as masks of 64-bit words. With n the negative elements, P and M the columns of weight +1 and -1, a row's sum is
 * |P| - |M| - 2 |n and P| + 2 |n and M|; without zeros, columns - 2 |n xor M|. A row is a constant, M, and, where weights are zero, P.
 */
class Masks {
  readonly words: number;
  readonly dense: boolean;
  readonly rowBytes: number;

  constructor(private readonly dot: DotNode) {
    this.words = wordsOf(dot.columns);
    this.dense = dot.weights.every((weight) => weight !== 0);
    this.rowBytes = 8 * (1 + (this.dense ? this.words : 2 * this.words));
  }

  /** A row's words; `sign` multiplies its weights, the constant follows from the sum of the weights. */
  row(row: number, sign: number, constant: (total: number) => number): bigint[] {
    const { dot: { columns, weights }, words } = this;
    const [negative, positive] = [new Array<bigint>(words).fill(0n), new Array<bigint>(words).fill(0n)];
    let total = 0;
    for (let c = 0; c < columns; c++) {
      const weight = sign * weights[row * columns + c];
      total += weight;
      if (weight !== 0) (weight < 0 ? negative : positive)[c >> 6] |= 1n << BigInt(c % 64);
    }
    return [BigInt.asUintN(64, BigInt(constant(this.dense ? columns : total))), ...negative, ...(this.dense ? [] : positive)];
  }

  /** Pushes a row's constant minus |n xor M|, or plus |n and M| minus |n and P|. */
  push(code: FunctionBuilder, bits: readonly number[], at: number, masks: number): void {
    code.get(at);
    code.loadAt(masks);
    const count = (first: number, instruction: number, combine: number): void => bits.forEach((local, k) => {
      // The mask comes first: its register becomes the result's, while the elements stay.
      code.get(at);
      code.loadAt(masks + 8 * (1 + first + k));
      code.get(local);
      code.emit(instruction, op.i64Popcnt, combine);
    });
    if (this.dense) count(0, op.i64Xor, op.i64Sub);
    else {
      count(0, op.i64And, op.i64Add);
      count(this.words, op.i64And, op.i64Sub);
    }
  }
}

/** A loop over the vectors of the elements, whose signs are in locals; `vector` gets a pointer to the results, which it moves. */
function forEachVector(
  dot: DotNode, { code, room, from, to }: KernelContext, masks: Masks, vector: (bits: readonly number[], target: number, mask: number) => void,
): void {
  const bits = Array.from({ length: masks.words }, () => code.local('i64'));
  const packed = from.signs === undefined ? room.reserve(8 * masks.words) : 0;
  const [source, target, mask] = [pointer(code), pointer(code), pointer(code)];
  const vectorBytes = from.signs === undefined ? from.bytes * dot.columns : 8 * masks.words;
  const resultBytes = to.signs === undefined ? to.bytes * dot.rows : 8 * wordsOf(dot.rows);
  const groups: Level = { count: dot.groups, steps: [[source, vectorBytes], [mask, masks.rowBytes * dot.rows], [target, resultBytes]] };
  const vectors = from.size / (dot.groups * dot.columns);
  const all: Level = { count: vectors, steps: [[source, vectorBytes * dot.groups], [target, resultBytes * dot.groups]] };
  nest(code, [all, groups], () => {
    if (from.signs === undefined) packSigns(code, from, source, dot.columns, packed);
    bits.forEach((local, k) => {
      if (from.signs === undefined) code.load(packed + 8 * k);
      else {
        code.get(source);
        code.loadAt(from.address + 8 * k);
      }
      code.set(local);
    });
    vector(bits, target, mask);
  });
}

/** Products of elements of two values and weights of three. */
export function emitBinary(dot: DotNode, context: KernelContext): void {
  const { code, room, to } = context;
  const masks = new Masks(dot);
  const rows = Array.from({ length: dot.groups * dot.rows }, (_, row) => masks.row(row, 1, (total) => total));
  const table = room.place(BigUint64Array.from(rows.flat()));
  forEachVector(dot, context, masks, (bits, target, mask) => {
    const [at, result] = [code.local('i32'), code.local('i32')];
    code.get(mask);
    code.set(at);
    code.get(target);
    code.set(result);
    code.loop(code.local('i32'), 1, dot.rows, () => {
      // The constant counts once, the ones under the masks twice.
      code.get(result);
      masks.push(code, bits, at, table);
      code.i64(1n);
      code.emit(op.i64Shl);
      code.get(at);
      code.loadAt(table);
      code.emit(op.i64Sub);
      storeElement(code, to.bytes, to.address);
      code.add(at, masks.rowBytes);
      code.add(result, to.bytes);
    });
  });
}

/**
 * The same with a comparison of each row's sum: the results' signs, one bit each. A row's constant is such that its count falls below
 * zero where the sum lies below the level; rows that fall have their weights negated.
 */
export function emitBinaryStep(dot: DotNode, threshold: ThresholdNode, { low, high }: IntegerType, context: KernelContext): void {
  const { code, room, to } = context;
  const masks = new Masks(dot);
  const words = wordsOf(dot.rows);
  const rows: bigint[] = [];
  for (let word = 0; word < words; word++) {
    // The last row comes first: each moves those before it up by one bit.
    for (let row = Math.min(dot.rows, 64 * (word + 1)) - 1; row >= 64 * word; row--) {
      const channel = row % threshold.channels;
      const level = Math.min(Math.max(threshold.levels[channel], low), high + 1);
      const falling = threshold.falling[channel];
      rows.push(...masks.row(row, falling ? -1 : 1, (total) => Math.floor((total - (falling ? 1 - level : level)) / 2)));
    }
  }
  const table = room.place(BigUint64Array.from(rows));
  forEachVector(dot, context, masks, (bits, target, mask) => {
    const [at, signs] = [code.local('i32'), code.local('i64')];
    code.get(mask);
    code.set(at);
    for (let word = 0; word < words; word++) {
      const count = Math.min(64, dot.rows - 64 * word);
      code.i64(0n);
      code.set(signs);
      const rowsOf = (unrolled: number): void => {
        for (let k = 0; k < unrolled; k++) {
          masks.push(code, bits, at, table + k * masks.rowBytes);
          code.i64(63n);
          code.emit(op.i64ShrU);
          code.get(signs);
          code.i64(1n);
          code.emit(op.i64Shl, op.i64Add);
          code.set(signs);
        }
        code.add(at, unrolled * masks.rowBytes);
      };
      const unrolled = masks.words > 2 ? 1 : UNROLLED;
      if (count >= unrolled) code.loop(code.local('i32'), 1, Math.floor(count / unrolled), () => rowsOf(unrolled));
      if (count % unrolled > 0) rowsOf(count % unrolled);
      code.get(target);
      code.get(signs);
      code.storeAt(to.address + 8 * word);
    }
  });
}

/** Writes the sign bits of 16-bit elements, zero past the last. */
function packSigns(code: FunctionBuilder, from: Place, element: number, columns: number, packed: number): void {
  for (let first = 0; first < 64 * wordsOf(columns); first += 16) {
    const left = columns - first;
    code.i32(0);
    if (left <= 0) code.i32(0);
    else {
      for (const half of [0, 8]) {
        code.get(element);
        code.emit(...simd.v128Load, 0);
        code.offset(from.address + 2 * (first + half));
      }
      code.emit(...simd.i8x16NarrowI16x8S, ...simd.i8x16Bitmask);
      if (left < 16) {
        code.i32((1 << left) - 1);
        code.emit(op.i32And);
      }
    }
    code.emit(op.i32Store16, 0);
    code.offset(packed + first / 8);
  }
}
