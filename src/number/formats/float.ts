import { Rational } from '../../base/rational.ts';
import type { FormatFamily, NumberFormat } from './format.ts';
import { tableFormat } from './table-format.ts';

/** What the codes of the largest exponent mean: numbers all, NaN for all ones alone (OCP's e4m3), or infinity and NaN (IEEE 754). */
export type Specials = 'all' | 'fn' | 'ieee';

/** A floating-point format's fields; a code is the sign above the exponent above the mantissa. */
export interface FloatFields {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  readonly specials: Specials;
}

export const floatFamily: FormatFamily = {
  name: 'float',
  syntax: 'float<E,M>, float<E,M,all|fn|ieee,bias=B>, e4m3, e5m2, bf16',
  summary: 'sign, E exponent bits and M mantissa bits, with subnormals; numbers beyond the largest become the largest',
  datapath: 'product with the mantissa, then a shift by the exponent; L-Mul: one addition of the fields',
  onnx: 'FloatQuant',
  source: 'OCP 8-bit floating point; L-Mul: arXiv:2410.00907',
  examples: ['float<4,3>', 'float<5,2>', 'float<2,1>', 'float<3,2,all>', 'bf16'],
  parse: (args) => {
    const exponentBits = args.whole(0, 'the exponent bits', 1, 8);
    const mantissaBits = args.whole(1, 'the mantissa bits', 0, 10);
    const usual = usualSpecials(exponentBits, mantissaBits);
    const specials = args.word(2, 'the special values', { all: 'all', fn: 'fn', ieee: 'ieee' } as const, usual);
    const usualBias = 2 ** (exponentBits - 1) - 1;
    const bias = args.namedWhole('bias', -256, 256, usualBias);
    args.end();
    if (1 + exponentBits + mantissaBits > 16) args.fail('16 bits are possible');
    const tail = `${specials === usual ? '' : `,${specials}`}${bias === usualBias ? '' : `,bias=${bias}`}`;
    return floatFormat(`float<${exponentBits},${mantissaBits}${tail}>`, { exponentBits, mantissaBits, bias, specials });
  },
};

/** OCP: e4m3 has one NaN, e5m2 is as IEEE 754, as is everything from 16 bits up; smaller formats have numbers only. */
function usualSpecials(exponentBits: number, mantissaBits: number): Specials {
  if (exponentBits === 4 && mantissaBits === 3) return 'fn';
  return exponentBits >= 5 ? 'ieee' : 'all';
}

/** Other names of floating-point formats. */
export const FLOAT_NAMES: Readonly<Record<string, string>> = {
  e4m3: 'float<4,3>', e5m2: 'float<5,2>', e3m2: 'float<3,2>', e2m3: 'float<2,3>', e2m1: 'float<2,1>', bf16: 'float<8,7>', half: 'float<5,10>',
};

/** The largest code without its sign that is a number. */
export function largestMagnitude({ exponentBits, mantissaBits, specials }: FloatFields): number {
  const all = 2 ** (exponentBits + mantissaBits) - 1;
  return specials === 'all' ? all : specials === 'fn' ? all - 1 : all - 2 ** mantissaBits;
}

/** The value of a code without its sign, in units of the smallest subnormal: 2^(1 - bias - mantissaBits). */
export function magnitudeValue(code: number, mantissaBits: number): number {
  const exponent = code >> mantissaBits;
  const mantissa = code & (2 ** mantissaBits - 1);
  return exponent === 0 ? mantissa : (mantissa + 2 ** mantissaBits) * 2 ** (exponent - 1);
}

interface FloatFormat extends NumberFormat { readonly float: FloatFields }

function floatFormat(text: string, fields: FloatFields): FloatFormat {
  const { exponentBits, mantissaBits, bias } = fields;
  const magnitudes = 2 ** (exponentBits + mantissaBits);
  const largest = largestMagnitude(fields);
  const integerOf = (code: number): number | undefined => {
    const magnitude = code % magnitudes;
    if (magnitude > largest) return undefined;
    const value = magnitudeValue(magnitude, mantissaBits);
    return code >= magnitudes ? 0 - value : value;
  };
  const format = tableFormat({
    text, bits: 1 + exponentBits + mantissaBits, unit: Rational.dyadic(1n, 1 - bias - mantissaBits), integerOf, tie: 'even',
    encoding: 'minifloat', rule: 'absmax',
  });
  return Object.defineProperty(format as FloatFormat, 'float', { value: fields, enumerable: true });
}

/** The fields of a format that is floating point; undefined for others. */
export function floatFieldsOf(format: NumberFormat): FloatFields | undefined {
  return (format as Partial<FloatFormat>).float;
}
