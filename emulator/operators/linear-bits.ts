import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import { storeRow, type RowTarget } from './rows.ts';

/** Elements are bits, weights are -1, 0 and 1. */
export function isTernary({ elementWidth, signed, resultWidth, matrix }: LinearNode): boolean {
  return elementWidth === 1 && !signed && resultWidth <= 64 && matrix.every((weight) => weight >= -1 && weight <= 1);
}

/** Row = ones under the mask of its +1 minus ones under the mask of its -1; without zeros, 2 ones under the first minus all ones. */
export function ternaryRows(node: LinearNode, e: Emitter, target: RowTarget): void {
  const { code, layout } = e;
  const words = wordsOf(node.columns);
  const dense = node.matrix.every((weight) => weight !== 0);
  const signs = dense ? [1] : [1, -1];
  const perRow = signs.length * words;
  const table = layout.once(node.matrix, `masks ${node.rows}x${node.columns}`, () =>
    layout.place(interleave(signs.map((sign) => maskTable(node, sign)), node.rows, words)));
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
  code.loop(row, target.bytes, target.bytes * node.rows, () => {
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
    storeRow(node, target, e);
    code.add(pointer, 8 * perRow);
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
