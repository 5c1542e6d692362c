import { userError } from '../../base/diagnostic.ts';
import { BIPOLAR, integerType, type FixedNode, type IntegerType } from '../../fixed/ir.ts';
import type { ScalarChain } from './chain.ts';
import { fitRequantization, multiplierBits } from './requantize.ts';
import { staircaseOf, type Staircase } from './staircase.ts';

/** Ranges up to this size are evaluated number by number where a chain is not proven monotone. */
const LARGEST_ENUMERATION = 2 ** 16;
/** A staircase of more steps than this becomes a multiplication or a table where one gives it exactly. */
export const MOST_THRESHOLDS = 15;
const LARGEST_TABLE = 2 ** 12;

/** What an elementwise chain became: an operator without its place in the graph, and how its result reads as the chain's codes. */
export interface Quantizer {
  readonly node: QuantizerNode;
  readonly type: IntegerType;
  /** code = scale * element + offset. */
  readonly code: { readonly scale: number; readonly offset: number };
}

type Parameters<Op extends string> = Omit<Extract<FixedNode, { op: Op }>, 'name' | 'shape' | 'type' | 'origins' | 'code' | 'arg'>;
type QuantizerNode = Parameters<'threshold'> | Parameters<'table'> | Parameters<'requantize'>;

/**
 * Turns integer-valued chains over the integers of `range` into one fixed-point operator: thresholds, a table, or a multiplication
 * with rounding, whichever is cheapest; `chains[i mod length]` belongs to element i. Everything is found by evaluating the chains.
 */
export function quantizerOf(chains: readonly ScalarChain[], range: IntegerType, origin: string): Quantizer {
  const evaluated = new Map<string, Staircase | Float64Array>();
  const shapes = chains.map((chain) => {
    const known = evaluated.get(chain.key) ?? evaluate(chain, range, origin);
    evaluated.set(chain.key, known);
    return known;
  });
  const staircases = shapes.filter((shape): shape is Staircase => !(shape instanceof Float64Array));
  return staircases.length === shapes.length
    ? fromStaircases(staircases, range)
    : fromTables(shapes.map((shape) => (shape instanceof Float64Array ? shape : enumerate(shape, range))));
}

/** A staircase where the chain is monotone, all of its values where it is not. */
export function evaluate(chain: ScalarChain, range: IntegerType, origin: string): Staircase | Float64Array {
  const { low, high } = range;
  const codeAt = (n: number): number => {
    const code = chain.integerAt(n);
    if (code === undefined) throw new Error(`${origin}: the chain is not an integer at ${n}`);
    return code;
  };
  const direction = range.bipolar ? 'unknown' : chain.monotone(low, high);
  if (direction === 'rising' || direction === 'falling' || direction === 'constant') {
    return staircaseOf(codeAt, low, high, direction === 'falling');
  }
  if (range.bipolar) return bipolarStaircase(codeAt);
  if (high - low >= LARGEST_ENUMERATION) {
    throw userError('not-monotone', `the function between an integer of ${high - low + 1} values and the quantizer is not monotone`, {
      origin, help: 'quantize its input to 16 bits or fewer, so that it can become a table',
    });
  }
  const values = Float64Array.from({ length: high - low + 1 }, (_, i) => codeAt(low + i));
  return monotoneStaircase(values, low) ?? values;
}

function bipolarStaircase(codeAt: (n: number) => number): Staircase {
  const [start, end] = [codeAt(-1), codeAt(1)];
  return { falling: end < start, start, firsts: new Array<number>(Math.abs(end - start)).fill(1) };
}

function monotoneStaircase(values: Float64Array, low: number): Staircase | undefined {
  const start = values[0];
  const falling = values[values.length - 1] < start;
  const firsts: number[] = [];
  for (let i = 1; i < values.length; i++) {
    const step = falling ? values[i - 1] - values[i] : values[i] - values[i - 1];
    if (step < 0) return undefined;
    for (let k = 0; k < step; k++) firsts.push(low + i);
  }
  return { falling, start, firsts };
}

function enumerate({ falling, start, firsts }: Staircase, { low, high }: IntegerType): Float64Array {
  let step = 0;
  return Float64Array.from({ length: high - low + 1 }, (_, i) => {
    while (step < firsts.length && firsts[step] <= low + i) step++;
    return falling ? start - step : start + step;
  });
}

/** All codes that a staircase takes. */
function codesOf({ falling, start, firsts }: Staircase): number[] {
  const codes = [start];
  firsts.forEach((place, step) => {
    // A jump passes over the codes in between.
    if (firsts[step + 1] !== place) codes.push(falling ? start - step - 1 : start + step + 1);
  });
  return codes;
}

function fromStaircases(staircases: readonly Staircase[], range: IntegerType): Quantizer {
  const codes = new Set(staircases.flatMap(codesOf));
  const low = Math.min(...codes);
  const high = Math.max(...codes);
  if (codes.size === 2) return twoValued(staircases, range, low, high);

  // One code alone has a step that is never reached.
  const steps = Math.max(1, high - low);
  const type = integerType(low, low + steps);
  const identity = { scale: 1, offset: 0 };
  if (steps > MOST_THRESHOLDS) {
    const first = range.low;
    const entries = range.high - range.low + 1;
    const fitted = fitRequantization(staircases, { first, last: range.high }, low, high);
    if (fitted !== undefined && (multiplierBits(fitted) <= 2 || staircases.length * entries > LARGEST_TABLE)) {
      return { node: { op: 'requantize', channels: staircases.length, ...fitted }, type, code: identity };
    }
    if (staircases.length * entries <= LARGEST_TABLE) return fromTables(staircases.map((staircase) => enumerate(staircase, range)));
  }
  return { node: thresholds(staircases, range, low, steps), type, code: identity };
}

/** Two codes, whatever they are, are stored in one bit: as -1 and +1, so that a product with them is an XNOR. */
function twoValued(staircases: readonly Staircase[], range: IntegerType, low: number, high: number): Quantizer {
  return {
    node: thresholds(staircases.map((staircase) => sign(staircase, low)), range, 0, 1), type: BIPOLAR,
    code: { scale: (high - low) / 2, offset: (high + low) / 2 },
  };
}

/** The staircase of codes 0 and 1 instead of `low` and the other one. */
export function sign({ falling, start, firsts }: Staircase, low: number): Staircase {
  return { falling, start: start === low ? 0 : 1, firsts: firsts.length === 0 ? [] : [firsts[0]] };
}

/** Pads each staircase to `steps` levels: with the range's end for codes passed before it begins, with one beyond for those never reached. */
export function thresholds(staircases: readonly Staircase[], range: IntegerType, low: number, steps: number): Parameters<'threshold'> {
  const levels = new Float64Array(staircases.length * steps);
  staircases.forEach(({ falling, start, firsts }, channel) => {
    const before = falling ? low + steps - start : start - low;
    for (let step = 0; step < steps; step++) {
      const place = step - before;
      levels[channel * steps + step] = place < 0 ? range.low : place < firsts.length ? firsts[place] : range.high + 1;
    }
  });
  return { op: 'threshold', channels: staircases.length, steps, levels, falling: staircases.map((staircase) => staircase.falling) };
}

function fromTables(tables: readonly Float64Array[]): Quantizer {
  const contents = new Float64Array(tables.reduce((sum, table) => sum + table.length, 0));
  let at = 0;
  let low = Infinity;
  let high = -Infinity;
  for (const table of tables) {
    for (const code of table) {
      low = Math.min(low, code);
      high = Math.max(high, code);
    }
    contents.set(table, at);
    at += table.length;
  }
  if (low < high && contents.every((code) => code === low || code === high)) {
    // Two codes are stored in one bit, as -1 and +1.
    const [scale, offset] = [(high - low) / 2, (high + low) / 2];
    return { node: { op: 'table', channels: tables.length, contents: contents.map((code) => (code - offset) / scale) }, type: BIPOLAR, code: { scale, offset } };
  }
  return { node: { op: 'table', channels: tables.length, contents }, type: integerType(low, high), code: { scale: 1, offset: 0 } };
}
