import { Rational } from '../../base/rational.ts';
import { roundRational, type RoundingMode } from '../rounding.ts';
import type { FormatArguments, FormatFamily, NumberFormat } from './format.ts';

/** Names of the rounding modes: those of ap_fixed, QONNX and IEEE 754 for the same thing. The first of each mode is the canonical one. */
const ROUNDING: Readonly<Record<string, RoundingMode>> = {
  rnd_conv: 'half-even', rnd: 'half-up', rnd_min_inf: 'half-down', rnd_inf: 'half-away', rnd_zero: 'half-zero',
  trn: 'floor', trn_zero: 'to-zero', ceil: 'ceil', away: 'away',
  round: 'half-even', half_even: 'half-even', half_up: 'half-up', half_down: 'half-down', half_away: 'half-away', half_zero: 'half-zero',
  floor: 'floor', to_zero: 'to-zero', up: 'away', down: 'to-zero',
};

type Overflow = 'sat' | 'sat_sym' | 'wrap';
const OVERFLOW: Readonly<Record<string, Overflow>> = { sat: 'sat', sat_sym: 'sat_sym', wrap: 'wrap', saturate: 'sat', symmetric: 'sat_sym' };

/** The canonical name of a rounding mode. */
export function roundingName(mode: RoundingMode): string {
  return Object.keys(ROUNDING).find((name) => ROUNDING[name] === mode)!;
}

const WIDEST = 32;

interface Description {
  /** `int8`, `fixed<8,3`: the text before rounding and overflow. */
  readonly head: string;
  readonly bits: number;
  readonly signed: boolean;
  readonly unit: Rational;
  readonly rounding: RoundingMode;
  readonly overflow: Overflow;
  readonly zero: number;
  readonly rule: 'absmax' | 'power-of-two';
}

/** Two's complement or unsigned integers times a unit, evenly spaced. */
function evenlySpaced({ head, bits, signed, unit, rounding, overflow, zero, rule }: Description): NumberFormat {
  const span = 2 ** bits;
  const lowest = signed ? -span / 2 : 0;
  const [low, high] = [lowest + (signed && overflow === 'sat_sym' ? 1 : 0), lowest + span - 1];
  const inner = head.includes('<') ? [head.slice(head.indexOf('<') + 1)] : [];
  if (rounding !== 'half-even' || overflow !== 'sat') inner.push(roundingName(rounding));
  if (overflow !== 'sat') inner.push(overflow);
  if (zero !== 0) inner.push(`zero=${zero}`);
  const name = head.split('<')[0];
  return {
    text: inner.length === 0 ? name : `${name}<${inner.join(',')}>`,
    bits, unit, encoding: 'integer', rule,
    integer: (code) => {
      const number = signed && code >= span / 2 ? code - span : code;
      return number < low ? undefined : BigInt(number - zero);
    },
    encode: (units) => {
      const number = roundRational(units, rounding) + BigInt(zero);
      const inside = overflow === 'wrap' ? number : number < BigInt(low) ? BigInt(low) : number > BigInt(high) ? BigInt(high) : number;
      return Number(BigInt.asUintN(bits, inside));
    },
    quantizer: { kind: 'uniform', low: low - zero, high: high - zero, rounding, overflow: overflow === 'wrap' ? 'wrap' : 'saturate' },
  };
}

function integers(name: 'int' | 'uint', summary: string, examples: readonly string[]): FormatFamily {
  const signed = name === 'int';
  return {
    name, summary, examples,
    syntax: `${name}N, ${name}N<rounding,overflow,zero=Z>`,
    datapath: 'array multiplier or shifted additions; the zero point moves into a constant of the sum',
    onnx: 'Quant, IntQuant, QuantizeLinear',
    parse: (args) => {
      const bits = args.whole(0, 'the width', 1, WIDEST);
      const [rounding, overflow] = modes(args, 1);
      const zero = args.namedWhole('zero', signed ? -(2 ** (bits - 1)) : 0, 2 ** (signed ? bits - 1 : bits) - 1, 0);
      args.end();
      return evenlySpaced({ head: `${name}${bits}`, bits, signed, unit: Rational.ONE, rounding, overflow, zero, rule: 'absmax' });
    },
  };
}

function fixedPoint(name: 'fixed' | 'ufixed', summary: string, examples: readonly string[]): FormatFamily {
  return {
    name, summary, examples,
    syntax: `${name}<W,I,rounding,overflow>`,
    datapath: 'as integers; the point is a shift that costs nothing',
    onnx: 'Quant with a scale that is a power of two',
    source: 'ap_fixed, Vitis HLS; rnd_conv and sat where nothing is said',
    parse: (args) => {
      const bits = args.whole(0, 'the width', 1, WIDEST);
      const point = args.whole(1, 'the number of bits before the point', -256, 256);
      const [rounding, overflow] = modes(args, 2);
      args.end();
      const unit = Rational.dyadic(1n, point - bits);
      const head = `${name}<${bits},${point}`;
      return evenlySpaced({ head, bits, signed: name === 'fixed', unit, rounding, overflow, zero: 0, rule: 'power-of-two' });
    },
  };
}

function modes(args: FormatArguments, first: number): [RoundingMode, Overflow] {
  return [args.word(first, 'the rounding', ROUNDING, 'half-even'), args.word(first + 1, 'the overflow', OVERFLOW, 'sat')];
}

export const integerFamilies: readonly FormatFamily[] = [
  integers('int', 'integers in two\'s complement, with a zero point if asked for', ['int8', 'int4', 'int2', 'int1', 'int8<zero=3>', 'int6<rnd,sat_sym>']),
  integers('uint', 'integers from 0 up, with a zero point if asked for', ['uint8', 'uint4', 'uint4<zero=7>', 'uint3<trn,wrap>']),
  fixedPoint('fixed', 'fixed point, two\'s complement: W bits, I of them before the point', ['fixed<8,3>', 'fixed<6,2,trn,wrap>', 'fixed<12,4,rnd,sat_sym>']),
  fixedPoint('ufixed', 'fixed point from 0 up', ['ufixed<8,0>', 'ufixed<5,6,rnd_inf>']),
];
