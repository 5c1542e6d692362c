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

/** The range of an operand as its reader takes it. */
export function rangeOf(nodes: readonly Node[], signal: Signal, signed: boolean): Range {
  const node = nodes[signal];
  const bits = rangeOfBits(node.width, signed);
  if (node.op === 'constant') {
    const value = signed ? BigInt.asIntN(node.width, node.value) : node.value;
    return [value, value];
  }
  const exact = exactRange(nodes, node);
  return exact !== undefined && within(exact, bits) ? exact : bits;
}

/** The range of sums and products before they are cut to their width. */
export function exactRange(nodes: readonly Node[], node: Node): Range | undefined {
  if (node.op === 'extend') return rangeOf(nodes, node.arg, node.signed);
  if ('stages' in node && node.stages > 0) return undefined;
  if (node.op === 'multiply') return times(rangeOf(nodes, node.left, node.leftSigned), rangeOf(nodes, node.right, node.rightSigned));
  if (node.op === 'sum') {
    let total: Range = [node.constant, node.constant];
    for (const term of node.terms) total = plus(total, termRange(nodes, term));
    return total;
  }
  if (node.op === 'thresholds') return [0n, BigInt(node.levels.length)];
  return undefined;
}

export function termRange(nodes: readonly Node[], { arg, signed, shift, negative }: { arg: Signal; signed: boolean; shift: number; negative: boolean }): Range {
  const [low, high] = rangeOf(nodes, arg, signed).map((bound) => bound << BigInt(shift));
  return negative ? [-high, -low] : [low, high];
}
