import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { WindowNode } from '../ir.ts';
import { windowPositions } from '../../graph/windows.ts';
import { nest, pointer, type Level } from './nest.ts';
import type { Place, Room } from './values.ts';
import { copyBytes } from './vectors.ts';

/** Images of 16-bit elements in memory with the border that windows see; distances in bytes. */
export interface Images {
  readonly address: number;
  readonly count: number;
  readonly pitch: number;
  readonly pixel: number;
  readonly image: number;
  /** Windows below each other and side by side. */
  readonly down: number;
  readonly right: number;
}

/** The images that a window slides over: as they are, or, where it reaches beyond them, copied into a frame of fill. */
export function imagesOf(window: WindowNode, from: Place, code: FunctionBuilder, room: Room): Images {
  const { height, width, channels, pad: [top, left, bottom, right], fill } = window;
  const count = from.size / (height * width * channels);
  const [down, across] = windowPositions(window, window);
  const pixel = 2 * channels;
  const shape = { count, pixel, down, right: across };
  const row = width * pixel;
  if (top + left + bottom + right === 0) return { ...shape, address: from.address, pitch: row, image: height * row };
  const pitch = (left + width + right) * pixel;
  const image = (top + height + bottom) * pitch;
  const frame = Int16Array.from({ length: (count * image) / 2 }, (_, i) => fill[fill.length === 1 ? 0 : i % channels]);
  const address = room.place(frame);
  const [source, target] = [pointer(code), pointer(code)];
  const levels: Level[] = [
    { count, steps: [[source, height * row], [target, image]] }, { count: height, steps: [[source, row], [target, pitch]] },
  ];
  nest(code, levels, () => copyBytes(code, target, address + top * pitch + left * pixel, source, from.address, row));
  return { ...shape, address, pitch, image };
}
