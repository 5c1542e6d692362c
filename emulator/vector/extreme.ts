import type { OperatorVec, Vec } from './vec.ts';

/** The smaller or the greater of two vectors of signed numbers. */
export interface Extreme {
  readonly operands: readonly [Vec, Vec];
  readonly greater: boolean;
}

/** A choice between two numbers by their own comparison. */
export function extremeOf({ nodes: [node], operands: [select, low, high] }: OperatorVec): Extreme | undefined {
  if (node.op !== 'mux' || select.kind !== 'operator') return undefined;
  const [compare] = select.nodes;
  if (compare.op !== 'compare' || !compare.signed || (compare.kind !== 'lt' && compare.kind !== 'le')) return undefined;
  const [left, right] = select.operands;
  // Where left is the smaller one, `high` is chosen.
  if (low === left && high === right) return { operands: [left, right], greater: true };
  return low === right && high === left ? { operands: [left, right], greater: false } : undefined;
}
