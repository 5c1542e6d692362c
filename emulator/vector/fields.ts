import { lanes, simd, type LaneBits } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';
import type { Layout } from '../layout.ts';
import type { Vec } from './vec.ts';

/**
 * Pushes one vector of lanes taken out of packed bits: the bytes that hold a field are brought into its lane, a multiplication by a
 * power of two moves the field to the top of the lane, a shift brings it down, by sign or by zero.
 * @param address of the packed bits
 * @param first number of the first field
 */
export function pushFields(
  { stride, width, low }: Extract<Vec, { kind: 'fields' }>, address: number, first: number, bits: LaneBits, signed: boolean,
  code: FunctionBuilder, layout: Layout,
): void {
  const count = 128 / bits;
  const start = low + first * stride;
  const from = address + Math.floor(start / 8);
  const load = (instruction: readonly number[]): void => {
    code.i32(0);
    code.emit(...instruction, 0);
    code.offset(from);
  };
  const aligned = start % 8 === 0;
  if (aligned && stride === 8 && width === 8 && bits === 16) {
    load(signed ? simd.v128Load8x8S : simd.v128Load8x8U);
    return;
  }
  if (aligned && stride === 16 && width === 16) {
    if (bits === 16) load(simd.v128Load);
    else load(signed ? simd.v128Load16x4S : simd.v128Load16x4U);
    return;
  }
  const offsets = Array.from({ length: count }, (_, lane) => (start % 8) + lane * stride);
  const bytes = bits / 8;
  load(simd.v128Load);
  // A byte past the vector is never part of a field: the field then ends in the byte before.
  const picks = offsets.flatMap((offset) => Array.from({ length: bytes }, (_, byte) => Math.min(15, (offset >> 3) + byte)));
  // The numbers of the bytes come from memory: engines build a constant vector anew each time, in several instructions.
  code.i32(0);
  code.emit(...simd.v128Load, 0);
  code.offset(layout.bytePicks(picks));
  code.emit(...simd.i8x16Swizzle);
  const shifts = offsets.map((offset) => bits - width - (offset & 7));
  if (shifts.every((shift) => shift === shifts[0])) {
    if (shifts[0] > 0) {
      code.i32(shifts[0]);
      code.emit(...lanes[bits].shl);
    }
  } else {
    code.i32(0);
    code.emit(...simd.v128Load, 0);
    code.offset(layout.lanes(shifts.map((shift) => 1n << BigInt(shift)), bits));
    code.emit(...lanes[bits].mul);
  }
  if (width === bits) return;
  code.i32(bits - width);
  code.emit(...(signed ? lanes[bits].shrS : lanes[bits].shrU));
}
