import { Rational } from '../../base/rational.ts';
import type { FormatFamily, FormatQuantizer, NumberFormat } from './format.ts';
import { tableFormat } from './table-format.ts';

/**
 * Sums of at most K signed powers of two, 2^0 to 2^(W - 2). A code is K fields, the first least significant; a field is the exponent
 * plus one (0: nothing) below its sign.
 */
export const khotFamily: FormatFamily = {
  name: 'khot',
  syntax: 'khot<K,W>, khot<K,W,greedy>',
  summary: 'sum of at most K signed powers of two below 2^(W-1) (additive powers of two)',
  datapath: 'K shifts and conditional negations; no multiplier whatever the width',
  source: 'additive powers of two, arXiv:1909.13144; multiplier-free fixed point (QFX), arXiv:2401.17544',
  examples: ['khot<1,8>', 'khot<2,8>', 'khot<2,8,greedy>', 'khot<3,8>'],
  parse: (args) => {
    const terms = args.whole(0, 'the number of powers', 1, 4);
    const width = args.whole(1, 'the width', 2, 16);
    const how = args.word(2, 'the encoding', { optimal: 'optimal', greedy: 'greedy' } as const, 'optimal');
    args.end();
    const exponentBits = Math.ceil(Math.log2(width));
    const fieldBits = exponentBits + 1;
    const bits = terms * fieldBits;
    if (bits > 16) args.fail(`a code takes ${bits} bits, 16 are possible`);
    const fieldValue = (field: number): number | undefined => {
      const exponent = (field & (2 ** exponentBits - 1)) - 1;
      if (exponent > width - 2) return undefined;
      const magnitude = exponent < 0 ? 0 : 2 ** exponent;
      return field >> exponentBits ? 0 - magnitude : magnitude;
    };
    const integerOf = (code: number): number | undefined => {
      let sum: number | undefined = 0;
      for (let term = 0; term < terms; term++) {
        const value = fieldValue((code >> (term * fieldBits)) & (2 ** fieldBits - 1));
        sum = sum === undefined || value === undefined ? undefined : sum + value;
      }
      return sum;
    };
    const optimal = tableFormat({
      text: `khot<${terms},${width}${how === 'greedy' ? ',greedy' : ''}>`, bits, unit: Rational.ONE, integerOf, tie: 'away',
      encoding: `khot${terms}`, rule: 'absmax',
    });
    if (how === 'optimal') return optimal;
    const encode = (units: Rational): number => optimal.encode(Rational.fromBigint(greedySum(units, terms, width - 2)));
    return { ...optimal, encode, quantizer: greedyQuantizer(optimal, encode) };
  },
};

/** Greedy sums are nearest ones too; only the middle between two of them may go the other way. */
function greedyQuantizer({ quantizer, integer }: NumberFormat, encode: (units: Rational) => number): FormatQuantizer {
  if (quantizer.kind !== 'staircase') throw new Error('sums of powers are a staircase');
  const { boundaries, integers } = quantizer;
  return { ...quantizer, upper: Array.from(boundaries, (boundary, i) => Number(integer(encode(Rational.fromDouble(boundary)))) === integers[i + 1]) };
}

/** Takes the power of two nearest to what is left (the greater of two equally near), `terms` times. */
export function greedySum(units: Rational, terms: number, largestExponent: number): bigint {
  let sum = 0n;
  for (let term = 0; term < terms; term++) {
    const rest = Rational.subtract(units, Rational.fromBigint(sum));
    let best = 0n;
    let distance = Rational.absolute(rest);
    for (let exponent = 0; exponent <= largestExponent; exponent++) {
      const power = Rational.sign(rest) < 0 ? -(1n << BigInt(exponent)) : 1n << BigInt(exponent);
      const left = Rational.absolute(Rational.subtract(rest, Rational.fromBigint(power)));
      if (Rational.compare(left, distance) <= 0) [best, distance] = [power, left];
    }
    sum += best;
  }
  return sum;
}
