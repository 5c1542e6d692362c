import { BatchNorm } from './batch-norm.ts';
import { SIZE, type DigitSet } from './draw.ts';
import { Activation, bipolar, clamped, Dense, REAL_WEIGHTS, SIGNS, type Layer, type WeightUse } from './layers.ts';
import { seededRandom } from './random.ts';

/** Channels from the pixels to the scores of the ten digits. */
export const WIDTHS = [SIZE * SIZE, 64, 64, 10];

/** Halfway between two pixel values, so that no pixel lies on the boundary between the bits. */
export const PIXEL_CENTRE = 127.5;

const BATCH = 100;
const LEARNING_RATE = 0.01;

/** What the numbers of a network are: weights by dense layer, activations, and the input made of a pixel from 0 to 255. */
export interface NetworkStyle {
  readonly weights: (dense: number) => WeightUse;
  readonly activation: (value: number) => number;
  readonly pixel: (value: number) => number;
}

/** All weights and activations one bit, dark and light pixels ±1. */
export const BINARIZED: NetworkStyle = { weights: () => SIGNS, activation: bipolar, pixel: (value) => bipolar(value - PIXEL_CENTRE) };

/** Real numbers, pixels scaled to -1 … 1. */
export const FLOAT: NetworkStyle = {
  weights: () => REAL_WEIGHTS, activation: clamped, pixel: (value) => (value - PIXEL_CENTRE) / PIXEL_CENTRE,
};

/** Dense and BatchNorm for each pair of widths, an activation after all but the last. */
export interface Network {
  readonly style: NetworkStyle;
  readonly dense: readonly Dense[];
  readonly norms: readonly BatchNorm[];
  readonly layers: readonly Layer[];
}

/** An untrained network. */
export function createNetwork(style: NetworkStyle, seed: number): Network {
  const random = seededRandom(seed);
  const dense = WIDTHS.slice(1).map((width, index) => new Dense(WIDTHS[index], width, style.weights(index), random));
  const norms = WIDTHS.slice(1).map((width) => new BatchNorm(width));
  const layers = dense.flatMap((layer, index): Layer[] => {
    const last = index === dense.length - 1;
    return last ? [layer, norms[index]] : [layer, norms[index], new Activation(style.activation)];
  });
  return { style, dense, norms, layers };
}

/** Trains in place by minimizing the cross entropy, the learning rate falling linearly from `start` to zero. */
export function train(network: Network, digits: DigitSet, epochs: number, seed: number, start = LEARNING_RATE): void {
  const random = seededRandom(seed);
  const order = Uint32Array.from({ length: digits.count }, (_, index) => index);
  const batches = Math.floor(digits.count / BATCH);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let last = order.length - 1; last > 0; last--) {
      const other = random.below(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    for (let batch = 0; batch < batches; batch++) {
      const chosen = order.subarray(batch * BATCH, (batch + 1) * BATCH);
      const scores = forward(network, pixelsOf(network, digits, chosen), BATCH, true);
      let slope = scoreSlopes(scores, chosen, digits.labels);
      for (const layer of network.layers.toReversed()) slope = layer.backward(slope, BATCH);
      const rate = start * (1 - (epoch + batch / batches) / epochs);
      for (const layer of network.layers) for (const parameter of layer.parameters) parameter.step(rate);
    }
  }
}

/** The part of the digits for which the network's highest score (the lower digit wins a tie) is that of the label. */
export function accuracy(network: Network, digits: DigitSet): number {
  const all = Uint32Array.from({ length: digits.count }, (_, index) => index);
  const scores = forward(network, pixelsOf(network, digits, all), digits.count, false);
  let right = 0;
  for (let row = 0; row < digits.count; row++) {
    const own = scores.subarray(row * 10, row * 10 + 10);
    if (own.indexOf(Math.max(...own)) === digits.labels[row]) right++;
  }
  return right / digits.count;
}

function forward(network: Network, input: Float64Array, batch: number, training: boolean): Float64Array {
  return network.layers.reduce((value, layer) => layer.forward(value, batch, training), input);
}

/** The network's input, one image behind the other. */
function pixelsOf({ style }: Network, digits: DigitSet, chosen: Uint32Array): Float64Array {
  const input = new Float64Array(chosen.length * WIDTHS[0]);
  chosen.forEach((index, row) => {
    for (let at = 0; at < WIDTHS[0]; at++) input[row * WIDTHS[0] + at] = style.pixel(digits.pixels[index * WIDTHS[0] + at]);
  });
  return input;
}

/** The slope of the mean cross entropy by each score: softmax minus the label's indicator. */
function scoreSlopes(scores: Float64Array, chosen: Uint32Array, labels: Uint8Array): Float64Array {
  const slopes = new Float64Array(scores.length);
  chosen.forEach((index, row) => {
    const own = scores.subarray(row * 10, row * 10 + 10);
    const highest = Math.max(...own);
    const weights = own.map((score) => Math.exp(score - highest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let digit = 0; digit < 10; digit++) {
      slopes[row * 10 + digit] = (weights[digit] / total - (labels[index] === digit ? 1 : 0)) / chosen.length;
    }
  });
  return slopes;
}
