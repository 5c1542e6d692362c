import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { op } from '../../src/base/wasm/instructions.ts';

/** Pushes word `word` of element `column`, extended without end by sign or by zero. */
export function pushElement({ arg, elementWidth, signed }: LinearNode, e: Emitter, column: number, word = 0): void {
  const low = 64 * word;
  if (low >= elementWidth) {
    if (!signed) {
      e.code.i64(0n);
      return;
    }
    pushElementBits(e, arg, column * elementWidth + elementWidth - 1, 1, true);
    return;
  }
  pushElementBits(e, arg, column * elementWidth + low, Math.min(64, elementWidth - low), signed);
}

/** Pushes `count` (at most 64) bits of a signal from `low` on, extended to 64. */
function pushElementBits(e: Emitter, arg: number, low: number, count: number, signed: boolean): void {
  const rest = low % 64;
  const unused = 64 - count;
  e.word(arg, Math.floor(low / 64));
  if (rest + count > 64) {
    e.shiftBy(op.i64ShrU, BigInt(rest));
    e.word(arg, Math.floor(low / 64) + 1);
    e.shiftBy(op.i64Shl, BigInt(64 - rest));
    e.code.emit(op.i64Or);
    if (unused > 0) e.shiftBy(op.i64Shl, BigInt(unused));
  } else if (unused > rest) {
    e.shiftBy(op.i64Shl, BigInt(unused - rest));
  }
  if (unused > 0) e.shiftBy(signed ? op.i64ShrS : op.i64ShrU, BigInt(unused));
}
