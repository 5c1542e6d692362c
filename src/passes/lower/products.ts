import { dotRange } from '../../fixed/ranges.ts';
import { isRewritable, rewritableDotRange } from '../../fixed/rewritable.ts';
import type { Expression } from '../../graph/expression.ts';
import { sizeOf, type RealTensor } from '../../graph/tensor.ts';
import type { Windows } from '../../graph/windows.ts';
import type { FloatFields } from '../../number/formats/float.ts';
import { isNumber, type LoweringContext } from './context.ts';
import { arrangedWeights, dotWeights, type RealWeights } from './dot.ts';
import { arrangedOperand, checkWidth, LARGEST_INTEGER, nativeOperand, operandOf, type Operand } from './operands.ts';
import { inverse } from './view.ts';
import { windowed } from './windows.ts';

/** Activations times a constant matrix [columns, rows], or a vector [columns]. */
export function matrixProduct(context: LoweringContext, left: Expression, right: RealTensor): Expression {
  if (right.shape.length > 2) throw context.error('batched-weights', 'a batched product with constant weights', 'use one weight matrix');
  const [columns, rows] = [right.shape[0], right.shape[1] ?? 1];
  const shape = [...left.shape.slice(0, -1), ...right.shape.slice(1)];
  const { index, ...native } = nativeOperand(context, left);
  // One vector that has all elements: its weights are rearranged, not its elements.
  const single = columns === sizeOf(left.shape) ? inverse(index, sizeOf(context.nodes[native.value].shape)) : undefined;
  const operand = single !== undefined ? native : arrangedOperand(context, native, index, left.shape);
  const places = new Int32Array(rows * columns);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) places[i++] = (single === undefined ? column : single[column]) * rows + row;
  }
  return product(context, operand, arrangedWeights(right, places, { groups: 1, rows, columns }, context.reals), shape);
}

/** Convolution of images [images, height, width, channels] by constant weights [groups * rows, kernel height, kernel width, depth]. */
export function convolution(context: LoweringContext, images: Expression, weights: RealTensor, windows: Windows, groups: number): Expression {
  const channels = images.shape[3];
  const [results, , , depth] = weights.shape;
  const taps = windows.kernel[0] * windows.kernel[1];
  const order = groups === 1 ? 'pixel' : 'channel';
  const { operand, shape } = windowed(context, operandOf(context, images), images.shape, windows, order);
  const columns = taps * depth;
  // Channel order has the taps of a channel together.
  const places = Int32Array.from({ length: results * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return order === 'pixel' ? i : row * columns + (column % taps) * depth + Math.floor(column / taps);
  });
  const perChannel = (each: RealTensor): RealTensor => {
    if (each.values.length === 1) return each;
    const period = each.values.length;
    return context.reals.gather([each], [channels * taps], Int32Array.from({ length: channels * taps }, (_, i) =>
      (order === 'pixel' ? i % channels : Math.floor(i / taps)) % period));
  };
  return product(context, { value: operand.value, scale: perChannel(operand.scale), offset: perChannel(operand.offset) },
    arrangedWeights(weights, places, { groups, rows: results / groups, columns }, context.reals), [...shape, results]);
}

/** A product of ordinals by L-Mul; its result is in units of the format. */
export function ordinalProduct(context: LoweringContext, left: Expression, right: RealTensor | undefined, lmul: FloatFields): Expression {
  if (right === undefined || right.shape.length > 2) {
    throw context.error('two-activations', 'an L-Mul product without a constant matrix on the right',
      'only products with constant weights can be compiled');
  }
  if (context.rewritable === 'named') {
    throw context.error('runtime-weights', 'weights of L-Mul products cannot be written at run time', 'name other layers');
  }
  const { value: arg, scale, offset } = operandOf(context, left);
  if (!isNumber(offset, 0) || !isNumber(scale, 1)) throw new Error('ordinals have no scale');
  const [columns, rows] = [right.shape[0], right.shape[1] ?? 1];
  const weights = Int32Array.from({ length: rows * columns }, (_, i) => right.values[(i % columns) * rows + Math.floor(i / columns)]);
  const type = dotRange(weights, rows, columns, context.nodes[arg].type, lmul);
  if (!(Math.max(-type.low, type.high) <= LARGEST_INTEGER)) {
    throw context.error('too-wide', `the sums of ${context.layer.name} need more than 53 bits`, 'use a float format with fewer exponent bits');
  }
  return context.variable(context.place({
    op: 'dot', arg, groups: 1, rows, columns, weights, lmul, shape: [...left.shape.slice(0, -1), ...right.shape.slice(1)], type,
  }));
}

/** Sum over the last axis. */
export function sumOfLast(context: LoweringContext, tensor: Expression): Expression {
  const columns = tensor.shape[tensor.shape.length - 1];
  return matrixProduct(context, tensor, { shape: [columns], values: new Float64Array(columns).fill(1) });
}

/** The products of all vectors of an operand; `shape` is the result's. */
function product(context: LoweringContext, operand: Operand, weights: RealWeights, shape: readonly number[]): Expression {
  const { groups, rows, columns } = weights;
  const { value: arg } = operand;
  const rewritable = rewritableFormat(context, weights);
  const scale = perElement(context, operand.scale, groups * columns, sizeOf(context.nodes[arg].shape));
  if (rewritable !== undefined && scale.values.some((value) => value !== scale.values[0])) {
    throw context.error('runtime-weights',
      `the weights of ${context.layer.name} meet activations of several scales and cannot be written at run time`,
      'quantize the activations with one scale, or leave this layer out of --runtime-weights');
  }
  const found = dotWeights(scale, weights, context.reals);
  if (found === undefined) {
    throw context.error('weights-not-quantized', `the weights of ${context.layer.name} lie on no common grid of 32-bit integers`,
      'quantize them (a Quant or BipolarQuant on the weights), then export again');
  }
  const input = context.nodes[arg].type;
  const type = rewritable === undefined ? dotRange(found.weights, groups * rows, columns, input) : rewritableDotRange(rewritable, columns, input);
  checkWidth(context, type.low, type.high, 'its sums');
  const format = weights.format === undefined ? {} : { format: weights.format };
  const value = context.place({ op: 'dot', arg, groups, rows, columns, weights: found.weights, shape, type, ...format,
    ...(rewritable === undefined ? {} : { rewritable: true }) });
  const last = groups * rows === 1 ? [] : [groups * rows];
  return context.affine(context.variable(value), { ...found.scale, shape: last }, offsetsOf(context, operand, weights, last, shape));
}

/** Layers whose constants are weights that somebody trained. */
const WEIGHTED = ['MatMul', 'Gemm', 'Conv', 'ConvTranspose', 'MatMulInteger', 'ConvInteger', 'QLinearMatMul', 'QLinearConv'];

/** The number format of weights that can be written at run time; undefined where the layer's cannot. */
function rewritableFormat(context: LoweringContext, { coded, format }: RealWeights): string | undefined {
  const { layer, rewritable } = context;
  if (rewritable === undefined || (!WEIGHTED.includes(layer.kind) && format === undefined)) return undefined;
  if (coded !== undefined && format !== undefined && isRewritable(format)) return format;
  const why = format === undefined ? 'they have no number format'
    : `codes of ${format} do not stand for one weight of 32 bits each, or a row has several scales`;
  throw context.error('runtime-weights', `the weights of ${layer.name} cannot be written at run time: ${why}`,
    'put them into a number format with one scale a row (a Quant, BipolarQuant or DequantizeLinear on constants), or name the layers that can');
}

/** The scale of each element of one vector, or one for all; all vectors of the tensor must have the same ones. */
function perElement(context: LoweringContext, scale: RealTensor, columns: number, size: number): RealTensor {
  const period = scale.values.length;
  if (period === 1) return { ...scale, shape: [] };
  if (columns % period !== 0) {
    for (let i = 0; i < size; i++) {
      if (scale.values[i % period] !== scale.values[(i % columns) % period]) {
        throw context.error('scales-differ', 'vectors with different scales meet the same weights', 'quantize them with one scale per feature');
      }
    }
  }
  return context.reals.gather([scale], [columns], Int32Array.from({ length: columns }, (_, i) => i % period));
}

/** What the offsets of an operand's elements add to the sums: one number for each row, or for each of all sums. */
function offsetsOf(
  context: LoweringContext, { value, offset }: Operand, weights: RealWeights, rows: readonly number[], shape: readonly number[],
): RealTensor {
  const { groups, columns, tensor } = weights;
  if (isNumber(offset, 0)) return { shape: [], values: new Float64Array(1) };
  const period = offset.values.length;
  const size = (groups * columns) % period === 0 ? groups * columns : sizeOf(context.nodes[value].shape);
  const index = Int32Array.from({ length: size }, (_, i) => i % period);
  const vectors = context.reals.gather([offset], [size / groups / columns, 1, 1, groups * columns], index);
  const windows: Windows = { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad: [0, 0, 0, 0] };
  const matrix = context.reals.gather([tensor], [tensor.shape[0], 1, 1, columns], Int32Array.from({ length: tensor.values.length }, (_, i) => i));
  const sums = context.reals.convolve(vectors, matrix, windows, groups);
  return { ...sums, shape: size === groups * columns ? rows : shape };
}
