import { Rational } from '../../base/rational.ts';
import type { FormatFamily } from './format.ts';
import { tableFormat } from './table-format.ts';

const SIGN_OF_ZERO: Readonly<Record<string, '+1' | '-1' | '0'>> = { plus: '+1', minus: '-1', zero: '0', '+1': '+1', '-1': '-1', '0': '0' };

/** -1 and +1. What 0 becomes is stated, since sources differ: +1 (BinaryConnect, QONNX), -1, or 0 (then in two bits, as ternary). */
export const bipolarFamily: FormatFamily = {
  name: 'bipolar',
  syntax: 'bipolar, bipolar<zero=plus|minus|zero>',
  summary: '-1 and +1 in one bit, -1 stored as 0',
  datapath: 'XNOR and popcount where activations are bipolar, conditional negation elsewhere',
  onnx: 'BipolarQuant',
  source: 'BinaryConnect, arXiv:1511.00363; XNOR-Net, arXiv:1603.05279',
  examples: ['bipolar', 'bipolar<zero=minus>', 'bipolar<zero=zero>'],
  parse: (args) => {
    const zero = args.word('zero', 'the sign of zero', SIGN_OF_ZERO, '+1');
    args.end();
    const text = zero === '+1' ? 'bipolar' : `bipolar<zero=${zero === '-1' ? 'minus' : 'zero'}>`;
    const common = { text, unit: Rational.ONE, tie: 'up', rule: 'mean' } as const;
    if (zero === '0') {
      const format = tableFormat({ ...common, bits: 2, integerOf: ternaryValue, encoding: 'ternary' });
      return {
        ...format,
        encode: (units) => format.encode(Rational.of(BigInt(Rational.sign(units)))),
        // Only 0 itself is 0: both boundaries lie there, as close as numbers can be told apart.
        quantizer: { kind: 'staircase', integers: Float64Array.of(-1, 0, 1), boundaries: Float64Array.of(0, 0), upper: [true, false], first: -1 },
      };
    }
    const format = tableFormat({ ...common, bits: 1, integerOf: (code) => 2 * code - 1, encoding: 'bipolar' });
    if (zero === '+1') return format;
    return {
      ...format,
      encode: (units) => (Rational.sign(units) > 0 ? 1 : 0),
      quantizer: { kind: 'staircase', integers: Float64Array.of(-1, 1), boundaries: Float64Array.of(0), upper: [false], first: 0 },
    };
  },
};

export const binaryFamily: FormatFamily = {
  name: 'binary',
  syntax: 'binary',
  summary: '0 and 1 in one bit',
  datapath: 'AND and popcount; where the other side is bipolar, the popcount is masked',
  onnx: 'Quant with one unsigned bit',
  examples: ['binary'],
  parse: (args) => {
    args.end();
    return tableFormat({ text: 'binary', bits: 1, unit: Rational.ONE, integerOf: (code) => code, tie: 'away', encoding: 'binary', rule: 'absmax' });
  },
};

/** Bit 0 says nonzero, bit 1 negative. */
function ternaryValue(code: number): number | undefined {
  return [0, 1, undefined, -1][code];
}

export const ternaryFamily: FormatFamily = {
  name: 'ternary',
  syntax: 'ternary, ternary<twn>',
  summary: '-1, 0 and +1: two bit planes',
  datapath: 'masked XNOR and popcount where activations are bipolar, gated conditional negation elsewhere',
  onnx: 'Quant with two narrow signed bits',
  source: 'scale: absmean (BitNet b1.58, arXiv:2402.17764; MatMul-free LM, arXiv:2406.02528) or 2/3 of the mean (TWN, arXiv:1605.04711)',
  examples: ['ternary', 'ternary<twn>'],
  parse: (args) => {
    const rule = args.word(0, 'the rule', { absmean: 'absmean', twn: 'twn' } as const, 'absmean');
    args.end();
    return tableFormat({
      text: rule === 'twn' ? 'ternary<twn>' : 'ternary', bits: 2, unit: Rational.ONE, integerOf: ternaryValue, tie: 'even', encoding: 'ternary', rule,
    });
  },
};
