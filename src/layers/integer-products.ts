import { convolution } from './conv.ts';
import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';
import { matrixProduct } from './matmul.ts';
import { dequantized, requantized, shifted } from './quantize-linear.ts';

/** The bias of QLinearConv counts in products of the two scales. */
function scaledBias<T>(f: Formula<T>): T | undefined {
  const bias = f.optional(8);
  if (bias === undefined) return undefined;
  const [x, w] = [f.reshape(f.input(1, 'the scale of x'), []), f.input(4, 'the scale of w')];
  return f.multiply(f.multiply(bias, x), sizeOf(f.shape(w)) === 1 ? f.reshape(w, []) : w);
}

/** Operators between codes: with their zero points, and with scales too where the result is quantized again. */
export const integerProductLayers = [
  layer('QLinearConv', 'convolution of codes, quantized again', (f) => {
    const [x, weights] = [dequantized(f, f.input(0, 'x'), 1, 1), dequantized(f, f.input(3, 'w'), 4, 0)];
    return requantized(f, convolution(f, x, weights, scaledBias(f)), 6);
  }),
  layer('ConvInteger', 'convolution of codes', (f) =>
    convolution(f, shifted(f, f.input(0, 'x'), 2, 1), shifted(f, f.input(1, 'w'), 3, 0))),
  layer('QLinearMatMul', 'matrix product of codes, quantized again', (f) =>
    requantized(f, matrixProduct(f, dequantized(f, f.input(0, 'a'), 1, -2), dequantized(f, f.input(3, 'b'), 4, -1)), 6)),
  layer('MatMulInteger', 'matrix product of codes', (f) =>
    matrixProduct(f, shifted(f, f.input(0, 'A'), 2, -2), shifted(f, f.input(1, 'B'), 3, -1))),
];
