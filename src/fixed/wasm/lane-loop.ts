import { simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import { nest, pointer } from './nest.ts';
import type { Place, Room } from './values.ts';
import { storeBytes } from './vectors.ts';

/** Elements in a vector: four of 32 bits or eight of 16. */
export type LaneCount = 4 | 8;

/** Whether elements can be computed so many at a time, the same channels in each vector. */
export function comeInLanes(count: LaneCount, from: Place, to: Place, channels: number): boolean {
  const most = count === 4 ? 4 : 2;
  return from.bytes <= most && to.bytes <= most && to.size % count === 0 && (channels === 1 || channels % count === 0);
}

/** Repeats a channel's constants so that lanes of channels lie side by side. */
export function lanesOf(room: Room, count: LaneCount, values: readonly number[]): number {
  const repeated = inLanes(count, values);
  return room.place(count === 4 ? Int32Array.from(repeated) : Int16Array.from(repeated));
}

export function inLanes<T>(count: LaneCount, values: readonly T[]): readonly T[] {
  return values.length === 1 ? Array.from({ length: count }, () => values[0]) : values;
}

/**
 * A loop over all elements of a result, a vector of lanes at a time: `compute` pushes the results of the elements in the local `x`;
 * `channel` points to a vector in tables of lanes with one for each channel.
 */
export function forEachVector(
  code: FunctionBuilder, count: LaneCount, from: Place, to: Place, channels: number, compute: (x: number, channel: number) => void,
): void {
  const block = Math.max(count, channels);
  const [x, channel, input, output] = [code.local('v128'), code.local('i32'), pointer(code), pointer(code)];
  nest(code, [{ count: to.size / block, steps: [[input, block * from.bytes], [output, block * to.bytes]] }], () => {
    code.i32(0);
    code.set(channel);
    nest(code, [{ count: block / count, steps: [[channel, 16], [input, count * from.bytes], [output, count * to.bytes]] }], () => {
      code.get(input);
      code.emit(...(count === 4 && from.bytes === 2 ? simd.v128Load16x4S : simd.v128Load), 0);
      code.offset(from.address);
      code.set(x);
      compute(x, channel);
      code.set(x);
      if (count === 4 && to.bytes === 2) {
        code.get(x);
        code.get(x);
        code.emit(...simd.i16x8NarrowI32x4S);
        code.set(x);
      }
      storeBytes(code, output, to.address, x, count * to.bytes);
    });
  });
}
