import { Rational } from '../../base/rational.ts';
import { greatestCommonDivisor } from '../../base/bigint.ts';
import { applyExact, pointEnclosure, refine } from '../enclosure.ts';
import { roundRational } from '../rounding.ts';
import type { FormatArguments, FormatFamily, NumberFormat } from './format.ts';
import { tableFormat } from './table-format.ts';

/** Any list of numbers; code i is entry i. */
export const codebookFamily: FormatFamily = {
  name: 'codebook',
  syntax: 'codebook<V0,V1,...>',
  summary: 'any table of values, the code is the index',
  datapath: 'a table from code to integer, then as integers',
  source: 'Deep Compression, arXiv:1510.00149; product quantization shares the table among vectors',
  examples: ['codebook<-7,-2,0,1,3,12>', 'codebook<-1.5,-0.25,0.5,4>'],
  parse: (args) => {
    const values = args.positional.map((_, i) => Rational.fromDouble(args.real(i, 'a value')));
    args.end();
    if (values.length < 2 || values.length > 4096) args.fail('2 to 4096 values are possible');
    const unit = commonUnit(values);
    const bits = Math.ceil(Math.log2(values.length));
    const integers = values.map((value) => Number(Rational.divide(value, unit).numerator));
    if (!integers.every(Number.isSafeInteger)) args.fail('the values lie on no common grid of 53 bits');
    const text = `codebook<${args.positional.map(Number).join()}>`;
    return tableFormat({ text, bits, unit, integerOf: (code) => integers[code], tie: 'even', encoding: 'codebook', rule: 'absmax' });
  },
};

/** The largest number of which all values are integer multiples. */
function commonUnit(values: readonly Rational[]): Rational {
  const denominator = values.reduce((all, { denominator: each }) => (all / greatestCommonDivisor(all, each)) * each, 1n);
  const numerator = values.reduce((all, value) => greatestCommonDivisor(all, value.numerator * (denominator / value.denominator)), 0n);
  return numerator === 0n ? Rational.ONE : Rational.of(numerator < 0n ? -numerator : numerator, denominator);
}

/** sum of m_i b_i with b_i = -1 or +1; bit i of the code is 1 where b_i is +1. */
function multibit(text: string, m: readonly number[], unit: Rational): NumberFormat {
  const integerOf = (code: number): number => m.reduce((sum, factor, i) => sum + ((code >> i) & 1 ? factor : -factor), 0);
  return tableFormat({ text, bits: m.length, unit, integerOf, tie: 'up', encoding: 'multibit', rule: 'absmax' });
}

export const multibitFamily: FormatFamily = {
  name: 'multibit',
  syntax: 'multibit<M1,M2,...>',
  summary: 'sum of m_i b_i with bits b_i of -1 and +1 (binary code, multi-bit binary)',
  datapath: 'one XNOR-popcount (or conditional negation) a bit, weighted by m_i',
  source: 'multi-bit binary networks, arXiv:1802.00150',
  examples: ['multibit<1,2,4>', 'multibit<3,5>'],
  parse: (args) => {
    const m = args.positional.map((_, i) => args.whole(i, 'a factor', 1, 2 ** 20));
    args.end();
    if (m.length < 1 || m.length > 8) args.fail('1 to 8 factors are possible');
    return multibit(`multibit<${m.join()}>`, m, Rational.ONE);
  },
};

export const fracbnnFamily: FormatFamily = {
  name: 'fracbnn',
  syntax: 'fracbnn',
  summary: '-1, -1/3, 1/3, 1 as 2/3 of a bipolar bit and 1/3 of another (FracBNN activations)',
  datapath: 'two XNOR-popcounts, the second one weighted by one half',
  source: 'FracBNN, arXiv:2012.12206',
  examples: ['fracbnn'],
  parse: (args) => {
    args.end();
    return multibit('fracbnn', [1, 2], Rational.of(1n, 3n));
  },
};

/**
 * sign(q) |q|^(1/a) for N-bit q: the codebook form, values rounded to F bits after the point. With `mac`, the power-domain form: the
 * codes themselves are multiplied and summed, and the root is part of the activation: an approximation, since powers do not add.
 */
export const powerFamily: FormatFamily = {
  name: 'power',
  syntax: 'power<N,A>, power<N,A,F>, power<N,A,mac>',
  summary: 'sign(q) |q|^(1/a), rounded to F bits after the point; mac: q itself, for an approximate sum in the power domain',
  datapath: 'a table from code to integer, then as integers; mac: an integer product, the root in the activation (approximate)',
  source: 'PowerQuant, arXiv:2301.09858; NUPES, arXiv:2308.05600',
  examples: ['power<4,0.5>', 'power<4,0.7>', 'power<4,0.5,mac>'],
  parse: parsePower,
};

function parsePower(args: FormatArguments): NumberFormat {
  const bits = args.whole(0, 'the width', 2, 8);
  const exponent = args.real(1, 'the exponent a');
  if (exponent < 0.1 || exponent > 10) args.fail('the exponent a lies from 0.1 to 10');
  const mac = args.flag(2, 'mac');
  const whole = Number.isInteger(1 / exponent);
  const fraction = mac ? 0 : args.whole(2, 'bits after the point', 0, 16, whole ? 0 : bits);
  args.end();
  const [low, high] = [-(2 ** (bits - 1)) + 1, 2 ** (bits - 1) - 1];
  const magnitudes = Array.from({ length: high + 1 }, (_, q) => (mac ? q : rootOf(q, exponent, fraction)));
  const integerOf = (code: number): number | undefined => {
    const q = code > high ? code - 2 ** bits : code;
    if (q < low) return undefined;
    return q < 0 ? -magnitudes[-q] : magnitudes[q];
  };
  const tail = mac ? ',mac' : fraction === (whole ? 0 : bits) ? '' : `,${fraction}`;
  return tableFormat({
    text: `power<${bits},${exponent}${tail}>`, bits, unit: mac ? Rational.ONE : Rational.dyadic(1n, -fraction), integerOf, tie: 'even',
    encoding: mac ? 'integer' : 'codebook', rule: 'absmax',
  });
}

/** q^(1/a) 2^fraction, rounded half to even. */
function rootOf(q: number, a: number, fraction: number): number {
  if (q === 0) return 0;
  const exponent = pointEnclosure(Rational.divide(Rational.ONE, Rational.fromDouble(a)));
  const scale = Rational.dyadic(1n, fraction);
  const rounded = (value: Rational): bigint => roundRational(Rational.multiply(value, scale), 'half-even');
  const enclosure = refine((precision) => applyExact({ op: 'power' }, [pointEnclosure(Rational.of(BigInt(q))), exponent], precision),
    ({ low, high }) => rounded(low) === rounded(high));
  return Number(rounded(enclosure.low));
}
