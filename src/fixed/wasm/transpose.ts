import { simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import { nest } from './nest.ts';
import type { Room } from './values.ts';
import { loadConstant, loadVector, storeBytes } from './vectors.ts';

/** Bytes of a square of 64 vectors. */
export const SQUARE = 64 * 16;

/**
 * Transposes 64 vectors at a pointer plus an address as two matrices of 64 by 64 bits, one in the low and one in the high halves: bit j of
 * vector i and bit i of vector j change places, by halves, quarters and so on.
 */
export function transposeSquare(code: FunctionBuilder, room: Room, pointer: number, address: number): void {
  const [a, b, t] = [code.local('v128'), code.local('v128'), code.local('v128')];
  for (let j = 32; j >= 1; j /= 2) {
    // The low j bits of each 2j.
    const mask = Array.from({ length: 32 / j }, (_, i) => ((1n << BigInt(j)) - 1n) << BigInt(2 * j * i)).reduce((all, part) => all | part);
    const low = room.place(BigUint64Array.of(mask, mask));
    const step = 16 * j;
    nest(code, [{ count: 32 / j, steps: [[pointer, 2 * step]] }, { count: j, steps: [[pointer, 16]] }], () => {
      loadVector(code, pointer, address);
      code.set(a);
      loadVector(code, pointer, address + step);
      code.set(b);
      code.get(a);
      code.i32(j);
      code.emit(...simd.i64x2ShrU);
      code.get(b);
      code.emit(...simd.v128Xor);
      loadConstant(code, low);
      code.emit(...simd.v128And);
      code.set(t);
      code.get(b);
      code.get(t);
      code.emit(...simd.v128Xor);
      code.set(b);
      code.get(a);
      code.get(t);
      code.i32(j);
      code.emit(...simd.i64x2Shl, ...simd.v128Xor);
      code.set(a);
      storeBytes(code, pointer, address, a, 16);
      storeBytes(code, pointer, address + step, b, 16);
    });
  }
}
