import { integerType, type IntegerType } from '../../fixed/ir.ts';
import type { Bounds } from '../../graph/algebra.ts';
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

/** A table or a requantization whose results are wrapped into the bounds; undefined for thresholds, which cannot wrap. */
export function wrapping(quantizer: Quantizer, { low, high }: Bounds): Quantizer | undefined {
  const { node, code } = quantizer;
  const type = integerType(low, high);
  if (node.op === 'requantize') return { node: { ...node, overflow: 'wrap' }, type, code };
  if (node.op === 'threshold') return undefined;
  const span = high - low + 1;
  return { node: { ...node, contents: node.contents.map((n) => n - span * Math.floor((n - low) / span)) }, type, code };
}
