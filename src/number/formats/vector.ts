import { Rational } from '../../base/rational.ts';
import type { FormatFamily, NumberFormat } from './format.ts';

/** Vectors of a codebook: how many weights one index stands for, and how many vectors there may be. */
export interface VectorFields {
  readonly length: number;
  readonly count: number;
}

interface VectorFormat extends NumberFormat { readonly vector: VectorFields }

/** Bits of each of a vector's integers. */
const BITS = 8;

/**
 * Product quantization: D consecutive weights of a result share one index into a table of at most K vectors of 8-bit integers. Alone, a
 * number is such an integer; that only K vectors occur is a property of the whole tensor, which hardware finds and uses.
 */
export const vectorFamily: FormatFamily = {
  name: 'vector',
  syntax: 'vector<D,K>',
  summary: 'integers of 8 bits, D consecutive ones of a result together one of at most K vectors (product quantization)',
  datapath: 'a table from index to D integers, then as integers',
  source: 'quantized CNNs by product quantization, arXiv:1512.06473',
  examples: ['vector<2,16>'],
  parse: (args) => {
    const length = args.whole(0, 'the length of a vector', 2, 64);
    const count = args.whole(1, 'the number of vectors', 2, 4096);
    args.end();
    const half = 2 ** (BITS - 1);
    const format: VectorFormat = {
      text: `vector<${length},${count}>`, bits: BITS, unit: Rational.ONE, encoding: 'vector-codebook', rule: 'absmax', vector: { length, count },
      integer: (code) => BigInt(code >= half ? code - 2 * half : code),
      encode: (units) => {
        const rounded = Rational.floor(Rational.add(units, Rational.HALF));
        const low = BigInt(-half);
        return Number(BigInt.asUintN(BITS, rounded < low ? low : rounded >= -low ? -low - 1n : rounded));
      },
      quantizer: { kind: 'uniform', low: -half, high: half - 1, rounding: 'half-up', overflow: 'saturate' },
    };
    return format;
  },
};

/** The fields of a format of vectors; undefined for others. */
export function vectorFieldsOf(format: NumberFormat): VectorFields | undefined {
  return (format as Partial<VectorFormat>).vector;
}
