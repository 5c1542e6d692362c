import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { op, simd } from '../../src/base/wasm/instructions.ts';
import { pushElement } from './elements.ts';
import type { RowTarget } from './rows.ts';

/** Rows that are summed side by side: each vector of elements is loaded once for all of them. */
const ROWS = 4;
/** Vectors of eight elements that one turn of the inner loop takes. */
const UNROLLED = 2;
/** Rows of at most so many vectors have no inner loop. */
const STRAIGHT = 6;

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

/** Eight products at a time: `i32x4.dot_i16x8_s` of elements and weights. */
export function shortRows(node: LinearNode, e: Emitter, target: RowTarget): void {
  const { code, layout } = e;
  const vectors = Math.ceil(node.columns / 8);
  const elements = layout.reserveVectors(16 * vectors);
  if (!e.shorts(node, elements)) unpack(node, e, elements);
  const bytes = node.matrix.every((weight) => weight >= -128 && weight <= 127) ? 1 : 2;
  const table = layout.once(node.matrix, `shorts ${node.rows}x${node.columns}`, () => layout.placeVectors(weightTable(node, vectors, bytes)));
  const [row, at, pointer, x] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('v128')];
  const sums = Array.from({ length: ROWS }, () => code.local('v128'));
  /** Adds the products of vector number `at` + `k`; `pointer` runs along the weights. */
  const accumulate = (k: number, place: () => void): void => {
    place();
    code.emit(...simd.v128Load, 0);
    code.offset(elements + 16 * k);
    code.set(x);
    sums.forEach((sum, r) => {
      code.get(x);
      code.get(pointer);
      code.emit(...(bytes === 1 ? simd.v128Load8x8S : simd.v128Load), 0);
      code.offset(8 * bytes * (ROWS * k + r));
      code.emit(...simd.i32x4DotI16x8S);
      code.get(sum);
      code.emit(...simd.i32x4Add);
      code.set(sum);
    });
  };
  const step = 8 * bytes * ROWS;
  const whole = vectors <= STRAIGHT ? 0 : Math.floor(vectors / UNROLLED) * UNROLLED;
  code.i32(table);
  code.set(pointer);
  const blocks = Math.ceil(node.rows / ROWS);
  code.loop(row, ROWS * target.bytes, blocks * ROWS * target.bytes, () => {
    for (const sum of sums) {
      code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
      code.set(sum);
    }
    if (whole > 0) {
      code.loop(at, 16 * UNROLLED, 16 * whole, () => {
        for (let k = 0; k < UNROLLED; k++) accumulate(k, () => code.get(at));
        code.add(pointer, step * UNROLLED);
      });
    }
    for (let k = 0; k < vectors - whole; k++) accumulate(k, () => code.i32(16 * whole));
    code.add(pointer, step * (vectors - whole));
    addAcross(sums, e);
    storeFour(node, row, target, e);
  });
}

/** Pushes four sums, one for each vector's four lanes. */
function addAcross([a, b, c, d]: readonly number[], { code }: Emitter): void {
  const pick = (...lanes: readonly number[]): void => code.emit(...simd.i8x16Shuffle, ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)));
  const halves = (left: number, right: number): number => {
    code.get(left);
    code.get(right);
    pick(0, 4, 1, 5);
    code.get(left);
    code.get(right);
    pick(2, 6, 3, 7);
    code.emit(...simd.i32x4Add);
    code.set(left);
    return left;
  };
  const [low, high] = [halves(a, b), halves(c, d)];
  code.get(low);
  code.get(high);
  pick(0, 1, 4, 5);
  code.get(low);
  code.get(high);
  pick(2, 3, 6, 7);
  code.emit(...simd.i32x4Add);
}

/** Stores the four sums on the stack; rows past the last one go to room that nobody reads. */
function storeFour({ resultWidth }: LinearNode, row: number, { address, bytes }: RowTarget, e: Emitter): void {
  const { code, layout } = e;
  const sums = code.local('v128');
  if (bytes < 8 && resultWidth < 8 * bytes + (bytes === 2 ? 1 : 0)) {
    code.i32(0);
    code.emit(...simd.v128Load, 0);
    code.offset(layout.lanes(new Array<bigint>(4).fill((1n << BigInt(resultWidth)) - 1n), 32));
    code.emit(...simd.v128And);
  }
  code.set(sums);
  if (bytes === 8) {
    for (let lane = 0; lane < 4; lane++) {
      code.get(row);
      code.get(sums);
      code.emit(...simd.i32x4ExtractLane, lane, op.i64ExtendI32S);
      code.storeAt(address + 8 * lane);
    }
    return;
  }
  code.get(row);
  code.get(sums);
  if (bytes === 2) {
    code.get(sums);
    code.emit(...simd.i16x8NarrowI32x4U, ...simd.v128Store64Lane, 0);
    code.offset(address);
    code.emit(0);
  } else {
    code.emit(...simd.v128Store, 0);
    code.offset(address);
  }
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

/** For each block of rows and each vector the weights of its rows, zero past the last row and column. */
function weightTable({ rows, columns, matrix }: LinearNode, vectors: number, bytes: 1 | 2): Int8Array | Int16Array {
  const blocks = Math.ceil(rows / ROWS);
  const weights = bytes === 1 ? new Int8Array(blocks * ROWS * 8 * vectors) : new Int16Array(blocks * ROWS * 8 * vectors);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const vector = Math.floor(row / ROWS) * vectors + (column >> 3);
      weights[(vector * ROWS + (row % ROWS)) * 8 + (column & 7)] = matrix[row * columns + column];
    }
  }
  return weights;
}
