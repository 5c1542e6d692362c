import { bitsOf, integerType, isSigned, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import { term } from '../../rtl/builder.ts';
import { productRange, type Wire } from '../integer.ts';
import { signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';
import { codeAt, PRODUCT_ITSELF, type ProductContext, type WeightEncoding } from './encoding.ts';

/** Weights as two's complement integers; products by multipliers, or by choosing the weight's sign where elements are bipolar. */
export const integer: WeightEncoding = {
  name: 'integer',
  of: (weights) => {
    const bits = weights.reduce((most, weight) => Math.max(most, bitsOf(integerType(Math.min(weight, -1), weight))), 2);
    const range = integerType(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
    return {
      ...PRODUCT_ITSELF, name: 'integer', bits,
      encode: (weight) => BigInt.asUintN(bits, BigInt(weight)),
      range: (length, input) => integerDotRange(length, input, range),
      latency: (length, input, timing) => integerDotLatency(length, input, range, timing),
      dot: (xs, codes, context) => integerDot(xs, xs.map((_, i) => ({ signal: codeAt(context.builder, codes, i, bits), type: range })), context),
    };
  },
};

/** Sum of products of elements and integer weights. */
export function integerDot(xs: readonly Wire[], weights: readonly Wire[], context: ProductContext): Wire {
  const { builder, timing, enable } = context;
  const [input, range] = [xs[0].type, weights[0].type];
  if (input.bipolar) return signedSum(weights.map((w, i) => ({ x: w, negative: builder.not(xs[i].signal) })), context);
  const product = productRange(input, range);
  const type = integerDotRange(xs.length, input, range);
  const stages = timing.multiply(bitsOf(input), bitsOf(range));
  const terms = xs.map((x, i) => term(
    builder.multiply(x.signal, isSigned(input), weights[i].signal, isSigned(range), bitsOf(product), { stages, enable }),
    { signed: isSigned(product) },
  ));
  return { signal: builder.sum(terms, 0, bitsOf(type), { stages: timing.sum(xs.length, bitsOf(type)), enable }), type };
}

export function integerDotRange(length: number, input: IntegerType, weights: IntegerType): IntegerType {
  if (input.bipolar) return signedSumRange(length, weights);
  const { low, high } = productRange(input, weights);
  return integerType(length * low, length * high);
}

export function integerDotLatency(length: number, input: IntegerType, weights: IntegerType, timing: Timing): number {
  if (input.bipolar) return signedSumLatency(length, weights, timing);
  return timing.multiply(bitsOf(input), bitsOf(weights)) + timing.sum(length, bitsOf(integerDotRange(length, input, weights)));
}
