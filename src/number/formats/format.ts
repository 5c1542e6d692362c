import { Rational } from '../../base/rational.ts';
import type { RoundingMode } from '../rounding.ts';

/**
 * A number format: what each code of `bits` bits means, once and exactly. Every value is an integer times the format's `unit`, so that
 * hardware computes with integers only. A tensor in a format has a scale besides: real value = scale * unit * integer(code).
 */
export interface NumberFormat {
  /** Canonical text, which `parseFormat` reads back to an equal format: `fixed<8,3,half-even,saturate>`. */
  readonly text: string;
  /** Bits of a stored code, 1 to 32. */
  readonly bits: number;
  /** What all values are multiples of. */
  readonly unit: Rational;
  /** The code's value in units; undefined for a code that means no number (NaN, infinity, spare). */
  integer(code: number): bigint | undefined;
  /** The code of a real number (in units) by the format's rounding; several codes of one value: the smallest. */
  encode(units: Rational): number;
  /** How real activations become integers of this format. */
  readonly quantizer: FormatQuantizer;
  /** Name of the stored weights' encoding (codegen/units/weights) with the format's own datapath. */
  readonly encoding: string;
  /** The published rule for a tensor's scale, by name: see `scaleByRule`. */
  readonly rule: ScaleRule;
}

/**
 * Codes of activations, in units: evenly spaced integers (`uniform`), or any ascending list (`staircase`), in which an activation has
 * the index of its value as code, counted from `first`.
 */
export type FormatQuantizer =
  | {
    readonly kind: 'uniform';
    readonly low: number;
    readonly high: number;
    readonly rounding: RoundingMode;
    /** Beyond the range: the nearest end, or modulo 2^bits. */
    readonly overflow: 'saturate' | 'wrap';
  }
  | {
    readonly kind: 'staircase';
    /** Ascending integers. */
    readonly integers: Float64Array;
    /** Between integer i and i + 1: the boundary in units. */
    readonly boundaries: Float64Array;
    /** Whether the boundary itself belongs to the upper integer. */
    readonly upper: readonly boolean[];
    /** Code of `integers[0]`; codes rise by 1. */
    readonly first: number;
  };

/**
 * How a tensor's scale is chosen from its numbers (`ruleScale` of src/quantize/scale.ts):
 * - absmax: the largest magnitude goes on the largest value;  power-of-two: the same, the scale the next power of two
 * - mean: the mean magnitude (bipolar);  absmean: the same for ternary weights, as BitNet b1.58 has it
 * - twn: weights beyond 2/3 of the mean magnitude become the mean magnitude of those (ternary weight networks)
 */
export type ScaleRule = 'absmax' | 'absmean' | 'mean' | 'twn' | 'power-of-two';

/** A family of formats: `fixed`, `shift` …; one row of the registry. */
export interface FormatFamily {
  readonly name: string;
  /** How it is written, with its arguments: `shift<N>`. */
  readonly syntax: string;
  /** One line for people. */
  readonly summary: string;
  /** How a product with an activation is computed, for the reference table. */
  readonly datapath: string;
  /** The form in ONNX or QONNX, if there is one. */
  readonly onnx?: string;
  /** Who published it. */
  readonly source?: string;
  /** Formats of the family that stand for all in tests, benchmarks and the reference table. */
  readonly examples: readonly string[];
  /** @throws UserError for arguments that make no format */
  parse(args: FormatArguments): NumberFormat;
}

/** The arguments between < and >: in order, and by name. */
export interface FormatArguments {
  readonly text: string;
  readonly positional: readonly string[];
  readonly named: ReadonlyMap<string, string>;
  /** Argument number `index` as a whole number from `low` to `high`. */
  whole(index: number, what: string, low: number, high: number, otherwise?: number): number;
  /** Argument number `index` as any finite number. */
  real(index: number, what: string, otherwise?: number): number;
  /** One of the given words: argument number `index`, or the named one. */
  word<W extends string>(index: number | string, what: string, words: Readonly<Record<string, W>>, otherwise: W): W;
  /** Whether argument number `index` is this word. */
  flag(index: number, word: string): boolean;
  /** A whole number given by name. */
  namedWhole(name: string, low: number, high: number, otherwise: number): number;
  /** Refuses arguments that nobody asked for. */
  end(): void;
  fail(why: string): never;
}

/** The code's value, exactly; undefined for a code that means no number. */
export function valueOf(format: NumberFormat, code: number): Rational | undefined {
  const integer = format.integer(code);
  return integer === undefined ? undefined : Rational.multiply(Rational.fromBigint(integer), format.unit);
}

/** The code of a real number by the format's rounding. */
export function encodeValue(format: NumberFormat, value: Rational): number {
  return format.encode(Rational.divide(value, format.unit));
}

/** Smallest and largest integer of the format, in units. */
export function integerRange({ quantizer }: NumberFormat): { low: number; high: number } {
  if (quantizer.kind === 'uniform') return quantizer;
  const { integers } = quantizer;
  return { low: integers[0], high: integers[integers.length - 1] };
}
