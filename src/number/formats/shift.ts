import { Rational } from '../../base/rational.ts';
import type { FormatFamily } from './format.ts';
import { tableFormat } from './table-format.ts';

const MOST_BITS = 6;

/**
 * DenseShift: a sign and an exponent, no zero. Code: the sign (1 is negative) above N - 1 exponent bits.
 * N = 2: ±1, ±2; 3: ±1 … ±8; 4: ±1 … ±128.
 */
export const denseShiftFamily: FormatFamily = {
  name: 'shift',
  syntax: 'shift<N>',
  summary: 'sign times a power of two, without zero: N bits, N - 1 of them the exponent (DenseShift)',
  datapath: 'a shift and a conditional negation',
  source: 'DenseShift, arXiv:2208.09708',
  examples: ['shift<2>', 'shift<3>', 'shift<4>'],
  parse: (args) => {
    const bits = args.whole(0, 'the width', 2, MOST_BITS);
    args.end();
    const exponents = 2 ** (bits - 1);
    const integerOf = (code: number): number => signed(code >= exponents, 2 ** (code % exponents));
    return tableFormat({ text: `shift<${bits}>`, bits, unit: Rational.ONE, integerOf, tie: 'away', encoding: 'shift', rule: 'absmax' });
  },
};

/** Zero, or a sign and an exponent. Exponent field 0 is zero, k is 2^(k - 1). */
export const shiftWithZeroFamily: FormatFamily = {
  name: 'shift0',
  syntax: 'shift0<N>',
  summary: 'zero, or sign times a power of two: N bits, N - 1 of them the exponent or zero',
  datapath: 'a gated shift and a conditional negation',
  source: 'INQ, arXiv:1702.03044; DeepShift, arXiv:1905.13298; S3, arXiv:2107.03453',
  examples: ['shift0<3>', 'shift0<4>'],
  parse: (args) => {
    const bits = args.whole(0, 'the width', 2, MOST_BITS);
    args.end();
    const fields = 2 ** (bits - 1);
    const integerOf = (code: number): number => {
      const field = code % fields;
      return field === 0 ? 0 : signed(code >= fields, 2 ** (field - 1));
    };
    return tableFormat({ text: `shift0<${bits}>`, bits, unit: Rational.ONE, integerOf, tie: 'away', encoding: 'shift', rule: 'absmax' });
  },
};

function signed(negative: boolean, magnitude: number): number {
  return negative ? -magnitude : magnitude;
}

/**
 * The DenseShift weight that trained parameters stand for: sign(s) 2^S with S_1 = H(t_1), S_(k+1) = (S_k + 1) H(t_(k+1)), H the step
 * function (0 counts as negative). S is the number of positive parameters at the end of the list.
 */
export function denseShiftOf(t: readonly number[], s: number): number {
  const exponent = t.reduce((before, parameter) => (parameter > 0 ? before + 1 : 0), 0);
  return signed(s < 0, 2 ** exponent);
}

/** Parameters of unit size that stand for the weight with this sign and exponent among those of `count` parameters. */
export function denseShiftParameters(negative: boolean, exponent: number, count: number): { t: number[]; s: number } {
  return { t: Array.from({ length: count }, (_, k) => (k >= count - exponent ? 1 : -1)), s: negative ? -1 : 1 };
}
