import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import { pushElement } from './elements.ts';
import { storeRow, type RowTarget } from './rows.ts';

/** Elements and sums of at most 64 bits: unpacked once into words, then one multiplication modulo 2^64 for each weight. */
export function integerRows(node: LinearNode, e: Emitter, target: RowTarget): void {
  const { code, layout } = e;
  const elements = layout.reserve(node.columns);
  for (let column = 0; column < node.columns; column++) code.store(elements + 8 * column, () => pushElement(node, e, column));
  const weights = layout.once(node.matrix, `weights ${node.rows}x${node.columns}`, () => layout.place(weightTable(node)));
  const rowBytes = 8 * Math.ceil(node.columns / 2);
  const [row, column, pointer, sum] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i64')];
  code.i32(weights);
  code.set(pointer);
  code.loop(row, target.bytes, target.bytes * node.rows, () => {
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
    storeRow(node, target, e);
    code.add(pointer, rowBytes);
  });
}

/** 32-bit weights, each row from an 8-byte boundary on. */
function weightTable({ rows, columns, matrix }: LinearNode): BigUint64Array {
  const stride = 2 * Math.ceil(columns / 2);
  const weights = new Int32Array(rows * stride);
  for (let row = 0; row < rows; row++) weights.set(matrix.subarray(row * columns, (row + 1) * columns), row * stride);
  return new BigUint64Array(weights.buffer);
}
