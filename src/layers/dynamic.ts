import { Rational } from '../base/rational.ts';
import { layer, type Formula } from './formula.ts';
import { OWN_DOMAINS } from './format.ts';
import { parseFormat } from '../number/formats/index.ts';

/** Largest of the magnitudes of the last axis, which stays with extent 1. */
function absmax<T>(f: Formula<T>, x: T): T {
  return f.maximum(extreme(f, 'maximum', x), f.unary('negate', extreme(f, 'minimum', x)));
}

function extreme<T>(f: Formula<T>, kind: 'maximum' | 'minimum', x: T): T {
  const shape = vectorShape(f, x);
  return f.reshape(f.algebra.reduce(kind, x, [shape.length - 1]), [...shape.slice(0, -1), 1]);
}

/** The shape of vectors: there is a last axis to find the scale over. */
function vectorShape<T>(f: Formula<T>, x: T): readonly number[] {
  const shape = f.shape(x);
  if (shape.length === 0 || shape[shape.length - 1] === 0) throw f.error('shapes', 'no vector, but a single number or nothing', 'give it a vector of each token');
  return shape;
}

/** Sum over the last axis, which stays with extent 1. */
function sum<T>(f: Formula<T>, x: T): T {
  const shape = vectorShape(f, x);
  return f.reshape(f.algebra.reduce('sum', x, [shape.length - 1]), [...shape.slice(0, -1), 1]);
}

/** Codes that the largest magnitude fills: round(largest * x / absmax), 0 where all of x is 0. */
function absmaxCodes<T>(f: Formula<T>, x: T, most: T, largest: number): T {
  const scaled = f.multiply(f.map({ op: 'quotient' }, x, most), f.constant(largest));
  return f.algebra.integer(f.round(f.clamp(scaled, -largest, largest), 'half-even'), { low: -largest, high: largest }, f.node.outputs[0]);
}

function bitsOf<T>(f: Formula<T>): number {
  const bits = f.number('bits', 8);
  if (!Number.isInteger(bits) || bits < 2 || bits > 16) throw f.error('bit-width', `${bits} bits`, 'dynamic quantizers have 2 to 16 bits');
  return bits;
}

/** Quantizers whose scale is found for each vector (token), over the last axis. Their outputs: codes, scale, and what else undoes them. */
export const dynamicLayers = [
  layer('AbsMaxQuant', 'absmax quantizer of each vector: codes and their scale', (f) => {
    const x = f.input(0, 'x');
    const largest = 2 ** (bitsOf(f) - 1) - 1;
    const most = absmax(f, x);
    return [absmaxCodes(f, x, most, largest), f.divide(most, f.constant(largest))];
  }, { domains: OWN_DOMAINS }),

  // The root of the mean square divides out of the codes; it stays in the scale, which is put into a format of its own.
  layer('RmsNormQuant', 'RMSNorm fused with an absmax quantizer: codes and their scale in the format `scale`', (f) => {
    const x = f.input(0, 'x');
    const largest = 2 ** (bitsOf(f) - 1) - 1;
    const size = vectorShape(f, x).at(-1)!;
    const most = absmax(f, x);
    const meanSquare = f.add(f.multiply(sum(f, f.multiply(x, x)), f.rational(Rational.of(1n, BigInt(size)))), f.constant(f.number('epsilon', 0)));
    const format = parseFormat(f.text('scale', 'ufixed<16,8,rnd>'));
    if (format.quantizer.kind !== 'uniform') throw f.error('number-format', `${format.text} is not evenly spaced`, 'use ufixed<W,I,rnd> for the scale');
    const { low, high, rounding } = format.quantizer;
    const ratio = f.unary('square-root', f.map({ op: 'quotient' }, f.multiply(most, most), meanSquare));
    const units = f.divide(ratio, f.rational(format.unit));
    const scale = f.algebra.integer(f.round(f.clamp(units, low, high), rounding), { low, high }, `${f.node.outputs[0]} scale`);
    const result = f.divide(f.multiply(scale, f.rational(format.unit)), f.constant(largest));
    return [absmaxCodes(f, x, most, largest), result];
  }, { domains: OWN_DOMAINS }),

  layer('MinMaxQuant', 'minimum-offset quantizer of each vector: codes from 0 up, their scale and the minimum', (f) => {
    const x = f.input(0, 'x');
    const largest = 2 ** bitsOf(f) - 1;
    const least = extreme(f, 'minimum', x);
    const span = f.subtract(extreme(f, 'maximum', x), least);
    const scaled = f.multiply(f.map({ op: 'quotient' }, f.subtract(x, least), span), f.constant(largest));
    const codes = f.algebra.integer(f.round(f.clamp(scaled, 0, largest), 'half-even'), { low: 0, high: largest }, f.node.outputs[0]);
    return [codes, f.divide(span, f.constant(largest)), least];
  }, { domains: OWN_DOMAINS }),
];
