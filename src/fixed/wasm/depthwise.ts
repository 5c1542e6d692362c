import { op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { IntegerType, WindowNode } from '../ir.ts';
import type { KernelContext } from './context.ts';
import { imagesOf } from './image.ts';
import { move, nest, pointer, pointerFrom, type Level } from './nest.ts';
import type { Product } from './products.ts';
import { SumKernel } from './sums.ts';
import { tilesOf } from './tiles.ts';
import { loadVector } from './vectors.ts';

/** Channels of a block: two vectors of sums. */
const BLOCK = 8;
/** Windows side by side, so that sums, factors and elements stay in registers. */
const MOST_TILE = 3;

interface Context extends KernelContext {
  readonly type: IntegerType;
}

/** Each channel's taps times its own weights, lanes being channels: two taps are interleaved and multiplied as pairs. */
export function emitDepthwise({ dot, rescales }: Product, window: WindowNode, { code, room, from, to, type }: Context): void {
  const kernel = new SumKernel(code, room, to, type, rescales);
  const images = imagesOf(window, from, code, room);
  const { kernel: [tall, wide], stride, dilation, channels } = window;
  const taps = tall * wide;
  const places = Array.from({ length: taps }, (_, tap) =>
    Math.floor(tap / wide) * dilation[0] * images.pitch + (tap % wide) * dilation[1] * images.pixel);
  const pairs = Math.ceil(taps / 2);
  const blocks = Math.ceil(channels / BLOCK);
  const blockBytes = kernel.header(2) + 32 * pairs;
  const table = new DataView(new ArrayBuffer(blocks * blockBytes));
  for (let c = 0; c < channels; c++) {
    const at = Math.floor(c / BLOCK) * blockBytes;
    if (c % BLOCK === 0) kernel.writeHeader(table, at, 2, c, Math.min(channels, c + BLOCK));
    for (let tap = 0; tap < taps; tap++) {
      table.setInt16(at + kernel.header(2) + 32 * (tap >> 1) + 4 * (c % BLOCK) + 2 * (tap & 1), dot.weights[c * taps + tap] * kernel.scale(c), true);
    }
  }
  const weights = room.place(new Uint8Array(table.buffer));
  const [source, target, weight] = [pointer(code), pointer(code), pointer(code)];
  const tiles = tilesOf(images.right, MOST_TILE, 6, { each: 2, shared: 2 });
  const [step, position] = [stride[1] * images.pixel, channels * to.bytes];
  // The last of an odd number of taps stands twice; its neighbour has no weight.
  const offsets = room.place(Int32Array.from({ length: 2 * pairs }, (_, i) => places[Math.min(i, taps - 1)]));
  const elements = [code.local('i32'), code.local('i32')];
  const [a, b] = [code.local('v128'), code.local('v128')];
  const factors = [code.local('v128'), code.local('v128')];
  const tile = (size: number, rows: number): void => {
    const sums = Array.from({ length: size }, () => [code.local('v128'), code.local('v128')]);
    for (const own of sums) own.forEach((sum, v) => kernel.begin(sum, weight, weights, v));
    const [factorAt, at] = [pointerFrom(code, weight, 0), pointer(code)];
    nest(code, [{ count: pairs, steps: [[factorAt, 32], [at, 8]] }], () => {
      factors.forEach((factor, v) => {
        loadVector(code, factorAt, weights + kernel.header(2) + 16 * v);
        code.set(factor);
      });
      elements.forEach((element, i) => {
        code.get(at);
        code.emit(op.i32Load, 2);
        code.offset(offsets + 4 * i);
        code.get(source);
        code.emit(op.i32Add);
        code.set(element);
      });
      sums.forEach((own, m) => {
        [a, b].forEach((local, i) => {
          loadVector(code, elements[i], images.address + m * step);
          code.set(local);
        });
        own.forEach((sum, v) => {
          code.get(sum);
          code.get(a);
          code.get(b);
          interleave(code, v);
          code.get(factors[v]);
          code.emit(...simd.i32x4DotI16x8S, ...simd.i32x4Add);
          code.set(sum);
        });
      });
    });
    sums.forEach((own, m) => kernel.end(own, rows, weight, weights, target, m * position));
  };
  const walkBlocks = (size: number): void => {
    const steps = [[source, 2 * BLOCK], [target, BLOCK * to.bytes], [weight, blockBytes]] as const;
    const [full, left] = [Math.floor(channels / BLOCK), channels % BLOCK];
    if (full > 0) nest(code, [{ count: full, steps }], () => tile(size, BLOCK));
    if (left === 0) return;
    move(code, steps, full);
    tile(size, left);
    move(code, steps, -full);
  };
  const outer: Level[] = [
    { count: images.count, steps: [[source, images.image], [target, images.down * images.right * position]] },
    { count: images.down, steps: [[source, stride[0] * images.pitch], [target, images.right * position]] },
  ];
  nest(code, outer, () => {
    const steps = [[source, tiles.size * step], [target, tiles.size * position]] as const;
    nest(code, [{ count: tiles.whole, steps }], () => walkBlocks(tiles.size));
    if (tiles.rest === 0) return;
    move(code, steps, tiles.whole);
    walkBlocks(tiles.rest);
    move(code, steps, -tiles.whole);
  });
}

/** Interleaves the low or the high halves of two vectors of 16-bit lanes. */
function interleave(code: FunctionBuilder, half: number): void {
  const order = [0, 1, 2, 3].flatMap((i) => [4 * half + i, 8 + 4 * half + i]);
  code.emit(...simd.i8x16Shuffle, ...order.flatMap((lane) => [2 * lane, 2 * lane + 1]));
}
