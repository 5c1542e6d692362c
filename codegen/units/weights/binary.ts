import { bitsOf, integerType, isSigned, type IntegerType } from '../../../src/fixed/ir.ts';
import { term } from '../../rtl/builder.ts';
import { zeroIncluded } from '../integer.ts';
import { gated, popcountOf } from './signed-sum.ts';
import type { StoredWeights, WeightEncoding } from './encoding.ts';

/**
 * Weights 0 and 1, one bit each. With elements of one bit the product is an AND and the sum a popcount; where the bit means -1 or +1,
 * n ones among the bits that W weights let through give 2n - W. Other elements are summed where the weight is 1.
 */
export const binary: WeightEncoding = {
  name: 'binary',
  of: (weights) => (weights.every((weight) => weight === 0 || weight === 1) ? stored : undefined),
};

const stored: StoredWeights = {
  name: 'binary',
  bits: 1,
  encode: (weight) => BigInt(weight),
  scale: (input) => (input.bipolar ? 2 : 1),
  offset: (row, input) => (input.bipolar ? -row.reduce((sum, weight) => sum + weight, 0) : 0),
  range: (length, input) => (oneBit(input) ? integerType(0, length) : sumRange(length, input)),
  latency: (length, input, timing) => (oneBit(input) ? timing.popcount(length) : timing.sum(length, bitsOf(sumRange(length, input)))),
  dot: (xs, codes, context) => {
    const { builder, timing, enable } = context;
    const input = xs[0].type;
    if (oneBit(input)) {
      return popcountOf(builder.and([builder.concat(xs.map((x) => x.signal)), codes], { comment: 'elements whose weight is 1' }), context);
    }
    const type = sumRange(xs.length, input);
    const terms = xs.map((x, i) => term(gated(builder, x.signal, builder.slice(codes, i, 1)), { signed: isSigned(x.type) }));
    return { signal: builder.sum(terms, 0, bitsOf(type), { stages: timing.sum(xs.length, bitsOf(type)), enable }), type };
  },
};

function oneBit(input: IntegerType): boolean {
  return input.bipolar || (input.low === 0 && input.high === 1);
}

function sumRange(length: number, input: IntegerType): IntegerType {
  const { low, high } = zeroIncluded(input);
  return integerType(length * low, length * high);
}
