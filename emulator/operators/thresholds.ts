import type { ThresholdsNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { Value } from './value.ts';

/** More levels than these are searched in a table; these and fewer are compared one by one. */
const COMPARED = 16;

export function thresholds(node: ThresholdsNode, e: Emitter): Value {
  const { code } = e;
  const width = BigInt(e.width(node.arg));
  const least = node.signed ? -(1n << (width - 1n)) : 0n;
  const most = node.signed ? (1n << (width - 1n)) - 1n : (1n << width) - 1n;
  const always = node.levels.filter((level) => level <= least).length;
  const levels = node.levels.filter((level) => level > least && level <= most);
  const words = e.words(node.arg);
  return {
    clean: true,
    words: (word) => {
      if (word > 0) {
        code.i64(0n);
        return;
      }
      const value = e.hold(words, (k) => e.extended(node.arg, k, node.signed));
      if (words === 1 && levels.length > COMPARED) {
        search(e, levels, node, value[0]);
        e.shiftBy(op.i64Add, BigInt(always));
        return;
      }
      code.i64(BigInt(always));
      for (const level of levels) {
        // From the lowest word up: reached where this word is greater, or equal and the words below reach.
        for (let k = 0; k < words; k++) {
          const signed = node.signed && k === words - 1;
          const push = (instruction: number): void => {
            code.get(value[k]);
            code.i64(level >> BigInt(64 * k));
            code.emit(instruction);
          };
          if (k === 0) {
            push(signed ? op.i64GeS : op.i64GeU);
          } else {
            push(op.i64Eq);
            code.emit(op.i32And);
            push(signed ? op.i64GtS : op.i64GtU);
            code.emit(op.i32Or);
          }
        }
        code.emit(op.i64ExtendI32U, op.i64Add);
      }
    },
  };
}

/**
 * Pushes how many levels the value reaches, by halving: `base` levels are known to be reached, at most `length` more may be. The
 * lengths do not depend on the value, so there is no branch.
 */
function search(e: Emitter, levels: readonly bigint[], node: ThresholdsNode, value: number): void {
  const { code, layout } = e;
  const table = layout.once(node.levels, `levels ${node.signed} ${e.width(node.arg)}`, () =>
    layout.place(BigUint64Array.from(levels, (level) => BigInt.asUintN(64, level))));
  const base = code.local('i32');
  const reaches = (level: number): void => {
    code.get(value);
    code.get(base);
    code.loadAt(table + 8 * level);
    code.emit(node.signed ? op.i64GeS : op.i64GeU);
  };
  code.i32(0);
  code.set(base);
  let length = levels.length;
  for (; length > 1; length -= length >> 1) {
    const half = length >> 1;
    code.get(base);
    code.i32(8 * half);
    code.emit(op.i32Add);
    code.get(base);
    reaches(half - 1);
    code.emit(op.select);
    code.set(base);
  }
  code.get(base);
  code.i32(3);
  code.emit(op.i32ShrU);
  reaches(0);
  code.emit(op.i32Add, op.i64ExtendI32U);
}
