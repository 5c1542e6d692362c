import { bitsOf, integerType } from '../../../src/fixed/ir.ts';
import { term } from '../../rtl/builder.ts';
import type { Term } from '../../rtl/ir.ts';
import { multiples, type Wire } from '../integer.ts';
import { codeAt, type StoredWeights, type WeightEncoding } from './encoding.ts';
import { popcountOf, signedSum, signedSumLatency, signedSumRange } from './signed-sum.ts';

/**
 * Weights sum of m_i b_i, one bit for each b_i (-1 as 0): a popcount (or signed sum) for each bit plane, weighted by m_i. The factors
 * are those of the weights' number format.
 */
export const multibit: WeightEncoding = {
  name: 'multibit',
  of: (weights, format) => {
    if (format === undefined) return undefined;
    // Code 2^i has bit i alone: it differs from code 0 by twice the factor.
    const lowest = Number(format.integer(0));
    const factors = Array.from({ length: format.bits }, (_, i) => (Number(format.integer(2 ** i)) - lowest) / 2);
    const codes = new Map(Array.from({ length: 2 ** format.bits }, (_, code) => [Number(format.integer(code)), BigInt(code)]));
    return weights.every((weight) => codes.has(weight)) ? storedAs(factors, codes) : undefined;
  },
};

function storedAs(factors: readonly number[], codes: ReadonlyMap<number, bigint>): StoredWeights {
  const bits = factors.length;
  const total = factors.reduce((sum, factor) => sum + factor, 0);
  const digits = factors.reduce((sum, factor) => sum + factor.toString(2).replace(/0/g, '').length, 0);
  const stored: StoredWeights = {
    name: `multi-bit binary (${factors.join(', ')})`, bits,
    encode: (weight) => codes.get(weight)!,
    scale: (input) => (input.bipolar ? 2 : 1),
    offset: (row, input) => (input.bipolar ? -row.length * total : 0),
    range: (length, input) => {
      const { low, high } = input.bipolar ? integerType(0, length) : signedSumRange(length, input);
      return integerType(low * total, high * total);
    },
    latency: (length, input, timing) => (input.bipolar ? timing.popcount(length) : signedSumLatency(length, input, timing))
      + timing.sum(digits, bitsOf(stored.range(length, input))),
    dot: (xs, packed, context) => {
      const { builder, timing, enable } = context;
      const input = xs[0].type;
      const planes = factors.map((_, plane): Wire => {
        const signs = xs.map((_x, i) => builder.slice(codeAt(builder, packed, i, bits), plane, 1));
        if (!input.bipolar) return signedSum(xs.map((x, i) => ({ x, negative: builder.not(signs[i]) })), context);
        return popcountOf(builder.not(builder.xor([builder.concat(xs.map((x) => x.signal)), builder.concat(signs)])), context);
      });
      const type = stored.range(xs.length, input);
      const terms: Term[] = planes.flatMap((plane, i) => multiples(plane, factors[i]));
      const signal = builder.sum(terms.length > 0 ? terms : [term(planes[0].signal)], 0, bitsOf(type),
        { stages: timing.sum(digits, bitsOf(type)), enable });
      return { signal, type };
    },
  };
  return stored;
}
