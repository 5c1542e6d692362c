import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import { readNpy, readNpz, type NpyArray } from '../src/base/npy.ts';

/** Published networks with inputs and outputs computed by others; a sibling of the project, absent elsewhere. */
export const CORPUS = resolve(import.meta.dirname, '../../shared/conformance');

/** Tests of the corpus run where it is there, fail in continuous integration where it is not, and are skipped loudly elsewhere. */
export function describeCorpus(name: string, tests: () => void): void {
  if (existsSync(CORPUS)) {
    describe(name, tests);
    return;
  }
  if (process.env.CI !== undefined) {
    it(`${name}: the conformance corpus is there`, () => { throw new Error(`${CORPUS} is missing`); });
    return;
  }
  console.warn(`SKIPPED: ${name}: ${CORPUS} is missing`);
  describe.skip(name, tests);
}

type Tensor = Pick<NpyArray, 'shape' | 'data'>;

export interface CorpusCase {
  readonly id: string;
  readonly model: string;
  /** Type of the input where the file has no quantizer on it. */
  readonly inputType?: string;
  readonly input: () => Tensor;
}

/** The dense networks. */
export const DENSE_CASES: readonly CorpusCase[] = [
  { id: 'tfc_1w1a', model: 'qonnx/tfc_1w1a.onnx', input: () => npy('data/mnist/first1000_f32.npy') },
  { id: 'tfc_1w2a', model: 'qonnx/tfc_1w2a.onnx', input: () => npy('data/mnist/first1000_f32.npy') },
  {
    id: 'tfc_1w1a_multithreshold', model: 'qonnx/tfc_1w1a_multithreshold.onnx',
    // This file divides by 255 itself: pixels are whole numbers from 0 to 255.
    input: () => mapped(npy('data/mnist/first1000_f32.npy'), (x) => Math.round(x * 255)),
  },
  { id: 'kwsmlp_w3a3', model: 'qonnx/kwsmlp_w3a3.onnx', input: () => npy('data/kws_clips/mfcc_f32_10x1x10x49.npy') },
  {
    id: 'qkeras_jettagging', model: 'qonnx/qkeras_jettagging.onnx', inputType: 'fixed<16,6>',
    input: () => npy('data/random/jet_grid_2000x16_f32.npy'),
  },
  { id: 'bnn_fc_1layer', model: 'qonnx/bnn_fc_1layer.onnx', input: () => npy('data/random/bnn_grid_36x3_f32.npy') },
  {
    id: 'cybsec_mlp_multithreshold', model: 'converted/cybsec_mlp_multithreshold.onnx', inputType: 'bipolar',
    input: () => npy('data/random/unsw_bipolar_2000x600_int8.npy'),
  },
  {
    // The spectrum's numbers lie on a grid of 2^-30; this type holds them all exactly.
    id: 'ad03_qkeras_autoencoder', model: 'converted/ad03_qkeras_autoencoder.onnx', inputType: 'fixed<38,8>', input: anomalyWindows,
  },
];

/** Networks of images and signals, those of 32 x 32 pixels and fewer before the larger ones. */
export const CONVOLUTIONAL_CASES: readonly CorpusCase[] = [
  { id: 'espcn_nn_resize_16', model: 'qonnx/espcn_nn_resize_16.onnx', input: () => npy('data/bsd300_crop/input_f32_1x3x16x16.npy') },
  {
    id: 'separable_conv_model_ch_last_32', model: 'qonnx/separable_conv_model_ch_last_32.onnx',
    input: () => npy('data/bsd300_crop/mirrored_crop_f32_1x32x32x3.npy'),
  },
  {
    id: 'branched_model_ch_last_32', model: 'qonnx/branched_model_ch_last_32.onnx',
    input: () => npy('data/bsd300_crop/mirrored_crop_f32_1x32x32x3.npy'),
  },
  {
    id: 'qkeras_mnist_cnn', model: 'converted/qkeras_mnist_cnn.onnx', inputType: 'uint8*0.00392156862745098',
    input: () => npy('data/mnist/first1000_f32.npy'),
  },
  {
    id: 'cifar10_qkeras_tiny', model: 'converted/cifar10_qkeras_tiny.onnx', inputType: 'uint8*0.00390625',
    input: () => channelsFirst(npy('data/cifar10_jpeg500/images_uint8_NHWC.npy'), (x) => x / 256),
  },
  {
    id: 'mlperftiny_kws_dscnn_int8_qdq', model: 'converted/mlperftiny_kws_dscnn_int8_qdq.onnx',
    input: () => shaped(mapped(npy('data/kws01_mfcc/features_int8_1000x490.npy'), (q) => (q - 83) * Math.fround(0.5847029)), 1, 49, 10),
  },
  { id: 'mlperftiny_ad_autoencoder_int8_qdq', model: 'converted/mlperftiny_ad_autoencoder_int8_qdq.onnx', input: longWindows },
  { id: 'espcn_nn_resize', model: 'qonnx/espcn_nn_resize.onnx', input: () => npy('data/bsd300_crop/input_f32_1x3x128x128.npy') },
  { id: 'branched_model_ch_last', model: 'qonnx/branched_model_ch_last.onnx', input: () => npy('data/bsd300_crop/mirrored_f32_1x256x256x3.npy') },
  {
    id: 'mlperftiny_vww_mobilenet_int8_qdq', model: 'converted/mlperftiny_vww_mobilenet_int8_qdq.onnx',
    input: () => threeTimes(npy('data/vww_samples/gray_uint8_2x96x96.npy')),
  },
];

export function modelPath({ model }: CorpusCase): string {
  return join(CORPUS, 'models', model);
}

export function npy(path: string): NpyArray {
  return readNpy(readFileSync(join(CORPUS, path)), path);
}

/** The outputs that a correct implementation gives, first dimension the samples. */
export function expectedOutputs({ id }: CorpusCase): NpyArray {
  return npy(`expected/${id}.logits.npy`);
}

/** Codes of every quantizer for the first samples, weights included, by tensor name; none where the corpus has none. */
export function expectedCodes({ id }: CorpusCase): Map<string, NpyArray> {
  const path = `expected/${id}.layers.npz`;
  if (!existsSync(join(CORPUS, path))) return new Map();
  const arrays = readNpz(readFileSync(join(CORPUS, path)), path);
  return new Map([...arrays].map(([name, array]) => [name.replace(/\.npy$/, '').replaceAll('|', '/'), array]));
}

function mapped({ shape, data }: Tensor, f: (x: number) => number): Tensor {
  return { shape, data: Float64Array.from(data as ArrayLike<number>, f) };
}

/** Sample i is every fourth value of four consecutive spectra, from spectrum i on. */
function anomalyWindows(): Tensor {
  const { shape: [frames, bands], data } = npy('data/toycar_normal_id01_0/logmel_f32_200x128.npy');
  const windows = frames - 4;
  const width = bands / 4;
  const result = new Float64Array(windows * bands);
  for (let window = 0; window < windows; window++) {
    for (let frame = 0; frame < 4; frame++) {
      for (let i = 0; i < width; i++) result[window * bands + frame * width + i] = data[(window + frame) * bands + 4 * i];
    }
  }
  return { shape: [windows, bands], data: result };
}

/** Images [count, height, width, channels] with their channels before the pixels. */
function channelsFirst({ shape: [count, height, width, channels], data }: Tensor, f: (x: number) => number): Tensor {
  const area = height * width;
  const result = new Float64Array(data.length);
  for (let i = 0; i < result.length; i++) {
    const [image, channel, pixel] = [Math.floor(i / area / channels), Math.floor(i / area) % channels, i % area];
    result[i] = f(Number(data[(image * area + pixel) * channels + channel]));
  }
  return { shape: [count, channels, height, width], data: result };
}

function shaped({ shape: [count], data }: Tensor, ...rest: number[]): Tensor {
  return { shape: [count, ...rest], data };
}

/** Gray pixels as three equal channels of numbers up to 1. */
function threeTimes({ shape: [count, height, width], data }: Tensor): Tensor {
  const area = height * width;
  return {
    shape: [count, 3, height, width],
    data: Float64Array.from({ length: 3 * data.length }, (_, i) => Math.fround(Number(data[Math.floor(i / area / 3) * area + (i % area)]) / 255)),
  };
}

/** Sample i is five consecutive spectra from spectrum i on. */
function longWindows(): Tensor {
  const { shape: [frames, bands], data } = npy('data/toycar_normal_id01_0/logmel_f32_200x128.npy');
  const windows = frames - 4;
  const result = new Float64Array(windows * 5 * bands);
  for (let window = 0; window < windows; window++) result.set(data.subarray(window * bands, (window + 5) * bands), window * 5 * bands);
  return { shape: [windows, 5 * bands], data: result };
}
