import type { WindowNode } from '../fixed/ir.ts';
import { windowPositions } from '../graph/windows.ts';

/**
 * How line buffers see an image: it is shifted through, word after word, and where the taps stand over a window, that is handed out.
 * Behind the last pixel, steps without input shift it on until the last window has been seen.
 */
export interface Lines {
  /** Words of a pixel. */
  readonly words: number;
  /** Pixels of the image, and steps of a frame in pixels. */
  readonly pixels: number;
  readonly steps: number;
  /** By step: whether a window stands under the taps when the step's pixel has come in. */
  readonly seen: Uint8Array;
  /** Steps before the first window, between neighbours, from the end of a row to the next, and from the last to the next frame's first. */
  readonly first: number;
  readonly right: number;
  readonly down: number;
  readonly around: number;
}

/** Undefined where windows do not come one after the other as the image is shifted: with padding as wide as the kernel. */
export function linesOf(node: WindowNode, lanes: number): Lines | undefined {
  const { height, width, channels, kernel, stride, dilation, pad } = node;
  const [rows, columns] = windowPositions(node, node);
  const reach = [(kernel[0] - 1) * dilation[0], (kernel[1] - 1) * dilation[1]];
  const first = (reach[0] - pad[0]) * width + reach[1] - pad[1];
  const right = stride[1];
  const down = stride[0] * width - (columns - 1) * right;
  const between = dilation[0] * width - reach[1];
  if (first < 0 || (rows > 1 && down < 1) || (kernel[0] > 1 && between < 1)) return undefined;
  const pixels = height * width;
  const last = first + (rows - 1) * stride[0] * width + (columns - 1) * right;
  const steps = Math.max(pixels, last + 1);
  const seen = new Uint8Array(steps);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) seen[first + row * stride[0] * width + column * right] = 1;
  return { words: channels / lanes, pixels, steps, seen, first, right, down, around: steps - last + first };
}
