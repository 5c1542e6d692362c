import { bitsOf, integerType } from '../../../src/fixed/ir.ts';
import { encode } from '../elementwise/constant.ts';
import { integerDot, integerDotLatency, integerDotRange } from './integer.ts';
import { codeAt, PRODUCT_ITSELF, type WeightEncoding } from './encoding.ts';

/** Larger tables are no saving. */
const MOST_ENTRIES = 256;

/** The different weights in a table, the index as code: few bits in memory whatever the integers are. */
export const codebook: WeightEncoding = {
  name: 'codebook',
  of: (weights) => {
    const entries = [...new Set(weights)].sort((a, b) => a - b);
    if (entries.length > MOST_ENTRIES) return undefined;
    const bits = Math.max(1, Math.ceil(Math.log2(entries.length)));
    const range = integerType(Math.min(entries[0], -1), Math.max(entries[entries.length - 1], 1));
    const codes = new Map(entries.map((entry, code) => [entry, BigInt(code)]));
    return {
      ...PRODUCT_ITSELF, name: `codebook of ${entries.length} integers`, bits,
      encode: (weight) => codes.get(weight)!,
      range: (length, input) => integerDotRange(length, input, range),
      latency: (length, input, timing) => 1 + integerDotLatency(length, input, range, timing),
      dot: (xs, packed, context) => {
        const { builder, enable } = context;
        const contents = entries.map((entry) => encode(entry, range, bitsOf(range)));
        const later = xs.map((x) => ({ ...x, signal: builder.register(builder.width(x.signal), { next: x.signal, enable }) }));
        const decoded = xs.map((_, i) => {
          const value = builder.lookup(codeAt(builder, packed, i, bits), contents, bitsOf(range));
          return { signal: builder.register(bitsOf(range), { next: value, enable }), type: range };
        });
        return integerDot(later, decoded, context);
      },
    };
  },
};
