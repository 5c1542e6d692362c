import { simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import { nest, pointer } from './nest.ts';
import type { Place, Room } from './values.ts';
import { storeBytes } from './vectors.ts';

/** Whether elements can be computed four at a time, the same channels in each vector. */
export function comeInFours(from: Place, to: Place, channels: number): boolean {
  return from.bytes < 8 && to.bytes < 8 && to.size % 4 === 0 && (channels === 1 || channels % 4 === 0);
}

/** Repeats a channel's constants so that four lanes of channels lie side by side. */
export function lanesOf(room: Room, values: readonly number[]): number {
  return room.place(Int32Array.from(inFours(values)));
}

export function inFours<T>(values: readonly T[]): readonly T[] {
  return values.length === 1 ? [0, 1, 2, 3].map(() => values[0]) : values;
}

/**
 * A loop over all elements of a result, four 32-bit lanes at a time: `compute` pushes the results of the elements in the local `x`;
 * `channel` points to four numbers of 32 bits in tables with one for each channel.
 */
export function forEachFour(
  code: FunctionBuilder, from: Place, to: Place, channels: number, compute: (x: number, channel: number) => void,
): void {
  const block = Math.max(4, channels);
  const [x, channel, input, output] = [code.local('v128'), code.local('i32'), pointer(code), pointer(code)];
  nest(code, [{ count: to.size / block, steps: [[input, block * from.bytes], [output, block * to.bytes]] }], () => {
    code.i32(0);
    code.set(channel);
    nest(code, [{ count: block / 4, steps: [[channel, 16], [input, 4 * from.bytes], [output, 4 * to.bytes]] }], () => {
      code.get(input);
      code.emit(...(from.bytes === 2 ? simd.v128Load16x4S : simd.v128Load), 0);
      code.offset(from.address);
      code.set(x);
      compute(x, channel);
      code.set(x);
      if (to.bytes === 2) {
        code.get(x);
        code.get(x);
        code.emit(...simd.i16x8NarrowI32x4S);
        code.set(x);
      }
      storeBytes(code, output, to.address, x, 4 * to.bytes);
    });
  });
}
