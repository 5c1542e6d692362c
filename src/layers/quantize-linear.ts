import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';

/** Codes of the integer types of ONNX. */
const BOUNDS: Readonly<Record<string, { readonly low: number; readonly high: number }>> = {
  int4: { low: -8, high: 7 }, uint4: { low: 0, high: 15 }, int8: { low: -128, high: 127 }, uint8: { low: 0, high: 255 },
  int16: { low: -32768, high: 32767 }, uint16: { low: 0, high: 65535 }, int32: { low: -(2 ** 31), high: 2 ** 31 - 1 },
};

/** Bounds of the codes that the node gives: the importer says the element type of its zero point; unsigned bytes where it has none. */
function boundsOf<T>(f: Formula<T>): { readonly low: number; readonly high: number } {
  const type = f.text('element_type', 'uint8');
  const bounds = BOUNDS[type];
  if (bounds === undefined) throw f.error('element-type', `codes of type ${type}`, `quantize to one of ${Object.keys(BOUNDS).join(', ')}`);
  return bounds;
}

/** A scale or zero point at input `index`: one number, or one for each place along `axis` of a tensor of `rank` dimensions. */
function parameter<T>(f: Formula<T>, index: number, what: string, axis: number, rank: number): T {
  const tensor = f.input(index, what);
  const shape = f.shape(tensor);
  const wrong = what.includes('scale') ? f.algebra.literal(tensor)?.values.find((value) => !(value > 0)) : undefined;
  if (wrong !== undefined) throw f.error('scale', `scale ${wrong}`, 'scales must be finite numbers above 0');
  const fraction = what.includes('zero') ? f.algebra.literal(tensor)?.values.find((value) => !Number.isInteger(value)) : undefined;
  if (fraction !== undefined) throw f.error('zero-point', `zero point ${fraction}`, 'zero points are codes: whole numbers');
  if (sizeOf(shape) === 1) return f.reshape(tensor, []);
  if (shape.length !== 1 || rank === 0) {
    throw f.error('shapes', `${what} of [${shape.join(', ')}]`, 'give one number, or one for each channel; blocks are not supported');
  }
  const at = f.axis(axis, rank);
  return f.reshape(tensor, [shape[0], ...new Array<number>(rank - 1 - at).fill(1)]);
}

/** The real numbers that codes stand for; the scale is input `scale`, the zero point the next one. */
export function dequantized<T>(f: Formula<T>, codes: T, scale: number, axis: number): T {
  const shift = shifted(f, codes, scale + 1, axis);
  return f.multiply(shift, parameter(f, scale, 'the scale', axis, f.shape(codes).length));
}

/** Codes without their zero point, input `zero`, if there is one. */
export function shifted<T>(f: Formula<T>, codes: T, zero: number, axis: number): T {
  if (!f.has(zero)) return codes;
  const point = parameter(f, zero, 'the zero point', axis, f.shape(codes).length);
  return f.algebra.literal(point)?.values.every((value) => value === 0) === true ? codes : f.subtract(codes, point);
}

/** saturate(round_half_even(x / scale) + zero point): the rounding is before the zero point, which decides ties. */
function quantized<T>(f: Formula<T>, x: T, scale: number, axis: number): T {
  const rank = f.shape(x).length;
  const steps = f.round(f.divide(x, parameter(f, scale, 'the scale', axis, rank)), 'half-even');
  const codes = f.has(scale + 1) ? f.add(steps, parameter(f, scale + 1, 'the zero point', axis, rank)) : steps;
  const bounds = boundsOf(f);
  return f.algebra.integer(f.clamp(codes, bounds.low, bounds.high), bounds, f.node.outputs[0]);
}

/** Scale and zero point of the codes that a whole operator gives, at input `scale` and the next. */
export function requantized<T>(f: Formula<T>, x: T, scale: number): T {
  return quantized(f, x, scale, 1);
}

/** Largest over all elements, and smallest, both with 0 among them. */
function rangeOf<T>(f: Formula<T>, x: T): { low: T; high: T } {
  const axes = f.shape(x).map((_, axis) => axis);
  const zero = f.constant(0);
  return { low: f.minimum(f.algebra.reduce('minimum', x, axes), zero), high: f.maximum(f.algebra.reduce('maximum', x, axes), zero) };
}

export const quantizeLinearLayers = [
  layer('QuantizeLinear', 'codes of real numbers', (f) => quantized(f, f.input(0, 'x'), 1, f.number('axis', 1))),
  layer('DequantizeLinear', 'real numbers of codes', (f) => dequantized(f, f.input(0, 'x'), 1, f.number('axis', 1))),
  layer('DynamicQuantizeLinear', 'codes on the scale of the largest element', (f) => {
    const x = f.input(0, 'x');
    const { low, high } = rangeOf(f, x);
    const scale = f.divide(f.subtract(high, low), f.constant(255));
    const zero = f.round(f.clamp(f.divide(f.unary('negate', low), scale), 0, 255), 'half-even');
    const codes = f.clamp(f.add(f.round(f.divide(x, scale), 'half-even'), zero), 0, 255);
    return [f.algebra.integer(codes, { low: 0, high: 255 }, f.node.outputs[0]), scale, zero];
  }),
];
