import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rational } from '../../src/base/rational.ts';
import { exportOnnx } from '../../src/frontend/onnx/export.ts';
import { integerRange, parseFormat, type NumberFormat } from '../../src/number/formats/index.ts';
import { encoderOf } from '../../src/quantize/encoder.ts';
import { scaleFor } from '../../src/quantize/scale.ts';
import { drawDigits } from './draw.ts';
import { formatGraph } from './format-graph.ts';
import { PIXELS, type Formats } from './formats.ts';
import type { WeightUse } from './layers.ts';
import { accuracy, createNetwork, FLOAT, train, type Network, type NetworkStyle } from './network.ts';
import { roundToFloat32 } from './round.ts';

const TRAINING = { count: 8_000, seed: 1 };
const TEST = { count: 500, seed: 2 };
const START_SEED = 3;
const ORDER_SEED = 4;
const FLOAT_EPOCHS = 8;
const TUNING_EPOCHS = 8;
const TUNING_RATE = 0.004;

/** What the quantized network computes with: numbers on the format's values, by a scale for each layer that stays as it is. */
function quantizedStyle(formats: Formats, scales: readonly number[]): NetworkStyle {
  const weights = parseFormat(formats.weights);
  return {
    weights: (dense) => weightUse(weights, scales[dense]),
    activation: onGrid(parseFormat(formats.activations), formats.activationScale),
    pixel: greyLevel,
  };
}

function onGrid(format: NumberFormat, scale: number): (value: number) => number {
  const grid = scale * Rational.toDouble(format.unit);
  const encode = encoderOf(format);
  return (value) => encode(value / grid) * grid;
}

/** A latent weight beyond the largest value would only delay its next change. */
function weightUse(format: NumberFormat, scale: number): WeightUse {
  const use = onGrid(format, scale);
  return { bound: integerRange(format).high * scale * Rational.toDouble(format.unit), used: (latent) => latent.map(use) };
}

/** A pixel in 16 levels, from 0 to 1. */
function greyLevel(pixel: number): number {
  return onGrid(parseFormat(PIXELS.format), PIXELS.scale)(pixel) / 255;
}

/**
 * Trains a float network on drawn digits, takes scales of least squared error from its weights, goes on training with weights and
 * activations in the formats (straight-through estimator), and writes `NAME.onnx` to the folder. Every run writes the same bytes.
 */
export function fineTune(formats: Formats, folder: string): void {
  const training = drawDigits(TRAINING.count, TRAINING.seed);
  const test = drawDigits(TEST.count, TEST.seed);
  const report = (what: string, network: Network): void => {
    const [seen, unseen] = [training, test].map((digits) => `${(100 * accuracy(network, digits)).toFixed(1)} %`);
    console.log(`${what}: ${seen} of the training set, ${unseen} of the test set`);
  };
  const float = createNetwork({ ...FLOAT, pixel: greyLevel }, START_SEED);
  train(float, training, FLOAT_EPOCHS, ORDER_SEED);
  report('float', float);

  const scales = float.dense.map(({ weights }) => scaleFor(parseFormat(formats.weights), weights.value, 'mse').scale);
  const network = createNetwork(quantizedStyle(formats, scales), START_SEED);
  copyParameters(float, network);
  report('quantized', network);
  train(network, training, TUNING_EPOCHS, ORDER_SEED, TUNING_RATE);
  roundToFloat32(network);
  report('fine-tuned', network);

  mkdirSync(folder, { recursive: true });
  const bytes = exportOnnx(formatGraph(network, formats, scales));
  writeFileSync(join(folder, `${formats.name}.onnx`), bytes);
  console.log(`wrote ${join(folder, `${formats.name}.onnx`)} (${bytes.length} bytes)`);
}

function copyParameters(from: Network, to: Network): void {
  from.layers.forEach(({ parameters }, i) => parameters.forEach((parameter, k) => to.layers[i].parameters[k].value.set(parameter.value)));
  from.norms.forEach(({ mean, variance }, i) => {
    to.norms[i].mean.set(mean);
    to.norms[i].variance.set(variance);
  });
}
