import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { op, simd } from '../wasm/instructions.ts';
import { pushElement } from './elements.ts';

/** Vectors of eight signed 16-bit numbers that one turn of the inner loop takes. */
const UNROLLED = 4;

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
export function shortRows(node: LinearNode, e: Emitter, sums: number): void {
  const { code, layout } = e;
  const vectors = Math.ceil(node.columns / 8);
  const push = elementVectors(node, e, vectors);
  const table = layout.once(node.matrix, `shorts ${node.rows}x${node.columns}`, () => layout.place(weightTable(node, vectors)));
  const [row, at, pointer, sum] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('v128')];
  /** Adds the dot product of vector number `at` + `k`; `pointer` runs along the weights. */
  const accumulate = (k: number): void => {
    push(at, k);
    code.get(pointer);
    code.emit(...simd.v128Load, 0);
    code.offset(16 * k);
    code.emit(...simd.i32x4DotI16x8S);
    code.get(sum);
    code.emit(...simd.i32x4Add);
    code.set(sum);
  };
  const whole = Math.floor(vectors / UNROLLED) * UNROLLED;
  code.i32(table);
  code.set(pointer);
  code.loop(row, 8, 8 * node.rows, () => {
    code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
    code.set(sum);
    if (whole > 0) {
      code.loop(at, UNROLLED, whole, () => {
        for (let k = 0; k < UNROLLED; k++) accumulate(k);
        code.add(pointer, 16 * UNROLLED);
      });
    } else {
      code.i32(0);
      code.set(at);
    }
    for (let k = 0; k < vectors - whole; k++) accumulate(k);
    code.add(pointer, 16 * (vectors - whole));
    code.get(row);
    for (let lane = 0; lane < 4; lane++) {
      code.get(sum);
      code.emit(...simd.i32x4ExtractLane, lane);
      if (lane > 0) code.emit(op.i32Add);
    }
    code.emit(op.i64ExtendI32S);
    code.storeAt(sums);
  });
}

/** Code that pushes vector number local + k of the elements: from the operand itself where they are bytes, unpacked otherwise. */
function elementVectors(node: LinearNode, e: Emitter, vectors: number): (at: number, k: number) => void {
  const { code, layout } = e;
  const from = (address: number, bytes: number, instruction: readonly number[]) => (at: number, k: number): void => {
    code.get(at);
    code.i32(bytes);
    code.emit(op.i32Mul, ...instruction, 0);
    code.offset(address + bytes * k);
  };
  if (node.elementWidth === 8) return from(e.place(node.arg), 8, node.signed ? simd.v128Load8x8S : simd.v128Load8x8U);
  const elements = layout.reserve(2 * vectors);
  for (let column = 0; column < node.columns; column++) {
    code.i32(0);
    pushElement(node, e, column);
    code.emit(op.i64Store16, 1);
    code.offset(elements + 2 * column);
  }
  return from(elements, 16, simd.v128Load);
}

/** 16-bit weights, each row filled up with zeros to whole vectors. */
function weightTable({ rows, columns, matrix }: LinearNode, vectors: number): BigUint64Array {
  const weights = new Int16Array(rows * 8 * vectors);
  for (let row = 0; row < rows; row++) weights.set(matrix.subarray(row * columns, (row + 1) * columns), row * 8 * vectors);
  return new BigUint64Array(weights.buffer);
}
