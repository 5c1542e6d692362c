import { floorDivide } from '../../base/bigint.ts';
import type { IntegerType, RequantizeNode } from '../ir.ts';
import { requantizeAll } from '../requantize.ts';

/** 1.5 * 2^23: a float32 near it has no bits behind the point, so that adding it rounds to nearest. */
export const MAGIC = 12582912;
/** The bits of `MAGIC`: those of `MAGIC + n` are n more. */
export const MAGIC_BITS = 0x4b400000;
/** Floats below and above the quotient that are tried as multipliers. */
const ULPS = 12;
/** Where between the least and the largest offset one is tried. */
const PARTS = [0.5, 0.2, 0.8, 0, 1];
/** Steps of the offsets' grid by which rounding may move a product's edge. */
const TOLERANCE = 1;
/** Floats are densest where the result is `center`: in the middle, or elsewhere in the range. */
const CENTERS = [0, 0.25, -0.25, 0.5, -0.5, 0.375, -0.375, 0.125, -0.125, 0.4375, -0.4375];
/** Results of so many values are proven step by step. */
const MOST_STEPS = 4096;

/** A channel's requantization in float32: clamp(round(float(2^shift * x + start) * multiplier + center)), rounding once each time. */
export interface Rescale {
  readonly start: number;
  readonly multiplier: number;
  readonly center: number;
}

/** Where a result of at least k begins, seen from the side of low results. */
interface Step { readonly k: number; readonly last: number; readonly first: number }

/**
 * The same function as a requantization, of integers x of a type, in float32; none where no multiplier near the quotient is exact.
 * Both are monotone in x, whatever they round: they are equal everywhere once they are equal at the ends and on both sides of each step.
 */
export function findRescale(node: RequantizeNode, channel: number, x: IntegerType, shift: number): Rescale | undefined {
  const { low, high } = node.type;
  if (node.overflow !== undefined || high - low > MOST_STEPS) return undefined;
  const slope = Number(node.multipliers[channel]) / 2 ** node.shift;
  const own = { ...node, channels: 1, multipliers: [node.multipliers[channel]], offsets: [node.offsets[channel]] };
  const steps = stepsOf(node, channel);
  const unit = 2 ** shift;
  const ends = [x.low, x.high];
  const points = steps.flatMap(({ first, last }) => [first, last]).filter((at) => at >= x.low && at <= x.high).concat(ends);
  const expected = requantizeAll(own, Float64Array.from(points), x);
  const inside = steps.filter(({ first, last }) => Math.min(first, last) >= x.low && Math.max(first, last) <= x.high);
  if (slope === 0 || inside.length === 0) {
    // One value throughout.
    return expected.every((value) => value === expected[0]) ? { start: 0, multiplier: 0, center: expected[0] } : undefined;
  }
  const middle = Math.floor((low + high + 1) / 2);
  const multipliers = floatsAround(slope / unit);
  for (const [multiplier, center] of CENTERS.flatMap((part) => multipliers.map((each) => [each, middle + Math.round(part * (high - low))]))) {
    const [least, most] = offsets(inside, multiplier * unit, center);
    // Where no offset fits the exact products, rounding seldom mends it.
    if (least > most + TOLERANCE / unit) continue;
    for (const part of PARTS) {
      const start = Math.round((least + (most - least) * part) * unit);
      const found = { start, multiplier, center };
      const inRange = ends.every((at) => Math.abs(unit * at + start) < 2 ** 31 && Math.abs((unit * at + start) * multiplier) < 2 ** 21);
      if (inRange && points.every((at, i) => rescaled(found, unit * at, node.type) === expected[i])) return found;
    }
  }
  return undefined;
}

/** What the float instructions compute. Doubles hold their sums and products exactly, or far enough from a tie. */
export function rescaled({ start, multiplier, center }: Rescale, scaled: number, { low, high }: IntegerType): number {
  const product = Math.fround(Math.fround(scaled + start) * multiplier);
  return Math.min(Math.max(Math.fround(product + (MAGIC + center)) - MAGIC, low), high);
}

/** For each result but the lowest, the two neighbouring x between which it begins. */
function stepsOf(node: RequantizeNode, channel: number): Step[] {
  const { type: { low, high }, shift } = node;
  const [multiplier, offset] = [node.multipliers[channel], node.offsets[channel]];
  if (multiplier === 0n) return [];
  const even = node.rounding === 'half-even' && shift > 0;
  const [sign, factor] = multiplier > 0n ? [1, multiplier] : [-1, -multiplier];
  // Doubles are much faster, and exact where all of these numbers have less than 53 bits.
  const [unit, addend, divisor] = [2 ** shift, Number(offset), Number(factor)];
  const small = Math.abs(addend) + unit * (Math.max(Math.abs(low), Math.abs(high)) + 1) + divisor < 2 ** 52;
  const beginning = (k: number): number => {
    // x * multiplier >= edge; a tie goes to the even number.
    if (small) return ceilQuotient(k * unit - addend - (even ? unit / 2 - Math.abs(k % 2) : 0), divisor);
    const edge = (BigInt(k) << BigInt(shift)) - offset - (even ? (1n << BigInt(shift - 1)) - (k % 2 === 0 ? 0n : 1n) : 0n);
    return Number(-floorDivide(-edge, factor));
  };
  return Array.from({ length: high - low }, (_, i) => {
    const first = sign * beginning(low + 1 + i);
    return { k: low + 1 + i, first, last: first - sign };
  });
}

/** ceil(a / b) for b > 0, of doubles whose sum has less than 53 bits: the quotient, rounded, is wrong by one at most. */
function ceilQuotient(a: number, b: number): number {
  const near = Math.ceil(a / b);
  return (near - 1) * b >= a ? near - 1 : near * b < a ? near + 1 : near;
}

/** The smallest and largest c with which (x + c) * slope + center reaches k - 1/2 first where the step says. */
function offsets(steps: readonly Step[], slope: number, center: number): [number, number] {
  let [least, most] = [-Infinity, Infinity];
  for (const { k, first, last } of steps) {
    const edge = (k - 0.5 - center) / slope;
    least = Math.max(least, Math.min(edge - first, edge - last));
    most = Math.min(most, Math.max(edge - first, edge - last));
  }
  return [least, most];
}

/** The floats nearest to a number, the nearest first. */
function floatsAround(value: number): number[] {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  float[0] = value;
  const [middle] = bits;
  return Array.from({ length: 2 * ULPS + 1 }, (_, i) => {
    bits[0] = middle + (i % 2 === 0 ? i / 2 : -(i + 1) / 2);
    return float[0];
  });
}
