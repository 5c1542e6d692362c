import { integerRange, parseFormat, type NumberFormat } from '../number/formats/index.ts';
import { bitsOf, integerType, type IntegerType, type RequantizeNode, type RewritableFactors } from './ir.ts';

/** Formats of more codes than this are told by the ends of their range, if they are evenly spaced. */
const MOST_LISTED = 2 ** 12;
const WIDEST = 16;

/** Whether each code of the format stands for one weight of 32 bits, and its weights are few enough to look at each. */
export function isRewritable(text: string): boolean {
  const format = parseFormat(text);
  if (format.encoding === 'vector-codebook') return false;
  const { low, high } = integerRange(format);
  return Math.max(-low, high) < 2 ** 31 && (format.encoding === 'integer' || format.bits <= WIDEST);
}

const known = new Map<string, Int32Array>();

/** All integers that weights of the format can be, ascending; the ends alone of very many evenly spaced ones. */
export function weightIntegers(format: string): Int32Array {
  const integers = known.get(format) ?? integersOf(parseFormat(format));
  known.set(format, integers);
  return integers;
}

function integersOf(format: NumberFormat): Int32Array {
  if (format.encoding === 'integer' && 2 ** format.bits > MOST_LISTED) {
    const { low, high } = integerRange(format);
    return Int32Array.of(low, high);
  }
  const found = new Set<number>();
  for (let code = 0; code < 2 ** format.bits; code++) {
    const value = format.integer(code);
    if (value !== undefined) found.add(Number(value));
  }
  return Int32Array.from(found).sort();
}

/** The range of sums of `columns` products of elements and whatever weights the format has. */
export function rewritableDotRange(format: string, columns: number, input: IntegerType): IntegerType {
  const integers = weightIntegers(format);
  const ends = [integers[0], integers[integers.length - 1]];
  const corners = ends.flatMap((weight) => [weight * input.low, weight * input.high]);
  return integerType(columns * Math.min(...corners), columns * Math.max(...corners));
}

type Factors = Pick<RequantizeNode, 'multipliers' | 'offsets' | 'shift' | 'rounding'>;

/** Bits by which the shift is larger than today's parameters need, so that those of other networks fit. */
const FINER = 6;
/** Bits by which multipliers may be larger than today's. */
const LARGER = 2;

/** The same function in memories with room for the parameters of other networks. */
export function rewritableRequantization(found: Factors, input: IntegerType, output: IntegerType): Factors & Pick<RequantizeNode, 'rewritable'> {
  const multiplierBits = FINER + LARGER + Math.max(...found.multipliers.map(signedBits));
  const shift = found.shift + FINER;
  // An offset beyond the largest product and the largest code only decides which end the result is at.
  const product = multiplierBits + bitsOf(integerType(Math.min(input.low, -1), input.high));
  const code = shift + bitsOf(integerType(Math.min(output.low, -1), output.high)) + 1;
  const rewritable = { multiplierBits, offsetBits: Math.max(product, code) + 1 };
  return { ...withShift(found, shift, rewritable)!, rewritable };
}

/** The same function with another shift, in so many bits; undefined where there is none. */
export function withShift(found: Factors, shift: number, { multiplierBits, offsetBits }: RewritableFactors): Factors | undefined {
  const by = BigInt(shift - found.shift);
  const moved = (value: bigint): bigint | undefined => {
    if (by >= 0n) return value << by;
    return value % (1n << -by) === 0n ? value >> -by : undefined;
  };
  const limit = 1n << BigInt(offsetBits - 1);
  const multipliers = found.multipliers.map(moved);
  const offsets = found.offsets.map((offset) => {
    const value = moved(offset);
    return value === undefined ? undefined : value < -limit ? -limit : value >= limit ? limit - 1n : value;
  });
  if (multipliers.some((value) => value === undefined || signedBits(value) > multiplierBits) || offsets.includes(undefined)) return undefined;
  return { multipliers: multipliers as bigint[], offsets: offsets as bigint[], shift, rounding: found.rounding };
}

/** Bits of two's complement. */
function signedBits(value: bigint): number {
  return 1 + (value < 0n ? -value - 1n : value).toString(2).length;
}
