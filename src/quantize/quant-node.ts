import { Rational } from '../base/rational.ts';
import type { Attribute } from '../graph/ir.ts';
import type { NumberFormat } from '../number/formats/index.ts';
import type { RoundingMode } from '../number/rounding.ts';

/** A quantizer of QONNX that means the same as a number format, so that other tools read it. */
export interface QuantNode {
  readonly kind: 'Quant' | 'BipolarQuant';
  readonly bits: number;
  /** What its scale is to be multiplied with: a power of two. */
  readonly unit: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** QONNX's names of the rounding modes that it has. */
const ROUNDING: Readonly<Partial<Record<RoundingMode, string>>> = {
  'half-even': 'ROUND', ceil: 'CEIL', floor: 'FLOOR', away: 'UP', 'to-zero': 'DOWN', 'half-away': 'HALF_UP', 'half-zero': 'HALF_DOWN',
};

/** The QONNX form of integers, fixed point, ternary, binary and bipolar; undefined for formats that QONNX does not have. */
export function quantNode(format: NumberFormat): QuantNode | undefined {
  const unit = Rational.toDouble(format.unit);
  if (format.text === 'bipolar') return { kind: 'BipolarQuant', bits: 1, unit, attributes: {} };
  const { quantizer } = format;
  if (quantizer.kind === 'uniform') {
    const { low, high, rounding, overflow } = quantizer;
    if (overflow !== 'saturate' || !Number.isInteger(Math.log2(unit))) return undefined;
    return quant(low, high, rounding, unit);
  }
  const { integers, boundaries, upper } = quantizer;
  if (!integers.every((integer, i) => i === 0 || integer === integers[i - 1] + 1)) return undefined;
  // Steps in the middle between integers: the ties say which rounding it is.
  const low = integers[0];
  const rounding = (['half-even', 'half-away'] as const).find((mode) => boundaries.every((boundary, i) =>
    boundary === low + i + 0.5 && upper[i] === goesUp(mode, boundary)));
  return rounding === undefined ? undefined : quant(low, integers[integers.length - 1], rounding, unit);
}

function goesUp(mode: 'half-even' | 'half-away', boundary: number): boolean {
  return mode === 'half-even' ? Math.ceil(boundary) % 2 === 0 : boundary > 0;
}

/** Codes from `low` to `high`, if two's complement, symmetric or unsigned codes of some width are just those. */
function quant(low: number, high: number, rounding: RoundingMode, unit: number): QuantNode | undefined {
  const mode = ROUNDING[rounding];
  const bits = Math.log2(high + 1) + (low < 0 ? 1 : 0);
  const narrow = low < 0 && low === -high;
  if (mode === undefined || !Number.isInteger(bits) || (low < 0 && bits < 2)) return undefined;
  if (low !== 0 && low !== -high && low !== -high - 1) return undefined;
  return { kind: 'Quant', bits, unit, attributes: { signed: low < 0 ? 1 : 0, narrow: narrow ? 1 : 0, rounding_mode: mode } };
}
