import type { NpyArray } from '../../src/base/npy.ts';
import { decodeModel } from '../../src/frontend/onnx/codec.ts';
import { tensorValues } from '../../src/frontend/onnx/tensor-values.ts';
import type { Sample } from '../../src/compiler/host.ts';

/** Noise that makes one sample of another, in parts of the data set's largest number. */
const NOISE = 0.05;

/** Samples of so many elements each; where the data set holds fewer, one has them for each channel again. */
export function samplesIn({ data }: NpyArray, size: number, perSample: number): Float64Array[] {
  return Array.from({ length: data.length / perSample }, (_, s) =>
    Float64Array.from({ length: size }, (_unused, i) => Number(data[s * perSample + (i % perSample)])));
}

/** What codes less an offset mean at the input of an int8 file of TFLite's origin. */
export function decoded(samples: readonly Float64Array[], file: Uint8Array, offset: number): Float64Array[] {
  const { initializer } = decodeModel(file, 'the network').graph;
  const [scale, zero] = ['in_scale', 'in_zp'].map((own) => tensorValues(initializer.find(({ name }) => name === own)!, own).data[0]);
  return samples.map((codes) => codes.map((code) => Math.fround((code - offset - zero) * scale)));
}

/** So many samples: those that are known, and behind them the same with noise that is the same in every run. */
export function samplesLike(known: readonly Float64Array[], name: string, count: number): Sample[] {
  const largest = known.reduce((most, values) => values.reduce((so, value) => Math.max(so, Math.abs(value)), most), 0);
  return Array.from({ length: count }, (_, s) => {
    const noise = s < known.length ? 0 : NOISE * largest;
    return new Map([[name, known[s % known.length].map((value, i) => Math.fround(value + noise * (2 * fraction(s, i) - 1)))]]);
  });
}

/** A number between 0 and 1. */
function fraction(sample: number, index: number): number {
  const mixed = Math.imul(Math.imul(sample + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
