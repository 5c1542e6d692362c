import type { Node, Signal } from '../../codegen/rtl/ir.ts';

/** Least and greatest value. */
export type Range = readonly [bigint, bigint];

/** How the bits above a value's width are: zero, all equal to its highest bit, or anything. */
export type Form = 'zero' | 'sign' | 'any';

/** Values of `width` bits read by sign or as they are. */
export function rangeOfBits(width: number, signed: boolean): Range {
  return signed ? [-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n] : [0n, (1n << BigInt(width)) - 1n];
}

export function within([low, high]: Range, [least, most]: Range): boolean {
  return low >= least && high <= most;
}

export function plus([a, b]: Range, [c, d]: Range): Range {
  return [a + c, b + d];
}

function times([a, b]: Range, [c, d]: Range): Range {
  const all = [a * c, a * d, b * c, b * d];
  return [all.reduce((x, y) => (x < y ? x : y)), all.reduce((x, y) => (x > y ? x : y))];
}

/** What the range of a value follows from. */
export interface Values {
  readonly nodes: readonly Node[];
  /** Ranges of signals that are more than their width tells, as they are read by sign. */
  readonly signedRanges: ReadonlyMap<Signal, Range>;
}

/** The range of an operand as its reader takes it. */
export function rangeOf(values: Values, signal: Signal, signed: boolean): Range {
  const node = values.nodes[signal];
  const bits = rangeOfBits(node.width, signed);
  if (node.op === 'constant') {
    const value = signed ? BigInt.asIntN(node.width, node.value) : node.value;
    return [value, value];
  }
  const found = values.signedRanges.get(signal);
  if (found !== undefined && signed) return found;
  const exact = exactRange(values, node);
  return exact !== undefined && within(exact, bits) ? exact : bits;
}

/** The range of sums and products before they are cut to their width. */
export function exactRange(values: Values, node: Node): Range | undefined {
  if (node.op === 'extend') return rangeOf(values, node.arg, node.signed);
  if ('stages' in node && node.stages > 0) return undefined;
  if (node.op === 'multiply') return times(rangeOf(values, node.left, node.leftSigned), rangeOf(values, node.right, node.rightSigned));
  if (node.op === 'sum') {
    let total: Range = [node.constant, node.constant];
    for (const term of node.terms) total = plus(total, termRange(values, term));
    return total;
  }
  if (node.op === 'thresholds') return [0n, BigInt(node.levels.length)];
  return undefined;
}

export function termRange(values: Values, { arg, signed, shift, negative }: { arg: Signal; signed: boolean; shift: number; negative: boolean }): Range {
  const [low, high] = rangeOf(values, arg, signed).map((bound) => bound << BigInt(shift));
  return negative ? [-high, -low] : [low, high];
}
