import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { op, simd } from '../../src/base/wasm/instructions.ts';
import { pushElement } from './elements.ts';
import type { RowTarget } from './rows.ts';

/** Rows whose sums are lanes of one vector. */
const LANES = 4;
/** Vectors of rows that are summed side by side, each pair of elements fetched once for all of them: V8 loads all weights first, and registers are few. */
const VECTORS = 6;
/** Larger tables of weights keep each in one byte, if they fit. */
const SMALL_TABLE = 1 << 16;

/** Elements and weights are signed 16-bit numbers, and sums are exact in 32 bits or wanted modulo 2^32 at most. */
export function isShort({ elementWidth, signed, resultWidth, columns, rows, matrix }: LinearNode): boolean {
  if (elementWidth > (signed ? 16 : 15) || matrix.some((weight) => weight < -32768 || weight > 32767)) return false;
  if (resultWidth <= 32) return true;
  const largest = 2 ** (signed ? elementWidth - 1 : elementWidth);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += Math.abs(matrix[row * columns + column]) * largest;
    if (sum >= 2 ** 31 || resultWidth > 64) return false;
  }
  return true;
}

/** Eight products at a time: `i32x4.dot_i16x8_s` of a pair of elements, four times the same, and the pair's weights of four rows. */
export function shortRows(node: LinearNode, e: Emitter, target: RowTarget): void {
  const { code, layout } = e;
  const pairs = Math.ceil(node.columns / 2);
  const elements = layout.reserveVectors(2 * 8 * Math.ceil(node.columns / 8));
  if (!e.shorts(node, elements)) unpack(node, e, elements);
  const vectors = Math.ceil(node.rows / LANES);
  const fit = node.matrix.every((weight) => weight >= -128 && weight <= 127);
  const bytes = fit && 16 * vectors * pairs > SMALL_TABLE ? 1 : 2;
  const table = layout.once(node.matrix, `shorts ${node.rows}x${node.columns}`, () => layout.placeVectors(weightTable(node, pairs, bytes)));
  const [row, at, pointer, x] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('v128')];
  const sums = Array.from({ length: Math.min(VECTORS, vectors) }, () => code.local('v128'));
  code.i32(table);
  code.set(pointer);
  /** The sums of as many vectors of rows; `pointer` runs along the weights. */
  const block = (count: number): void => {
    const own = sums.slice(0, count);
    for (const sum of own) {
      code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
      code.set(sum);
    }
    code.loop(at, 4, 4 * pairs, () => {
      code.get(at);
      code.emit(...simd.v128Load32Splat, 0);
      code.offset(elements);
      code.set(x);
      own.forEach((sum, v) => {
        code.get(x);
        code.get(pointer);
        code.emit(...(bytes === 1 ? simd.v128Load8x8S : simd.v128Load), 0);
        code.offset(8 * bytes * v);
        code.emit(...simd.i32x4DotI16x8S);
        code.get(sum);
        code.emit(...simd.i32x4Add);
        code.set(sum);
      });
      code.add(pointer, 8 * bytes * count);
    });
    storeSums(node, own, row, target, e);
  };
  const whole = Math.floor(vectors / VECTORS);
  const rest = vectors % VECTORS;
  const step = VECTORS * LANES * target.bytes;
  if (whole > 0) code.loop(row, step, step * whole, () => block(VECTORS));
  else {
    code.i32(0);
    code.set(row);
  }
  // After the loop, `row` is where it ended.
  if (rest > 0) block(rest);
}

/** Stores sums from a row's place on; rows past the last one go to room that nobody reads. */
function storeSums({ resultWidth }: LinearNode, sums: readonly number[], row: number, { address, bytes }: RowTarget, e: Emitter): void {
  const { code, layout } = e;
  const push = (local: number): void => {
    code.get(local);
    if (bytes === 8 || resultWidth >= 8 * bytes + (bytes === 2 ? 1 : 0)) return;
    code.i32(0);
    code.emit(...simd.v128Load, 0);
    code.offset(layout.lanes(new Array<bigint>(LANES).fill((1n << BigInt(resultWidth)) - 1n), 32));
    code.emit(...simd.v128And);
  };
  sums.forEach((sum, v) => {
    const place = address + LANES * bytes * v;
    if (bytes === 8) {
      for (let lane = 0; lane < LANES; lane++) {
        code.get(row);
        code.get(sum);
        code.emit(...simd.i32x4ExtractLane, lane, op.i64ExtendI32S);
        code.storeAt(place + 8 * lane);
      }
      return;
    }
    if (bytes === 2 && v % 2 === 1) return;
    code.get(row);
    push(sum);
    if (bytes === 2) {
      push(sums[v + 1] ?? sum);
      code.emit(...simd.i16x8NarrowI32x4U);
    }
    code.emit(...simd.v128Store, 0);
    code.offset(place);
  });
}

/** Elements one by one. */
function unpack(node: LinearNode, e: Emitter, elements: number): void {
  for (let column = 0; column < node.columns; column++) {
    e.code.i32(0);
    pushElement(node, e, column);
    e.code.emit(op.i64Store16, 1);
    e.code.offset(elements + 2 * column);
  }
}

/** For each block of rows and each pair of columns the weights of its rows, zero past the last row and column. */
function weightTable({ rows, columns, matrix }: LinearNode, pairs: number, bytes: 1 | 2): Int8Array | Int16Array {
  const vectors = Math.ceil(rows / LANES);
  const weights = bytes === 1 ? new Int8Array(8 * vectors * pairs) : new Int16Array(8 * vectors * pairs);
  for (let row = 0; row < rows; row++) {
    const first = VECTORS * Math.floor(row / LANES / VECTORS);
    const count = Math.min(VECTORS, vectors - first);
    const vector = Math.floor(row / LANES) - first;
    for (let column = 0; column < columns; column++) {
      const pair = column >> 1;
      weights[8 * (first * pairs + pair * count + vector) + 2 * (row % LANES) + (column & 1)] = matrix[row * columns + column];
    }
  }
  return weights;
}
