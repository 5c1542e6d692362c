import { applyBall, type Ball } from '../number/ball.ts';
import { applyExact } from '../number/enclosure.ts';
import { enclosureAt, realTensor } from './elements.ts';
import { gatherReals } from './gather.ts';
import { sizeOf, type RealTensor } from './tensor.ts';
import { pixelsOf, windowPositions, type Windows } from './windows.ts';

/** Largest (smallest) of each channel in each window. @throws Error where a window lies outside of the image */
export function poolReals(kind: 'maximum' | 'minimum', images: RealTensor, windows: Windows): RealTensor {
  const [count, height, width, channels] = images.shape;
  const pixels = pixelsOf({ height, width }, windows);
  const taps = windows.kernel[0] * windows.kernel[1];
  const shape = [count, ...windowPositions({ height, width }, windows), channels];
  const positions = pixels.length / taps;
  const values = new Float64Array(sizeOf(shape));
  const errors = images.errors === undefined ? undefined : new Float64Array(values.length);
  const operator = { op: kind } as const;
  for (let image = 0, at = 0; image < count; image++) {
    for (let position = 0; position < positions; position++, at += channels) {
      let first = true;
      for (let tap = position * taps; tap < (position + 1) * taps; tap++) {
        if (pixels[tap] < 0) continue;
        const from = (image * height * width + pixels[tap]) * channels;
        merge(from, at, first);
        first = false;
      }
      if (first) throw new Error('a window lies outside of the image');
    }
  }
  return realTensor(shape, values, errors?.some((error) => error !== 0) ? errors : undefined, (i, precision) => {
    const position = Math.floor(i / channels) % positions;
    const image = Math.floor(i / channels / positions);
    const places = pixels.subarray(position * taps, (position + 1) * taps).filter((pixel) => pixel >= 0);
    return Array.from(places, (pixel) => enclosureAt(images, (image * height * width + pixel) * channels + (i % channels), precision))
      .reduce((best, each) => applyExact(operator, [best, each], precision));
  });

  /** Brings the channels of a pixel into the result's. */
  function merge(from: number, at: number, first: boolean): void {
    if (errors === undefined) {
      for (let c = 0; c < channels; c++) {
        const x = images.values[from + c];
        if (first || (kind === 'maximum' ? x > values[at + c] : x < values[at + c])) values[at + c] = x;
      }
      return;
    }
    for (let c = 0; c < channels; c++) {
      const x: Ball = { value: images.values[from + c], error: images.errors![from + c] };
      const best = first ? x : applyBall(operator, [{ value: values[at + c], error: errors[at + c] }, x]);
      values[at + c] = best.value;
      errors[at + c] = best.error;
    }
  }
}

/** Rows and columns of `value` around each image. */
export function padReals(images: RealTensor, pad: Windows['pad'], value: number): RealTensor {
  const [count, height, width, channels] = images.shape;
  const pixels = pixelsOf({ height, width }, { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad });
  const shape = [count, height + pad[0] + pad[2], width + pad[1] + pad[3], channels];
  const index = new Int32Array(sizeOf(shape));
  // The one element behind the images is the padding.
  const outside = images.values.length;
  for (let i = 0; i < index.length; i++) {
    const pixel = pixels[Math.floor(i / channels) % pixels.length];
    const image = Math.floor(i / channels / pixels.length);
    index[i] = pixel < 0 ? outside : (image * height * width + pixel) * channels + (i % channels);
  }
  return gatherReals([images, { shape: [1], values: Float64Array.of(value) }], shape, index);
}
