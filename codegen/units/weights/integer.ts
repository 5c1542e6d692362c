import { bitsOf, integerType, isSigned, type IntegerType } from '../../../src/fixed/ir.ts';
import { term } from '../../rtl/builder.ts';
import { productRange } from '../integer.ts';
import { signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';
import type { WeightEncoding } from './encoding.ts';

/** Weights as two's complement integers; products by multipliers, or by choosing the weight's sign where elements are bipolar. */
export const integer: WeightEncoding = {
  name: 'integer',
  fits: () => true,
  bits: (weights) => weights.reduce((bits, weight) => Math.max(bits, bitsOf(integerType(Math.min(weight, -1), weight))), 2),
  encode: (weight, bits) => BigInt.asUintN(bits, BigInt(weight)),
  scale: () => 1,
  offset: () => 0,
  range: (length, input, bits) => (input.bipolar ? signedSumRange(length, weightRange(bits)) : sumRange(length, input, bits)),
  latency: (length, input, bits, timing) => (input.bipolar
    ? signedSumLatency(length, weightRange(bits), timing)
    : timing.multiply(bitsOf(input), bits) + timing.sum(length, bitsOf(sumRange(length, input, bits)))),
  dot: (xs, codes, bits, context) => {
    const { builder, timing, enable } = context;
    const input = xs[0].type;
    const weights = xs.map((_, i) => ({ signal: builder.slice(codes, i * bits, bits), type: weightRange(bits) }));
    if (input.bipolar) return signedSum(weights.map((w, i) => ({ x: w, negative: builder.not(xs[i].signal) })), context);
    const product = productRange(input, weightRange(bits));
    const type = sumRange(xs.length, input, bits);
    const terms = xs.map((x, i) => term(
      builder.multiply(x.signal, isSigned(x.type), weights[i].signal, true, bitsOf(product), { stages: timing.multiply(bitsOf(input), bits), enable }),
      { signed: isSigned(product) },
    ));
    const signal = builder.sum(terms, 0, bitsOf(type), { stages: timing.sum(xs.length, bitsOf(type)), enable });
    return { signal, type };
  },
};

function weightRange(bits: number): IntegerType {
  return integerType(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
}

function sumRange(length: number, input: IntegerType, bits: number): IntegerType {
  const { low, high } = productRange(input, weightRange(bits));
  return integerType(length * low, length * high);
}
