import { bitsOf, integerType, type IntegerType } from '../../../src/fixed/ir.ts';
import { popcountOf, signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';
import type { WeightEncoding } from './encoding.ts';

/**
 * Weights -1, 0 and +1 as two bits: bit 0 says nonzero, bit 1 negative. With bipolar elements agreements are counted where the weight
 * is not zero: n of N nonzero weights give 2n - N.
 */
export const ternary: WeightEncoding = {
  name: 'ternary',
  fits: (weights) => weights.every((weight) => weight >= -1 && weight <= 1),
  bits: () => 2,
  encode: (weight) => (weight === 0 ? 0n : weight > 0 ? 1n : 3n),
  scale: (input) => (input.bipolar ? 2 : 1),
  offset: (row, input) => (input.bipolar ? -row.reduce((sum, weight) => sum + Math.abs(weight), 0) : 0),
  range: (length, input) => (input.bipolar ? integerType(0, length) : signedSumRange(length, input)),
  latency: (length, input, _bits, timing) => (input.bipolar ? timing.popcount(length) : signedSumLatency(length, input, timing)),
  dot: (xs, codes, _bits, context) => {
    const { builder } = context;
    const plane = (bit: number): number[] => xs.map((_, i) => builder.slice(codes, 2 * i + bit, 1));
    if (xs[0].type.bipolar) {
      const nonzero = builder.concat(plane(0));
      const differ = builder.xor([builder.concat(xs.map((x) => x.signal)), builder.concat(plane(1))]);
      // A positive weight (sign bit 0) agrees with +1 (bit 1), a negative one with -1: exactly where the bits differ.
      return popcountOf(builder.and([differ, nonzero], { comment: 'nonzero weights of equal sign' }), context);
    }
    const [nonzero, negative] = [plane(0), plane(1)];
    return signedSum(xs.map((x, i) => {
      const width = bitsOf(x.type);
      const gate = width === 1 ? nonzero[i] : builder.resize(nonzero[i], width, true);
      return { x: { signal: builder.and([x.signal, gate]), type: zeroIncluded(x.type) }, negative: negative[i] };
    }), context);
  },
};

/** A gated element can be zero, which takes no bit more. */
function zeroIncluded(type: IntegerType): IntegerType {
  return integerType(Math.min(0, type.low), Math.max(0, type.high));
}
