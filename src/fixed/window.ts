import type { Integers } from './evaluator.ts';
import type { WindowNode } from './ir.ts';

type Geometry = Pick<WindowNode, 'height' | 'width' | 'channels' | 'kernel' | 'stride' | 'dilation' | 'pad'>;

/** How many windows there are below each other and side by side. */
export function windowPositions({ height, width, kernel, stride, dilation, pad }: Omit<Geometry, 'channels'>): [down: number, right: number] {
  const along = (extent: number, axis: 0 | 1): number =>
    Math.floor((extent + pad[axis] + pad[axis + 2] - (kernel[axis] - 1) * dilation[axis] - 1) / stride[axis]) + 1;
  return [along(height, 0), along(width, 1)];
}

/** The windows of each image of `x`, one behind the other. */
export function windowsOf(node: WindowNode, x: Integers): Integers {
  const { height, width, channels, kernel, stride, dilation, pad, fill, order } = node;
  const [down, right] = windowPositions(node);
  const taps = kernel[0] * kernel[1];
  // Distance of neighbouring taps and of neighbouring channels within a window.
  const [tapStep, channelStep] = order === 'pixel' ? [channels, 1] : [1, taps];
  const images = x.length / (height * width * channels);
  const result = new Float64Array(images * down * right * taps * channels);
  let start = 0;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < down; y++) {
      for (let column = 0; column < right; column++, start += taps * channels) {
        for (let ky = 0, tap = 0; ky < kernel[0]; ky++) {
          const row = y * stride[0] + ky * dilation[0] - pad[0];
          for (let kx = 0; kx < kernel[1]; kx++, tap++) {
            const place = column * stride[1] + kx * dilation[1] - pad[1];
            const inside = row >= 0 && row < height && place >= 0 && place < width;
            const from = ((image * height + row) * width + place) * channels;
            let to = start + tap * tapStep;
            for (let c = 0; c < channels; c++, to += channelStep) result[to] = inside ? x[from + c] : fill[c % fill.length];
          }
        }
      }
    }
  }
  return result;
}
