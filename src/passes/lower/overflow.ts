import { Rational } from '../../base/rational.ts';
import { integerType, type IntegerType } from '../../fixed/ir.ts';
import { wrapped } from '../../number/rounding.ts';
import type { Bounds } from '../../graph/algebra.ts';
import { roundRational } from '../../number/rounding.ts';
import type { ScalarChain } from './chain.ts';
import type { Quantizer } from './quantizer.ts';

/** Ranges up to this size are compared number by number. */
const LARGEST_ENUMERATION = 2 ** 16;

/** Whether the chains change no integer of the type: quantizing what is already quantized so. */
export function isIdentity(chains: readonly ScalarChain[], type: IntegerType): boolean {
  if (type.high - type.low >= LARGEST_ENUMERATION) return false;
  const step = type.bipolar ? 2 : 1;
  return chains.every((chain) => {
    for (let n = type.low; n <= type.high; n += step) if (chain.integerAt(n) !== n) return false;
    return true;
  });
}

export function within(type: IntegerType, bounds: Bounds): boolean {
  return type.low >= bounds.low && type.high <= bounds.high;
}

/** Whether results of the quantizer lie beyond the bounds. */
export function exceeds({ type, code }: Quantizer, { low, high }: Bounds): boolean {
  const ends = [code.scale * type.low + code.offset, code.scale * type.high + code.offset];
  return Math.min(...ends) < low || Math.max(...ends) > high;
}

/**
 * A table or a requantization whose results are wrapped into the bounds; undefined where there is none: thresholds cannot wrap, and a
 * requantization whose own limits are part of the function (a ReLU) must not go beyond them.
 * @param range of the integers that are quantized
 */
export function wrapping(quantizer: Quantizer, { low, high }: Bounds, range: IntegerType): Quantizer | undefined {
  const { node, code } = quantizer;
  const type = integerType(low, high);
  if (node.op === 'requantize') return saturates(quantizer, range) ? undefined : { node: { ...node, overflow: 'wrap' }, type, code };
  if (node.op === 'threshold') return undefined;
  return { node: { ...node, contents: node.contents.map((n) => wrapped(n, low, high)) }, type, code };
}

/** Whether a requantization without limits gives integers beyond its type. */
function saturates({ node, type }: Quantizer, range: IntegerType): boolean {
  if (node.op !== 'requantize') return false;
  const { multipliers, offsets, shift, rounding } = node;
  return multipliers.some((multiplier, channel) => [range.low, range.high].some((end) => {
    const scaled = Rational.dyadic(BigInt(end) * multiplier + offsets[channel], -shift);
    const result = Number(roundRational(scaled, rounding));
    return result < type.low || result > type.high;
  }));
}
