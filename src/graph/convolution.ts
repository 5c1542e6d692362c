import { Rational } from '../base/rational.ts';
import { applyExact, pointEnclosure, type Enclosure } from '../number/enclosure.ts';
import { enclosureAt, realTensor } from './elements.ts';
import { boundOfSum, fitsExactly, gridOf, largestMagnitude, rightBounds, type RightBounds } from './product-bounds.ts';
import { sizeOf, type RealTensor } from './tensor.ts';
import { pixelsOf, windowPositions, type Windows } from './windows.ts';

/** Where the factors of a convolution lie. */
interface Plan {
  readonly shape: readonly number[];
  readonly images: number;
  /** Pixels of one image. */
  readonly area: number;
  readonly channels: number;
  readonly groups: number;
  /** Results and channels of one group. */
  readonly rows: number;
  readonly depth: number;
  readonly taps: number;
  readonly pixels: Int32Array;
}

function planConvolution(images: readonly number[], weights: readonly number[], windows: Windows, groups: number): Plan {
  const [count, height, width, channels] = images;
  const depth = channels / groups;
  const [results, kernelHeight, kernelWidth, weightDepth] = weights;
  if (weightDepth !== depth || kernelHeight !== windows.kernel[0] || kernelWidth !== windows.kernel[1] || results % groups !== 0) {
    throw new Error(`no convolution of [${images.join(', ')}] and [${weights.join(', ')}] in ${groups} groups`);
  }
  return {
    shape: [count, ...windowPositions({ height, width }, windows), results], images: count, area: height * width, channels, groups,
    rows: results / groups, depth, taps: kernelHeight * kernelWidth, pixels: pixelsOf({ height, width }, windows),
  };
}

/**
 * Convolution. Without errors where both factors lie on binary grids so coarse that every partial sum is a double; otherwise with one
 * bound for each result channel.
 */
export function convolveReals(images: RealTensor, weights: RealTensor, windows: Windows, groups: number): RealTensor {
  const plan = planConvolution(images.shape, weights.shape, windows, groups);
  const values = new Float64Array(sizeOf(plan.shape));
  if (plan.depth === 1) convolveChannels(images.values, weights.values, values, plan);
  else convolveGroups(images.values, weights.values, values, plan);
  const terms = plan.taps * plan.depth;
  const bounds = rightBounds(weights, terms, 1);
  if (images.errors === undefined && weights.errors === undefined && fitsExactly(gridOf(images), bounds.grid, terms)) {
    return { shape: plan.shape, values };
  }
  const errors = errorsOf(images, bounds, values, plan);
  return realTensor(plan.shape, values, errors, (i, precision) => exactElement(images, weights, plan, i, precision));
}

/** One channel a group: for each tap, the channels side by side. */
function convolveChannels(x: Float64Array, weights: Float64Array, result: Float64Array, plan: Plan): void {
  const { images, area, channels, rows, taps, pixels } = plan;
  const results = channels * rows;
  const byTap = new Float64Array(weights.length);
  for (let r = 0; r < results; r++) for (let tap = 0; tap < taps; tap++) byTap[tap * results + r] = weights[r * taps + tap];
  for (let image = 0, start = 0; image < images; image++) {
    for (let at = 0; at < pixels.length; at += taps, start += results) {
      for (let tap = 0; tap < taps; tap++) {
        const pixel = pixels[at + tap];
        if (pixel < 0) continue;
        const from = (image * area + pixel) * channels;
        const weight = tap * results;
        if (rows === 1) {
          for (let c = 0; c < channels; c++) result[start + c] += byTap[weight + c] * x[from + c];
        } else {
          for (let c = 0, r = 0; c < channels; c++) for (let k = 0; k < rows; k++, r++) result[start + r] += byTap[weight + r] * x[from + c];
        }
      }
    }
  }
}

/** Copies each window of a group together, then four rows of weights meet it at a time. */
function convolveGroups(x: Float64Array, weights: Float64Array, result: Float64Array, plan: Plan): void {
  const { images, area, channels, groups, rows, depth, taps, pixels } = plan;
  const terms = taps * depth;
  const window = new Float64Array(terms);
  for (let image = 0, start = 0; image < images; image++) {
    for (let at = 0; at < pixels.length; at += taps) {
      for (let group = 0; group < groups; group++, start += rows) {
        for (let tap = 0, to = 0; tap < taps; tap++) {
          const pixel = pixels[at + tap];
          if (pixel < 0) {
            window.fill(0, to, to + depth);
            to += depth;
            continue;
          }
          const from = (image * area + pixel) * channels + group * depth;
          for (let c = 0; c < depth; c++) window[to++] = x[from + c];
        }
        multiplyRows(weights, group * rows * terms, window, result, start, rows);
      }
    }
  }
}

function multiplyRows(
  weights: Float64Array, first: number, window: Float64Array, result: Float64Array, start: number, rows: number,
): void {
  const terms = window.length;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const a = first + row * terms;
    const [b, c, d] = [a + terms, a + 2 * terms, a + 3 * terms];
    let [s, t, u, v] = [0, 0, 0, 0];
    for (let k = 0; k < terms; k++) {
      const x = window[k];
      s += weights[a + k] * x;
      t += weights[b + k] * x;
      u += weights[c + k] * x;
      v += weights[d + k] * x;
    }
    result[start + row] = s;
    result[start + row + 1] = t;
    result[start + row + 2] = u;
    result[start + row + 3] = v;
  }
  for (; row < rows; row++) {
    const a = first + row * terms;
    let sum = 0;
    for (let k = 0; k < terms; k++) sum += weights[a + k] * window[k];
    result[start + row] = sum;
  }
}

/** The errors of all results, undefined where all are 0: each result channel has one bound, with the largest element of the images. */
function errorsOf(images: RealTensor, bounds: RightBounds, values: Float64Array, plan: Plan): Float64Array | undefined {
  const magnitude = largestMagnitude(images.values, 0, images.values.length);
  const error = images.errors === undefined ? 0 : largestMagnitude(images.errors, 0, images.errors.length);
  const results = plan.groups * plan.rows;
  const bound = Float64Array.from({ length: results }, (_, r) =>
    boundOfSum(bounds.inner, magnitude, error, bounds.magnitudes[r], bounds.errors === undefined ? 0 : bounds.errors[r]));
  if (bound.every((each) => each === 0)) return undefined;
  const errors = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    errors[i] = bound[i % results];
    if (Number.isFinite(values[i]) && !Number.isNaN(errors[i])) continue;
    errors[i] = Infinity;
    values[i] = 0;
  }
  return errors;
}

function exactElement(images: RealTensor, weights: RealTensor, plan: Plan, index: number, precision: number): Enclosure {
  const { area, channels, rows, depth, taps, pixels, groups } = plan;
  const result = index % (groups * rows);
  const position = Math.floor(index / (groups * rows)) % (pixels.length / taps);
  const image = Math.floor(index / (groups * rows) / (pixels.length / taps));
  let sum = pointEnclosure(Rational.ZERO);
  for (let tap = 0; tap < taps; tap++) {
    const pixel = pixels[position * taps + tap];
    if (pixel < 0) continue;
    for (let c = 0; c < depth; c++) {
      const factors = [
        enclosureAt(images, (image * area + pixel) * channels + Math.floor(result / rows) * depth + c, precision),
        enclosureAt(weights, (result * taps + tap) * depth + c, precision),
      ];
      sum = applyExact({ op: 'add' }, [sum, applyExact({ op: 'multiply' }, factors, precision)], precision);
    }
  }
  return sum;
}
