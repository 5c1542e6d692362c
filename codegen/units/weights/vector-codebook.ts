import { bitsOf, integerType } from '../../../src/fixed/ir.ts';
import { vectorFieldsOf } from '../../../src/number/formats/vector.ts';
import { encode } from '../elementwise/constant.ts';
import { codeAt, PRODUCT_ITSELF, type WeightEncoding } from './encoding.ts';
import { integerDot, integerDotLatency, integerDotRange } from './integer.ts';

/**
 * Consecutive weights of a row share one code: the index of a vector of integers (product quantization). The memory holds few bits a
 * weight, a table makes the integers of them.
 */
export const vectorCodebook: WeightEncoding = {
  name: 'vector-codebook',
  of: (weights, format, columns = weights.length) => {
    const fields = format === undefined ? undefined : vectorFieldsOf(format);
    if (fields === undefined || columns % fields.length !== 0) return undefined;
    const span = fields.length;
    const vectors = new Map<string, readonly number[]>();
    for (let first = 0; first < weights.length; first += span) {
      const vector = [...weights.subarray(first, first + span)];
      vectors.set(vector.join(), vector);
      if (vectors.size > fields.count) return undefined;
    }
    const entries = [...vectors.values()].sort((a, b) => a[a.findIndex((each, i) => each !== b[i])] - b[a.findIndex((each, i) => each !== b[i])]);
    const codes = new Map(entries.map((entry, code) => [entry.join(), BigInt(code)]));
    const bits = Math.max(1, Math.ceil(Math.log2(entries.length)));
    const flat = entries.flat();
    const range = integerType(Math.min(-1, ...flat), Math.max(1, ...flat));
    const width = bitsOf(range);
    const contents = entries.map((entry) => entry.reduceRight((word, weight) => (word << BigInt(width)) | encode(weight, range, width), 0n));
    return {
      ...PRODUCT_ITSELF, name: `codebook of ${entries.length} vectors of ${span}`, bits, span,
      encode: (...vector) => codes.get(vector.join())!,
      range: (length, input) => integerDotRange(length, input, range),
      latency: (length, input, timing) => 1 + integerDotLatency(length, input, range, timing),
      dot: (xs, packed, context) => {
        const { builder, enable } = context;
        const later = xs.map((x) => ({ ...x, signal: builder.register(builder.width(x.signal), { next: x.signal, enable }) }));
        const decoded = Array.from({ length: xs.length / span }, (_, i) => builder.register(span * width, {
          next: builder.lookup(codeAt(builder, packed, i, bits), contents, span * width), enable, name: `vector_${i}`,
        }));
        return integerDot(later, xs.map((_, i) => (
          { signal: builder.slice(decoded[Math.floor(i / span)], (i % span) * width, width), type: range })), context);
      },
    };
  },
};
