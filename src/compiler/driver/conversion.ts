import type { FixedInput, FixedOutput, IntegerType } from '../../fixed/ir.ts';
import { evaluateExpression, type Expression } from '../../graph/expression.ts';
import { reals } from '../../graph/reals.ts';
import { sizeOf } from '../../graph/tensor.ts';

/** How numbers become integers of a stream: code low + the number of thresholds that the number reaches, elements taken in `order`. */
export interface Encoding {
  readonly low: number;
  readonly thresholds: Float64Array;
  /** Element i of the stream is this element of the input; absent where it is element i. */
  readonly order?: Int32Array;
}

/** How integers of a stream become numbers: scale * integer + offset, elements taken in `order`. */
export interface Decoding {
  readonly scale: Float64Array;
  readonly offset: Float64Array;
  readonly order?: Int32Array;
}

const algebra = reals();
/** Codes up to which thresholds are written into a driver. */
const MOST_CODES = 65_536;
/** Beyond every quantizer's range, and exactly a double. */
const FAR = 2 ** 60;

/** A gather at the outside of an expression, and what is under it. */
function stripped(expression: Expression): { inner: Expression; order?: Int32Array } {
  if (expression.op !== 'gather' || expression.args.length !== 1) return { inner: expression };
  const { inner, order } = stripped(expression.args[0]);
  return { inner, order: order === undefined ? expression.index : expression.index.map((place) => order[place]) };
}

function evaluated(expression: Expression, values: Float64Array): Float64Array {
  return evaluateExpression(expression, { shape: [values.length], values }, algebra).values;
}

/**
 * The thresholds of an input's encoder: for each code the smallest double that becomes it or a larger one, found by bisection over all
 * doubles with the exact encoder. Undefined where elements are encoded differently, or not in rising order, or by too many codes.
 */
export function encodingOf({ encoder }: FixedInput, type: IntegerType): Encoding | undefined {
  const { inner, order } = stripped(encoder);
  const size = sizeOf(inner.shape);
  const codes = (numbers: Float64Array): Float64Array => {
    const found = new Float64Array(numbers.length);
    for (let start = 0; start < numbers.length; start += size) {
      const part = new Float64Array(size);
      part.set(numbers.subarray(start, start + size));
      found.set(evaluated(inner, part).subarray(0, Math.min(size, numbers.length - start)), start);
    }
    return found;
  };
  // A bipolar stream has the codes -1 and 1: one threshold.
  const step = type.bipolar ? 2 : 1;
  const levels = (type.high - type.low) / step;
  if (levels > MOST_CODES) return undefined;
  for (const probe of [-FAR, -0.75, 0, 0.3, FAR]) {
    const everywhere = evaluated(inner, new Float64Array(size).fill(probe));
    if (everywhere.some((code) => code !== everywhere[0])) return undefined;
  }
  const [lowest, highest] = codes(Float64Array.of(-FAR, FAR));
  if (!(lowest < highest)) return undefined;
  const low = new BigInt64Array(levels).fill(ordinal(-FAR));
  const high = new BigInt64Array(levels).fill(ordinal(FAR));
  for (let round = 0; round < 64; round++) {
    const middles = low.map((place, i) => (place + high[i]) >> 1n);
    const found = codes(Float64Array.from(middles, fromOrdinal));
    middles.forEach((middle, i) => {
      if (found[i] >= type.low + step * (i + 1)) high[i] = middle;
      else low[i] = middle;
    });
  }
  const thresholds = Float64Array.from(high, (place, i) => (highest >= type.low + step * (i + 1) ? fromOrdinal(place) : Infinity));
  for (let i = 0; i < levels; i++) if (lowest >= type.low + step * (i + 1)) thresholds[i] = -Infinity;
  return { low: type.low, thresholds, ...(order === undefined ? {} : { order }) };
}

/** Scale and offset of each element of an output. Undefined where the output is no multiple of the integers plus a constant. */
export function decodingOf({ decoder }: FixedOutput, type: IntegerType): Decoding | undefined {
  const { inner, order } = stripped(decoder);
  const size = sizeOf(inner.shape);
  const at = (integer: number): Float64Array => evaluated(inner, new Float64Array(size).fill(integer));
  const [offset, one] = [at(0), at(1)];
  const scale = one.map((value, i) => value - offset[i]);
  for (const integer of [type.low, type.high, Math.round((type.low + 2 * type.high) / 3)]) {
    const exact = at(integer);
    const isNear = (value: number, i: number): boolean =>
      Math.abs(scale[i] * integer + offset[i] - value) <= 1e-12 * (Math.abs(value) + Math.abs(offset[i]));
    if (!exact.every(isNear)) return undefined;
  }
  return { scale, offset, ...(order === undefined ? {} : { order }) };
}

const words = new DataView(new ArrayBuffer(8));

/** The place of a double among all doubles in rising order. */
function ordinal(value: number): bigint {
  words.setFloat64(0, value);
  const bits = words.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

function fromOrdinal(place: bigint): number {
  words.setBigInt64(0, place < 0n ? -place : place);
  return place < 0n ? -words.getFloat64(0) : words.getFloat64(0);
}
