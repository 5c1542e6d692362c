import type { MultiplyNode, PopcountNode, SumNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { Value } from './value.ts';

export function sum(node: SumNode, e: Emitter): Value {
  if (wordsOf(node.width) === 1) {
    return {
      clean: false,
      words: () => {
        let started = node.constant !== 0n || node.terms.length === 0 || node.terms[0].negative;
        if (started) e.code.i64(node.constant);
        for (const term of node.terms) {
          e.shifted(term.arg, 0, term.signed, term.shift);
          if (started) e.code.emit(term.negative ? op.i64Sub : op.i64Add);
          started = true;
        }
      },
    };
  }
  return { procedure: (address) => wideSum(node, e, address) };
}

/** Word by word with carries; a subtrahend is added as its complement plus one. */
function wideSum(node: SumNode, e: Emitter, address: number): void {
  const { code } = e;
  const count = wordsOf(node.width);
  const result = e.hold(count, (k) => code.i64(node.constant >> BigInt(64 * k)));
  const [addend, partial, carry] = [code.local('i64'), code.local('i64'), code.local('i64')];
  for (const term of node.terms) {
    code.i64(term.negative ? 1n : 0n);
    code.set(carry);
    for (let k = 0; k < count; k++) {
      e.shifted(term.arg, k, term.signed, term.shift);
      if (term.negative) {
        code.i64(-1n);
        code.emit(op.i64Xor);
      }
      code.tee(addend);
      code.get(result[k]);
      code.emit(op.i64Add);
      code.tee(partial);
      code.get(carry);
      code.emit(op.i64Add);
      code.set(result[k]);
      // A carry leaves where a sum is less than one of its addends.
      code.get(partial);
      code.get(addend);
      code.emit(op.i64LtU);
      code.get(result[k]);
      code.get(partial);
      code.emit(op.i64LtU, op.i32Or, op.i64ExtendI32U);
      code.set(carry);
    }
  }
  e.writeWords(address, node.width, (k) => code.get(result[k]));
}

export function multiply(node: MultiplyNode, e: Emitter): Value {
  if (wordsOf(node.width) === 1) {
    return {
      clean: false,
      words: () => {
        e.extended(node.left, 0, node.leftSigned);
        e.extended(node.right, 0, node.rightSigned);
        e.code.emit(op.i64Mul);
      },
    };
  }
  return { procedure: (address) => wideMultiply(node, e, address) };
}

/** Schoolbook multiplication of 32-bit limbs modulo 2^width. */
function wideMultiply(node: MultiplyNode, e: Emitter, address: number): void {
  const { code } = e;
  const count = wordsOf(node.width);
  const limbs = 2 * count;
  const limbsOf = (push: (k: number) => void): number[] => e.hold(limbs, (limb) => {
    push(limb >> 1);
    if (limb % 2 === 1) e.shiftBy(op.i64ShrU, 32n);
    else e.shiftBy(op.i64And, 0xffffffffn);
  });
  const left = limbsOf((k) => e.extended(node.left, k, node.leftSigned));
  const right = limbsOf((k) => e.extended(node.right, k, node.rightSigned));
  const result = e.hold(limbs, () => code.i64(0n));
  const [total, carry] = [code.local('i64'), code.local('i64')];
  for (let i = 0; i < limbs; i++) {
    code.i64(0n);
    code.set(carry);
    for (let j = 0; i + j < limbs; j++) {
      code.get(left[i]);
      code.get(right[j]);
      code.emit(op.i64Mul);
      code.get(result[i + j]);
      code.emit(op.i64Add);
      code.get(carry);
      code.emit(op.i64Add);
      code.tee(total);
      e.shiftBy(op.i64And, 0xffffffffn);
      code.set(result[i + j]);
      code.get(total);
      e.shiftBy(op.i64ShrU, 32n);
      code.set(carry);
    }
  }
  e.writeWords(address, node.width, (k) => {
    code.get(result[2 * k]);
    code.get(result[2 * k + 1]);
    e.shiftBy(op.i64Shl, 32n);
    code.emit(op.i64Or);
  });
}

export function popcount(node: PopcountNode, e: Emitter): Value {
  return {
    clean: true,
    words: (word) => {
      if (word > 0) {
        e.code.i64(0n);
        return;
      }
      for (let k = 0; k < e.words(node.arg); k++) {
        e.word(node.arg, k);
        e.code.emit(op.i64Popcnt);
        if (k > 0) e.code.emit(op.i64Add);
      }
    },
  };
}
