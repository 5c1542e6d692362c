import { pixelsOf, windowPositions, type Windows } from '../graph/windows.ts';
import { layer, type Formula } from './formula.ts';
import { channelsLast, imagesOf, windowsOf } from './images.ts';

/** Sum of each channel over each window, places outside of the image being 0. */
export function windowSums<T>(f: Formula<T>, images: T, windows: Windows): T {
  const channels = f.shape(images)[3];
  return f.algebra.convolve(images, f.filled([channels, ...windows.kernel, 1], 1), windows, channels);
}

/** How many places each window has, those in `counted` rows and columns around the image among them: one number where all have the same. */
function placesIn<T>(f: Formula<T>, images: T, windows: Windows, counted: Windows['pad']): T {
  const [, height, width] = f.shape(images);
  const { pad, kernel } = windows;
  // The same windows over the image with the counted places around it.
  const pixels = pixelsOf({ height: height + counted[0] + counted[2], width: width + counted[1] + counted[3] },
    { ...windows, pad: [pad[0] - counted[0], pad[1] - counted[1], pad[2] - counted[2], pad[3] - counted[3]] });
  const taps = kernel[0] * kernel[1];
  const counts = new Float64Array(pixels.length / taps);
  pixels.forEach((pixel, i) => { if (pixel >= 0) counts[Math.floor(i / taps)]++; });
  if (counts.every((count) => count === counts[0])) return f.constant(counts[0]);
  return f.algebra.constant({ shape: [...windowPositions({ height, width }, windows), 1], values: counts });
}

/** The whole image as one window; of more than two dimensions as one line. */
function wholeImage<T>(f: Formula<T>): { images: T; windows: Windows; restore: (pixels: T) => T } {
  const x = f.input(0, 'X');
  const shape = f.shape(x);
  if (shape.length < 3) throw f.error('dimensions', `a tensor of ${shape.length} dimensions`, 'it needs a batch, a channel and dimensions of space');
  const rank = shape.length;
  const order = channelsLast(f) ? shape.map((_, i) => i) : [0, ...shape.slice(2).map((_, i) => i + 2), 1];
  const moved = f.transpose(x, order);
  const [count, channels] = [shape[0], shape[order[rank - 1]]];
  const space = order.slice(1, -1).map((axis) => shape[axis]);
  const kernel: [number, number] = space.length === 2 ? [space[0], space[1]] : [1, space.reduce((a, b) => a * b, 1)];
  const ones = shape.map((_, axis) => (axis === 0 ? count : axis === order[rank - 1] ? channels : 1));
  return {
    images: f.reshape(moved, [count, ...kernel, channels]), windows: { kernel, stride: kernel, dilation: [1, 1], pad: [0, 0, 0, 0] },
    restore: (pixels) => f.reshape(pixels, ones),
  };
}

/** Domains of the layers that exist with channels innermost too. */
const DOMAINS = { domains: ['', 'qonnx.custom_op.channels_last'] };

export const poolLayers = [
  layer('MaxPool', 'largest of each window', (f) => {
    const images = imagesOf(f, f.input(0, 'X'));
    return images.restore(f.algebra.pool('maximum', images.tensor, windowsOf(f, images)));
  }, DOMAINS),
  layer('AveragePool', 'mean of each window', (f) => {
    const images = imagesOf(f, f.input(0, 'X'));
    const { declared, ...windows } = windowsOf(f, images);
    const counted = f.number('count_include_pad', 0) !== 0 ? declared : [0, 0, 0, 0] as const;
    return images.restore(f.divide(windowSums(f, images.tensor, windows), placesIn(f, images.tensor, windows, counted)));
  }, DOMAINS),
  layer('GlobalMaxPool', 'largest of each channel', (f) => {
    const { images, windows, restore } = wholeImage(f);
    return restore(f.algebra.pool('maximum', images, windows));
  }, DOMAINS),
  layer('GlobalAveragePool', 'mean of each channel', (f) => {
    const { images, windows, restore } = wholeImage(f);
    return restore(f.divide(windowSums(f, images, windows), f.constant(windows.kernel[0] * windows.kernel[1])));
  }, DOMAINS),
];
