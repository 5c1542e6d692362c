import { wrapped } from '../number/rounding.ts';
import type { Integers } from './evaluator.ts';
import type { IntegerType, RequantizeNode } from './ir.ts';

/** All elements of a requantization of integers of a type. */
export function requantizeAll(node: RequantizeNode, x: Integers, { low, high }: IntegerType): Integers {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const result = new Float64Array(x.length);
  const inDoubles = node.multipliers.map((multiplier, channel) =>
    Math.abs(Number(multiplier)) * largest + Math.abs(Number(node.offsets[channel])) < 2 ** 52);
  if (node.overflow === 'wrap' || !inDoubles.every(Boolean)) {
    for (let i = 0; i < x.length; i++) result[i] = requantize(node, x[i], i % node.channels, largest);
    return result;
  }
  const multipliers = Float64Array.from(node.multipliers, Number);
  const offsets = Float64Array.from(node.offsets, Number);
  const unit = 2 ** node.shift;
  const halfEven = node.rounding === 'half-even';
  for (let i = 0, channel = 0; i < x.length; i++) {
    const scaled = x[i] * multipliers[channel] + offsets[channel];
    let rounded = Math.floor(scaled / unit);
    if (halfEven) {
      const rest = 2 * (scaled - rounded * unit);
      if (rest > unit || (rest === unit && rounded % 2 !== 0)) rounded++;
    }
    result[i] = Math.min(Math.max(rounded, node.type.low), node.type.high);
    if (++channel === node.channels) channel = 0;
  }
  return result;
}

/** One element of a requantization; in doubles where the intermediate product stays below 2^53, in big integers otherwise. */
export function requantize(node: RequantizeNode, x: number, channel: number, largest: number): number {
  const multiplier = node.multipliers[channel];
  const offset = node.offsets[channel];
  const { low, high } = node.type;
  const bound = Math.abs(Number(multiplier)) * largest + Math.abs(Number(offset));
  if (bound < 2 ** 52) {
    const scaled = x * Number(multiplier) + Number(offset);
    const unit = 2 ** node.shift;
    let rounded = Math.floor(scaled / unit);
    if (node.rounding === 'half-even') {
      const rest = scaled - rounded * unit;
      if (2 * rest > unit || (2 * rest === unit && rounded % 2 !== 0)) rounded++;
    }
    if (node.overflow === 'wrap') return wrapped(rounded, low, high);
    return Math.min(Math.max(rounded, low), high);
  }
  const scaled = BigInt(x) * multiplier + offset;
  let rounded = scaled >> BigInt(node.shift);
  if (node.rounding === 'half-even') {
    const rest = 2n * (scaled - (rounded << BigInt(node.shift)));
    const unit = 1n << BigInt(node.shift);
    if (rest > unit || (rest === unit && (rounded & 1n) === 1n)) rounded++;
  }
  if (node.overflow === 'wrap') {
    const span = BigInt(high) - BigInt(low) + 1n;
    return Number((((rounded - BigInt(low)) % span) + span) % span) + low;
  }
  if (rounded < BigInt(low)) return low;
  return rounded > BigInt(high) ? high : Number(rounded);
}
