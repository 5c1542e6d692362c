import { integerType, type IntegerType } from '../../../src/fixed/ir.ts';
import { popcountOf, signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';
import type { WeightEncoding } from './encoding.ts';

/**
 * Weights -1 and +1, one bit each (-1 as 0). With bipolar elements the product is an XNOR and the sum a popcount: n agreements of N
 * give 2n - N. With other elements the bit chooses between x and -x.
 */
export const bipolar: WeightEncoding = {
  name: 'bipolar',
  fits: (weights) => weights.every((weight) => weight === 1 || weight === -1),
  bits: () => 1,
  encode: (weight) => (weight > 0 ? 1n : 0n),
  scale: (input) => (input.bipolar ? 2 : 1),
  offset: (row, input) => (input.bipolar ? -row.length : 0),
  range: (length, input) => (input.bipolar ? integerType(0, length) : signedSumRange(length, input)),
  latency: (length, input, _bits, timing) => (input.bipolar ? timing.popcount(length) : signedSumLatency(length, input, timing)),
  dot: (xs, codes, _bits, context) => {
    const { builder } = context;
    const input: IntegerType = xs[0].type;
    if (!input.bipolar) return signedSum(xs.map((x, i) => ({ x, negative: builder.not(builder.slice(codes, i, 1)) })), context);
    const agree = builder.not(builder.xor([builder.concat(xs.map((x) => x.signal)), codes]), { comment: 'XNOR: one where signs agree' });
    return popcountOf(agree, context);
  },
};

