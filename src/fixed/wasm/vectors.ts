import { simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import { nest, type Level } from './nest.ts';

/** Pushes the vector at a pointer plus an offset. */
export function loadVector(code: FunctionBuilder, pointer: number, offset: number): void {
  code.get(pointer);
  code.emit(...simd.v128Load, 0);
  code.offset(offset);
}

/** Pushes a vector from a fixed address. */
export function loadConstant(code: FunctionBuilder, address: number): void {
  code.i32(0);
  code.emit(...simd.v128Load, 0);
  code.offset(address);
}

/** Stores the first bytes of a vector, an even number of them, and no others. */
export function storeBytes(code: FunctionBuilder, pointer: number, offset: number, vector: number, bytes: number): void {
  if (bytes >= 16) {
    code.get(pointer);
    code.get(vector);
    code.emit(...simd.v128Store, 0);
    code.offset(offset);
    return;
  }
  const lanes = [[8, simd.v128Store64Lane], [4, simd.v128Store32Lane], [2, simd.v128Store16Lane]] as const;
  let at = 0;
  for (const [width, instruction] of lanes) {
    if (bytes - at < width) continue;
    code.get(pointer);
    code.get(vector);
    code.emit(...instruction, 0);
    code.offset(offset + at);
    code.emit(at / width);
    at += width;
  }
}

/** Vectors that one turn of a copy moves. */
const UNROLLED = 8;

/** Copies an even number of bytes, and no others, between pointers plus offsets. */
export function copyBytes(code: FunctionBuilder, target: number, to: number, source: number, from: number, bytes: number): void {
  const vector = code.local('v128');
  const one = (at: number, length: number): void => {
    loadVector(code, source, from + at);
    code.set(vector);
    storeBytes(code, target, to + at, vector, length);
  };
  const turn = 16 * UNROLLED;
  const turns = Math.floor(bytes / turn);
  const looped = turns > 1 ? turns * turn : 0;
  if (looped > 0) {
    const level: Level = { count: turns, steps: [[target, turn], [source, turn]] };
    nest(code, [level], () => { for (let at = 0; at < turn; at += 16) one(at, 16); });
  }
  for (let at = looped; at < bytes; at += 16) one(at, Math.min(16, bytes - at));
}
