import { integerType } from '../../../src/fixed/ir.ts';
import { popcountOf, signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';
import type { StoredWeights, WeightEncoding } from './encoding.ts';

/**
 * Weights -1 and +1, one bit each (-1 as 0). With bipolar elements the product is an XNOR and the sum a popcount: n agreements of N
 * give 2n - N. With other elements the bit chooses between x and -x.
 */
export const bipolar: WeightEncoding = {
  name: 'bipolar',
  of: (weights) => (weights.every((weight) => weight === 1 || weight === -1) ? stored : undefined),
};

const stored: StoredWeights = {
  name: 'bipolar',
  bits: 1,
  encode: (weight) => (weight > 0 ? 1n : 0n),
  scale: (input) => (input.bipolar ? 2 : 1),
  offset: (row, input) => (input.bipolar ? -row.length : 0),
  range: (length, input) => (input.bipolar ? integerType(0, length) : signedSumRange(length, input)),
  latency: (length, input, timing) => (input.bipolar ? timing.popcount(length) : signedSumLatency(length, input, timing)),
  dot: (xs, codes, context) => {
    const { builder } = context;
    if (!xs[0].type.bipolar) return signedSum(xs.map((x, i) => ({ x, negative: builder.not(builder.slice(codes, i, 1)) })), context);
    const agree = builder.not(builder.xor([builder.concat(xs.map((x) => x.signal)), codes]), { comment: 'XNOR: one where signs agree' });
    return popcountOf(agree, context);
  },
};
