import { integerType } from '../../../src/fixed/ir.ts';
import { zeroIncluded } from '../integer.ts';
import { gated, popcountOf, signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';
import type { StoredWeights, WeightEncoding } from './encoding.ts';

/**
 * Weights -1, 0 and +1 as two bits: bit 0 says nonzero, bit 1 negative. With bipolar elements agreements are counted where the weight
 * is not zero: n of N nonzero weights give 2n - N.
 */
export const ternary: WeightEncoding = {
  name: 'ternary',
  of: (weights) => (weights.every((weight) => weight >= -1 && weight <= 1) ? stored : undefined),
};

const stored: StoredWeights = {
  name: 'ternary',
  bits: 2,
  encode: (weight) => (weight === 0 ? 0n : weight > 0 ? 1n : 3n),
  scale: (input) => (input.bipolar ? 2 : 1),
  offset: (row, input) => (input.bipolar ? -row.reduce((sum, weight) => sum + Math.abs(weight), 0) : 0),
  range: (length, input) => (input.bipolar ? integerType(0, length) : signedSumRange(length, input)),
  latency: (length, input, timing) => (input.bipolar ? timing.popcount(length) : signedSumLatency(length, input, timing)),
  dot: (xs, codes, context) => {
    const { builder } = context;
    const plane = (bit: number): number[] => xs.map((_, i) => builder.slice(codes, 2 * i + bit, 1));
    const [nonzero, negative] = [plane(0), plane(1)];
    if (xs[0].type.bipolar) {
      const differ = builder.xor([builder.concat(xs.map((x) => x.signal)), builder.concat(negative)]);
      // A positive weight (sign bit 0) agrees with +1 (bit 1), a negative one with -1: exactly where the bits differ.
      return popcountOf(builder.and([differ, builder.concat(nonzero)], { comment: 'nonzero weights of equal sign' }), context);
    }
    return signedSum(xs.map((x, i) => ({
      x: { signal: gated(builder, x.signal, nonzero[i]), type: zeroIncluded(x.type) }, negative: negative[i],
    })), context);
  },
};
