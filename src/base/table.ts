/**
 * A complete table over a closed union of operators: one row for each `op`.
 * tsc lists every table that misses a row when an operator is added, so tables have no default branch.
 */
export type OpTable<Node extends { op: string }, Result, Extra extends unknown[] = []> = {
  readonly [K in Node['op']]: (node: Extract<Node, { op: K }>, ...extra: Extra) => Result;
};

/** Looks the row of `node` up and applies it. */
export function dispatch<Node extends { op: string }, Result, Extra extends unknown[] = []>(
  table: OpTable<Node, Result, Extra>,
  node: Node,
  ...extra: Extra
): Result {
  const row = table[node.op as Node['op']] as (node: Node, ...extra: Extra) => Result;
  return row(node, ...extra);
}
