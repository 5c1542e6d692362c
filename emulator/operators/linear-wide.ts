import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import { pushElement } from './elements.ts';
import type { RowTarget } from './rows.ts';

const LIMB = 0xffffffffn;

/** Elements or sums of more than 64 bits: limbs of 32 bits, modulo 2^(64 words of a result). */
export function wideRows(node: LinearNode, e: Emitter, { address: sums }: RowTarget): void {
  const { code, layout } = e;
  const words = wordsOf(node.resultWidth);
  const limbs = 2 * words;
  const elements = layout.reserve(node.columns * words);
  for (let column = 0; column < node.columns; column++) {
    for (let k = 0; k < words; k++) code.store(elements + 8 * (column * words + k), () => pushElement(node, e, column, k));
  }
  const weights = layout.once(node.matrix, 'wide weights', () =>
    layout.place(BigUint64Array.from(node.matrix, (weight) => BigInt.asUintN(64, BigInt(weight)))));
  const [row, column, at, pointer] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  const [sign, size, product, carry, borrow] = Array.from({ length: 5 }, () => code.local('i64'));
  const sum = Array.from({ length: limbs }, () => code.local('i64'));
  code.i32(weights);
  code.set(pointer);
  code.i32(0);
  code.set(at);
  code.loop(row, 1, node.rows, () => {
    for (const limb of sum) {
      code.i64(0n);
      code.set(limb);
    }
    code.loop(column, 8 * words, 8 * words * node.columns, () => {
      // sign: all ones where the weight is negative; size: its absolute value.
      code.get(pointer);
      code.loadAt(0);
      code.tee(size);
      e.shiftBy(op.i64ShrS, 63n);
      code.set(sign);
      code.get(size);
      code.get(sign);
      code.emit(op.i64Xor);
      code.get(sign);
      code.emit(op.i64Sub);
      code.set(size);
      code.add(pointer, 8);
      code.i64(0n);
      code.set(carry);
      // A negative product is added as its complement plus one.
      code.get(sign);
      e.shiftBy(op.i64And, 1n);
      code.set(borrow);
      sum.forEach((limb, k) => {
        code.get(column);
        code.emit(op.i64Load32U, 2);
        code.offset(elements + 4 * k);
        code.get(size);
        code.emit(op.i64Mul);
        code.get(carry);
        code.emit(op.i64Add);
        code.tee(product);
        e.shiftBy(op.i64ShrU, 32n);
        code.set(carry);
        code.get(product);
        code.get(sign);
        code.emit(op.i64Xor);
        e.shiftBy(op.i64And, LIMB);
        code.get(limb);
        code.emit(op.i64Add);
        code.get(borrow);
        code.emit(op.i64Add);
        code.tee(product);
        e.shiftBy(op.i64And, LIMB);
        code.set(limb);
        code.get(product);
        e.shiftBy(op.i64ShrU, 32n);
        code.set(borrow);
      });
    });
    for (let k = 0; k < words; k++) {
      code.get(at);
      code.get(sum[2 * k + 1]);
      e.shiftBy(op.i64Shl, 32n);
      code.get(sum[2 * k]);
      code.emit(op.i64Or);
      code.storeAt(sums + 8 * k);
    }
    code.add(at, 8 * words);
  });
}
