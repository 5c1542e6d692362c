import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { op } from '../wasm/instructions.ts';
import type { Value } from './value.ts';

/** A constant matrix times a vector: bits under masks where elements are bits and weights signs, integers in loops otherwise. */
export function linear(node: LinearNode, e: Emitter): Value {
  const ternary = node.elementWidth === 1 && !node.signed && node.matrix.every((weight) => weight >= -1 && weight <= 1);
  // One sum a row, each in a word of its own, which are packed at the end.
  const sums = e.layout.reserve(node.rows);
  if (node.elementWidth > 64 || node.resultWidth > 64) throw new Error(`${node.name}: elements of more than 64 bits`);
  return {
    procedure: (address) => {
      if (ternary) ternaryRows(node, e, sums);
      else integerRows(node, e, sums);
      pack(node, e, sums, address);
    },
  };
}

/** Row = ones under the mask of its +1 minus ones under the mask of its -1; without zeros, 2 ones under the first minus all ones. */
function ternaryRows(node: LinearNode, e: Emitter, sums: number): void {
  const { code, layout } = e;
  const words = wordsOf(node.columns);
  const dense = node.matrix.every((weight) => weight !== 0);
  const masks = [maskTable(node, 1), ...(dense ? [] : [maskTable(node, -1)])];
  const perRow = masks.length * words;
  const table = layout.place(interleave(masks, node.rows, words));
  const x = e.hold(words, (k) => e.word(node.arg, k));
  const all = dense ? e.hold(1, () => x.forEach((local, k) => {
    code.get(local);
    code.emit(op.i64Popcnt);
    if (k > 0) code.emit(op.i64Add);
  })) : [];
  const row = code.local('i32');
  const pointer = code.local('i32');
  code.i32(table);
  code.set(pointer);
  code.loop(row, 8, 8 * node.rows, () => {
    const count = (first: number): void => x.forEach((local, k) => {
      code.get(local);
      code.get(pointer);
      code.loadAt(8 * (first + k));
      code.emit(op.i64And, op.i64Popcnt);
      if (k > 0) code.emit(op.i64Add);
    });
    code.get(row);
    count(0);
    if (dense) {
      e.shiftBy(op.i64Shl, 1n);
      code.get(all[0]);
    } else {
      count(words);
    }
    code.emit(op.i64Sub);
    code.storeAt(sums);
    code.get(pointer);
    code.i32(8 * perRow);
    code.emit(op.i32Add);
    code.set(pointer);
  });
}

/** For each row the bits of the columns whose weight is `sign`. */
function maskTable({ rows, columns, matrix }: LinearNode, sign: number): BigUint64Array {
  const words = wordsOf(columns);
  const bits = new Uint32Array(rows * words * 2);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (matrix[row * columns + column] === sign) bits[row * words * 2 + (column >> 5)] |= 1 << (column & 31);
    }
  }
  return new BigUint64Array(bits.buffer);
}

/** All masks of a row side by side. */
function interleave(masks: readonly BigUint64Array[], rows: number, words: number): BigUint64Array {
  const all = new BigUint64Array(rows * words * masks.length);
  for (let row = 0; row < rows; row++) {
    masks.forEach((mask, i) => all.set(mask.subarray(row * words, (row + 1) * words), (row * masks.length + i) * words));
  }
  return all;
}

function integerRows(node: LinearNode, e: Emitter, sums: number): void {
  const { code, layout } = e;
  const elements = layout.reserve(node.columns);
  // Elements are unpacked once; every row reads them.
  for (let column = 0; column < node.columns; column++) {
    code.store(elements + 8 * column, () => pushElement(node, e, column));
  }
  const weights = layout.place(weightTable(node));
  const rowBytes = 8 * Math.ceil(node.columns / 2);
  const [row, column, pointer, sum] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i64')];
  code.i32(weights);
  code.set(pointer);
  code.loop(row, 8, 8 * node.rows, () => {
    code.i64(0n);
    code.set(sum);
    code.loop(column, 8, 8 * node.columns, () => {
      code.get(column);
      code.loadAt(elements);
      // The weight of element c lies at 4 c.
      code.get(column);
      code.i32(1);
      code.emit(op.i32ShrU);
      code.get(pointer);
      code.emit(op.i32Add, op.i64Load32S, 2, 0, op.i64Mul);
      code.get(sum);
      code.emit(op.i64Add);
      code.set(sum);
    });
    code.get(row);
    code.get(sum);
    code.storeAt(sums);
    code.get(pointer);
    code.i32(rowBytes);
    code.emit(op.i32Add);
    code.set(pointer);
  });
}

function pushElement({ arg, elementWidth, signed }: LinearNode, e: Emitter, column: number): void {
  const low = column * elementWidth;
  const rest = low & 63;
  e.word(arg, low >> 6);
  const unused = 64 - elementWidth;
  if (rest + elementWidth > 64) {
    e.shiftBy(op.i64ShrU, BigInt(rest));
    e.word(arg, (low >> 6) + 1);
    e.shiftBy(op.i64Shl, BigInt(64 - rest));
    e.code.emit(op.i64Or);
    if (unused > 0) e.shiftBy(op.i64Shl, BigInt(unused));
  } else if (unused - rest > 0) {
    e.shiftBy(op.i64Shl, BigInt(unused - rest));
  }
  if (unused > 0) e.shiftBy(signed ? op.i64ShrS : op.i64ShrU, BigInt(unused));
}

/** 32-bit weights, each row from an 8-byte boundary on. */
function weightTable({ rows, columns, matrix }: LinearNode): BigUint64Array {
  const stride = 2 * Math.ceil(columns / 2);
  const weights = new Int32Array(rows * stride);
  for (let row = 0; row < rows; row++) weights.set(matrix.subarray(row * columns, (row + 1) * columns), row * stride);
  return new BigUint64Array(weights.buffer);
}

/** Packs the rows' sums, `resultWidth` bits each. */
function pack({ rows, resultWidth, width }: LinearNode, e: Emitter, sums: number, address: number): void {
  const { code } = e;
  e.writeWords(address, width, (k) => {
    const first = Math.floor((64 * k) / resultWidth);
    const last = Math.min(rows - 1, Math.floor((64 * k + 63) / resultWidth));
    for (let row = first; row <= last; row++) {
      code.load(sums + 8 * row);
      e.mask(resultWidth, 0);
      const shift = row * resultWidth - 64 * k;
      if (shift > 0) e.shiftBy(op.i64Shl, BigInt(shift));
      if (shift < 0) e.shiftBy(op.i64ShrU, BigInt(-shift));
      if (row > first) code.emit(op.i64Or);
    }
  });
}
