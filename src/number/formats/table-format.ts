import { Rational } from '../../base/rational.ts';
import type { FormatQuantizer, NumberFormat, ScaleRule } from './format.ts';

/** Which of two equally near values a number becomes: the one farther from 0, nearer to 0, of even rank by magnitude, or the greater. */
export type Tie = 'away' | 'zero' | 'even' | 'up';

export interface TableDescription {
  readonly text: string;
  readonly bits: number;
  readonly unit: Rational;
  /** Value in units of each code from 0 to 2^bits - 1, exact as a double; undefined for codes that mean no number. */
  readonly integerOf: (code: number) => number | undefined;
  readonly tie: Tie;
  readonly encoding: string;
  readonly rule: ScaleRule;
}

/** The distinct values, ascending, each with its smallest code, and where numbers between two of them go. */
interface Table {
  readonly values: Float64Array;
  readonly codes: Int32Array;
  /** Middle between value i and i + 1: exact, since neighbours have few bits. */
  readonly boundaries: Float64Array;
  readonly upper: readonly boolean[];
}

/** A format that is a table of integers, at most 16 bits: numbers become the nearest value. The table is made when it is needed. */
export function tableFormat({ text, bits, unit, integerOf, tie, encoding, rule }: TableDescription): NumberFormat {
  let made: Table | undefined;
  const table = (): Table => (made ??= makeTable(bits, integerOf, tie));
  return {
    text, bits, unit, encoding, rule,
    integer: (code) => {
      const integer = integerOf(code);
      return integer === undefined ? undefined : BigInt(integer);
    },
    encode: (units) => {
      const { values, codes, boundaries, upper } = table();
      let low = 0;
      let high = values.length - 1;
      // The number lies between boundary low - 1 and boundary high.
      while (low < high) {
        const middle = (low + high) >> 1;
        const side = Rational.compare(units, Rational.fromDouble(boundaries[middle]));
        if (side > 0 || (side === 0 && upper[middle])) low = middle + 1;
        else high = middle;
      }
      return codes[low];
    },
    get quantizer(): FormatQuantizer {
      const { values, boundaries, upper } = table();
      const zero = values.indexOf(0);
      return { kind: 'staircase', integers: values, boundaries, upper, first: zero < 0 ? 0 : -zero };
    },
  };
}

function makeTable(bits: number, integerOf: TableDescription['integerOf'], tie: Tie): Table {
  const codeOf = new Map<number, number>();
  for (let code = 0; code < 2 ** bits; code++) {
    const integer = integerOf(code);
    if (integer !== undefined && !codeOf.has(integer)) codeOf.set(integer, code);
  }
  const values = Float64Array.from(codeOf.keys()).sort();
  return {
    values,
    codes: Int32Array.from(values, (value) => codeOf.get(value)!),
    boundaries: Float64Array.from(values.subarray(1), (value, i) => value / 2 + values[i] / 2),
    upper: uppers(values, tie),
  };
}

/** Whether the middle between value i and i + 1 goes up. */
function uppers(values: Float64Array, tie: Tie): boolean[] {
  const magnitudes = Float64Array.from(new Set(values.map(Math.abs))).sort();
  const rank = new Map(Array.from(magnitudes, (magnitude, i) => [magnitude, i]));
  return Array.from(values.subarray(1), (above, i) => {
    const below = values[i];
    if (above === -below) return true;
    switch (tie) {
      case 'away': return above + below > 0;
      case 'zero': return above + below < 0;
      case 'up': return true;
      case 'even': return rank.get(Math.abs(above))! % 2 === 0;
    }
  });
}
