import { convolution } from './conv.ts';
import { OWN_DOMAINS } from './format.ts';
import { layer, type Formula } from './formula.ts';
import { matrixProduct } from './matmul.ts';
import { imagesOf, windowsOf } from './images.ts';
import { windowSums } from './pool.ts';
import { shifted } from './quantize-linear.ts';

/** TensorFlow Lite keeps a multiplier as q * 2^(shift - 31), q an integer of 31 bits, rounded (QuantizeMultiplier in its sources). */
interface Multiplier { readonly q: number; readonly shift: number }

function multiplierOf(real: number): Multiplier {
  if (real === 0) return { q: 0, shift: 0 };
  const exponent = Math.floor(Math.log2(real)) + 1;
  // log2 may be off by one next to a power of two.
  const shift = real / 2 ** exponent >= 1 ? exponent + 1 : real / 2 ** exponent < 0.5 ? exponent - 1 : exponent;
  const q = Math.floor((real / 2 ** shift) * 2 ** 31 + 0.5);
  if (shift < -31) return { q: 0, shift: 0 };
  return q === 2 ** 31 ? { q: 2 ** 30, shift: shift + 1 } : { q, shift };
}

/**
 * Its two roundings: the product with q / 2^31 to the nearest integer, ties up (SaturatingRoundingDoublingHighMul), then the division
 * by the rest of the power of two, ties away from zero (RoundingDivideByPOT). `real` has one multiplier, or one for each channel.
 */
function multiplied<T>(f: Formula<T>, accumulators: T, real: readonly number[], channelShape: readonly number[]): T {
  const multipliers = real.map(multiplierOf);
  const perChannel = (value: (multiplier: Multiplier) => number): T => (real.length === 1 ? f.constant(value(multipliers[0]))
    : f.reshape(f.vector(multipliers.map(value)), [real.length, ...channelShape]));
  const product = f.multiply(accumulators, perChannel(({ q, shift }) => q * 2 ** (Math.max(shift, 0) - 31)));
  const high = f.round(product, 'half-up');
  if (multipliers.every(({ shift }) => shift >= 0)) return high;
  return f.round(f.multiply(high, perChannel(({ shift }) => 2 ** Math.min(shift, 0))), 'half-away');
}

/** Codes of int8 around the zero point `zero`, not below it after a Relu. */
function saturated<T>(f: Formula<T>, x: T, zero: number): T {
  const bounds = { low: -128, high: 127 };
  const shiftedUp = f.add(x, f.constant(zero));
  return f.algebra.integer(f.clamp(shiftedUp, f.number('relu', 0) !== 0 ? Math.max(-128, zero) : -128, 127), bounds, f.node.outputs[0]);
}

function scalesOf<T>(f: Formula<T>, index: number): readonly number[] {
  return [...f.literal(index, 'a scale').values];
}

/** Inputs as those of QLinearConv: codes, scale and zero point of x, of the weights, scale and zero point of the result, bias. */
export const tfliteLayers = [
  layer('TFLiteConv', "int8 convolution as TensorFlow Lite's kernels round it", (f) => {
    const [x, weights] = [shifted(f, f.input(0, 'x'), 2, 1), shifted(f, f.input(3, 'w'), 5, 0)];
    const sums = convolution(f, x, weights, f.optional(8));
    const [[input], filters, [output]] = [1, 4, 6].map((index) => scalesOf(f, index));
    const ones = f.shape(sums).slice(2).map(() => 1);
    return saturated(f, multiplied(f, sums, filters.map((filter) => (input * filter) / output), ones), f.literal(7, 'the zero point').values[0]);
  }, { domains: OWN_DOMAINS }),
  layer('TFLiteFullyConnected', "int8 matrix product as TensorFlow Lite's kernels round it; weights [results, inputs]", (f) => {
    const [x, weights] = [shifted(f, f.input(0, 'x'), 2, 1), shifted(f, f.input(3, 'w'), 5, 0)];
    const product = matrixProduct(f, x, f.transpose(weights, [1, 0]));
    const bias = f.optional(8);
    const sums = bias === undefined ? product : f.add(product, bias);
    const [[input], filters, [output]] = [1, 4, 6].map((index) => scalesOf(f, index));
    // One scale for all: the product of the two is a float32 there.
    const real = filters.length === 1 ? [Math.fround(input * filters[0]) / output] : filters.map((filter) => (input * filter) / output);
    return saturated(f, multiplied(f, sums, real, []), f.literal(7, 'the zero point').values[0]);
  }, { domains: OWN_DOMAINS }),
  layer('TFLiteAveragePool', "mean of int8 codes as TensorFlow Lite's kernel rounds it: ties away from zero", (f) => {
    const images = imagesOf(f, f.input(0, 'x'));
    const windows = windowsOf(f, images);
    if (windows.pad.some((places) => places > 0)) throw f.error('attribute', 'padding', 'average without padding');
    const [height, width] = windows.kernel;
    const means = f.round(f.divide(windowSums(f, images.tensor, windows), f.constant(height * width)), 'half-away');
    return f.algebra.integer(f.clamp(images.restore(means), -128, 127), { low: -128, high: 127 }, f.node.outputs[0]);
  }, { domains: OWN_DOMAINS }),
];
