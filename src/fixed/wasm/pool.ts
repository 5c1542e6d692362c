import { simd } from '../../base/wasm/instructions.ts';
import type { ExtremeNode, WindowNode } from '../ir.ts';
import type { KernelContext } from './context.ts';
import { imagesOf } from './image.ts';
import { nest, pointer } from './nest.ts';
import { loadVector, storeBytes } from './vectors.ts';

/** Channels of a vector. */
const LANES = 8;

/** The largest or smallest of each channel's taps, read where they are in the image, eight channels at a time. */
export function emitPool(
  { kind }: ExtremeNode, window: WindowNode, { code, room, from, to }: KernelContext,
): void {
  const images = imagesOf(window, from, code, room);
  const { kernel: [tall, wide], stride, dilation, channels } = window;
  const [source, target, best] = [pointer(code), pointer(code), code.local('v128')];
  const position = 2 * channels;
  const pool = (lanes: number, offset: number): void => {
    for (let tap = 0; tap < tall * wide; tap++) {
      const place = Math.floor(tap / wide) * dilation[0] * images.pitch + (tap % wide) * dilation[1] * images.pixel;
      if (tap > 0) code.get(best);
      loadVector(code, source, images.address + place + offset);
      if (tap > 0) code.emit(...(kind === 'maximum' ? simd.i16x8MaxS : simd.i16x8MinS));
      code.set(best);
    }
    storeBytes(code, target, to.address + offset, best, 2 * lanes);
  };
  const [full, left] = [Math.floor(channels / LANES), channels % LANES];
  nest(code, [
    { count: images.count, steps: [[source, images.image], [target, images.down * images.right * position]] },
    { count: images.down, steps: [[source, stride[0] * images.pitch], [target, images.right * position]] },
    { count: images.right, steps: [[source, stride[1] * images.pixel], [target, position]] },
  ], () => {
    if (full > 0) nest(code, [{ count: full, steps: [[source, 2 * LANES], [target, 2 * LANES]] }], () => pool(LANES, 0));
    if (left > 0) pool(left, 2 * LANES * full);
  });
}
