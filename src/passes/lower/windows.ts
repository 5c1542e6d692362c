import { Rational } from '../../base/rational.ts';
import { integerType, type IntegerType, type ValueId } from '../../fixed/ir.ts';
import { rationalTensor } from '../../graph/elements.ts';
import type { Expression } from '../../graph/expression.ts';
import type { RealTensor } from '../../graph/tensor.ts';
import { windowPositions, type Windows } from '../../graph/windows.ts';
import { chained, gridOf, onGrid, operandOf, overVariable, rationalsOf, scalarTensor, settled, type Operand } from './operands.ts';
import type { LoweringContext } from './context.ts';
import { viewOf } from './view.ts';

const PIXELS: Windows = { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad: [0, 0, 0, 0] };

function isPadded({ pad }: Windows): boolean {
  return pad.some((places) => places > 0);
}

function placeWindow(
  context: LoweringContext, arg: ValueId, images: readonly number[], windows: Windows, order: 'pixel' | 'channel', fill: Float64Array,
): ValueId {
  const [count, height, width, channels] = images;
  const { kernel, stride, dilation, pad } = windows;
  const [down, right] = windowPositions({ height, width }, windows);
  const { type, name } = context.nodes[arg];
  return context.place({
    op: 'window', arg, height, width, channels, kernel, stride, dilation, pad, fill, order,
    shape: [count, down, right, kernel[0] * kernel[1] * channels], type: isPadded(windows) ? holding(type, fill) : type,
  }, `${context.layer.name === name ? name : context.layer.name}_windows`);
}

/** The type that also holds the filling: -1 and +1 with 0 among them are no longer bipolar. */
function holding(type: IntegerType, fill: Float64Array): IntegerType {
  if (fill.every((value) => (type.bipolar ? Math.abs(value) === 1 : value >= type.low && value <= type.high))) return type;
  return integerType(Math.min(type.low, ...fill), Math.max(type.high, ...fill));
}

/** The integers that stand for `real`, one for all channels or one for each; undefined where one is no integer. */
function codesOf(context: LoweringContext, { scale, offset }: Operand, real: Rational): Float64Array | undefined {
  const [scales, offsets] = [rationalsOf(context, scale), rationalsOf(context, offset)];
  const codes = Array.from({ length: Math.max(scales.length, offsets.length) }, (_, i) =>
    Rational.divide(Rational.subtract(real, offsets[i % offsets.length]), scales[i % scales.length]));
  if (codes.some((code) => code.denominator !== 1n)) return undefined;
  const values = Float64Array.from(codes, (code) => Number(code.numerator));
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
}

/** The operand and the integers that stand for `real` in it: on a finer grid where its own does not hold that number. */
function withNumber(context: LoweringContext, operand: Operand, real: Rational, channels: number): { operand: Operand; fill: Float64Array } {
  if (channels % Math.max(operand.scale.values.length, operand.offset.values.length) === 0) {
    const fill = codesOf(context, operand, real);
    if (fill !== undefined) return { operand, fill };
  }
  const number: Operand = { ...operand, scale: rationalTensor(real), offset: scalarTensor(0) };
  const grid = gridOf(context, [operand, number]);
  const value = onGrid(context, operand, grid);
  return {
    operand: { value, scale: rationalTensor(grid), offset: scalarTensor(0) },
    fill: Float64Array.of(real.numerator === 0n ? 0 : Number(Rational.divide(real, grid).numerator)),
  };
}

/** The windows of images whose elements are those of an operand, in its order; places outside are real 0. `shape` is without the taps. */
export function windowed(
  context: LoweringContext, given: Operand, images: readonly number[], windows: Windows, order: 'pixel' | 'channel',
): { operand: Operand; shape: readonly number[] } {
  const shape = [images[0], ...windowPositions({ height: images[1], width: images[2] }, windows)];
  const { kernel, stride } = windows;
  if (images[3] % Math.max(given.scale.values.length, given.offset.values.length) !== 0) {
    throw context.error('scales-differ', 'pixels with different scales meet the same weights', 'quantize them with one scale per channel');
  }
  if (kernel[0] * kernel[1] * stride[0] * stride[1] === 1 && windows.pad.every((places) => places === 0)) return { operand: given, shape };
  const { operand, fill } = isPadded(windows) ? withNumber(context, given, Rational.ZERO, images[3]) : { operand: given, fill: new Float64Array(1) };
  return { operand: { ...operand, value: placeWindow(context, operand.value, images, windows, order, fill) }, shape };
}

/** Images with rows and columns of a number around them. */
export function padded(context: LoweringContext, images: Expression, pad: Windows['pad'], value: number): Expression {
  if (pad.every((places) => places === 0)) return images;
  const { operand, fill } = withNumber(context, operandOf(context, images), Rational.fromDouble(value), images.shape[3]);
  const padded = placeWindow(context, operand.value, images.shape, { ...PIXELS, pad }, 'pixel', fill);
  return context.affine(context.variable(padded), operand.scale, operand.offset);
}

/** Largest (smallest) of each channel in each window. Functions that rise commute with it, and those that fall turn it around. */
export function pooled(context: LoweringContext, kind: 'maximum' | 'minimum', given: Expression, windows: Windows): Expression {
  const images = settled(context, given);
  const view = viewOf(images);
  const whole = chained(context, images);
  const channels = images.shape[3];
  const { low, high, bipolar } = context.nodes[whole.value].type;
  const directions = whole.chains.map((chain) => chain.monotone(low, high));
  const [falls, rises] = [directions.includes('falling'), directions.includes('rising')];
  if (view !== undefined && channels % whole.chains.length === 0 && !directions.includes('unknown') && !(falls && rises && bipolar)) {
    // All pixels have the functions of the first.
    const pixel = (constant: RealTensor): RealTensor => (constant.values.length === 1 ? constant
      : context.reals.gather([constant], [channels], Int32Array.from({ length: channels }, (_, c) => c % constant.values.length)));
    if (!falls || !rises) {
      const value = placePool(context, falls ? opposite(kind) : kind, whole.value, images.shape, windows);
      return overVariable(context, view.body, context.variable(value), pixel);
    }
    const signs = directions.map((direction) => (direction === 'falling' ? -1 : 1));
    const value = placePool(context, kind, turned(context, whole.value, signs), images.shape, windows);
    const factors = context.constant({ shape: [channels], values: Float64Array.from({ length: channels }, (_, c) => signs[c % signs.length]) });
    return overVariable(context, view.body, context.map({ op: 'multiply' }, context.variable(value), factors), pixel);
  }
  const operand = operandOf(context, images);
  const signs = new Set(operand.scale.values.map(Math.sign));
  const period = Math.max(operand.scale.values.length, operand.offset.values.length);
  if (signs.size === 1 && channels % period === 0 && operand.scale.errors === undefined) {
    const value = placePool(context, signs.has(-1) ? opposite(kind) : kind, operand.value, images.shape, windows);
    return context.affine(context.variable(value), operand.scale, operand.offset);
  }
  const grid = gridOf(context, [operand]);
  const value = placePool(context, kind, onGrid(context, operand, grid), images.shape, windows);
  return context.affine(context.variable(value), rationalTensor(grid), scalarTensor(0));
}

/** The integers of some channels negated, so that all functions rise. */
function turned(context: LoweringContext, arg: ValueId, signs: readonly number[]): ValueId {
  const { type: { low, high }, shape, name } = context.nodes[arg];
  return context.place({
    op: 'requantize', arg, channels: signs.length, multipliers: signs.map(BigInt), offsets: signs.map(() => 0n), shift: 0, rounding: 'floor', shape,
    type: integerType(Math.min(low, -high), Math.max(high, -low)),
  }, `${name}_turned`);
}

function opposite(kind: 'maximum' | 'minimum'): 'maximum' | 'minimum' {
  return kind === 'maximum' ? 'minimum' : 'maximum';
}

/** Places outside hold the integer that never wins. */
function placePool(
  context: LoweringContext, kind: 'maximum' | 'minimum', arg: ValueId, images: readonly number[], windows: Windows,
): ValueId {
  const { low, high, bipolar } = context.nodes[arg].type;
  const taps = windows.kernel[0] * windows.kernel[1];
  const fill = Float64Array.of(isPadded(windows) ? (kind === 'maximum' ? low : high) : 0);
  const window = placeWindow(context, arg, images, windows, 'channel', fill);
  const shape = [...context.nodes[window].shape.slice(0, -1), images[3]];
  return context.place({ op: 'extreme', arg: window, length: taps, kind, shape, type: { low, high, bipolar } });
}

/** The largest (smallest) of the last axis of a tensor of one affine function, or of numbers on one grid. */
export function extremeOfLast(context: LoweringContext, kind: 'maximum' | 'minimum', tensor: Expression): Expression {
  const operand = operandOf(context, tensor);
  const single = operand.scale.values.length === 1 && operand.offset.values.length === 1 && operand.scale.errors === undefined;
  const grid = single ? undefined : gridOf(context, [operand]);
  const arg = grid === undefined ? operand.value : onGrid(context, operand, grid);
  const [scale, offset]: [RealTensor, RealTensor] = grid === undefined ? [operand.scale, operand.offset] : [rationalTensor(grid), scalarTensor(0)];
  const length = tensor.shape[tensor.shape.length - 1];
  const shape = tensor.shape.slice(0, -1);
  const value = context.place({
    op: 'extreme', arg, length, kind: scale.values[0] < 0 ? opposite(kind) : kind, shape, type: context.nodes[arg].type,
  });
  return context.affine(context.variable(value), scale, offset);
}
