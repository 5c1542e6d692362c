import { pixelsOf } from '../graph/windows.ts';
import type { Integers } from './evaluator.ts';
import type { WindowNode } from './ir.ts';

/** The windows of each image of `x`, one behind the other. */
export function windowsOf(node: WindowNode, x: Integers): Integers {
  const { height, width, channels, kernel, fill, order } = node;
  const pixels = pixelsOf(node, node);
  const taps = kernel[0] * kernel[1];
  // Distance of neighbouring taps and of neighbouring channels within a window.
  const [tapStep, channelStep] = order === 'pixel' ? [channels, 1] : [1, taps];
  const images = x.length / (height * width * channels);
  const result = new Float64Array(images * pixels.length * channels);
  for (let image = 0, start = 0; image < images; image++) {
    const first = image * height * width;
    for (let at = 0; at < pixels.length; at += taps, start += taps * channels) {
      for (let tap = 0; tap < taps; tap++) {
        const pixel = pixels[at + tap];
        const from = (first + pixel) * channels;
        let to = start + tap * tapStep;
        for (let c = 0; c < channels; c++, to += channelStep) result[to] = pixel < 0 ? fill[fill.length === 1 ? 0 : c] : x[from + c];
      }
    }
  }
  return result;
}
