import { rangeOf } from '../arithmetic/build.ts';
import { rangeOfSum } from '../arithmetic/graph.ts';
import { hasProductPlan, type Linear } from '../arithmetic/product-plan.ts';
import type { LinearNode, Module, Node, Signal } from '../rtl/ir.ts';
import { operandsOf } from './operands.ts';

/** A product of whose rows nothing is read but what one operation makes of each: whether it reaches a level, or its sum with a constant. */
export interface WithOperation {
  readonly linear: Signal;
  /** By row: its slice, and the operation that reads it. */
  readonly rows: readonly { readonly slice: Signal; readonly operation: Signal }[];
  readonly wanted: Pick<Linear, 'levels' | 'sums'>;
}

/** The products of a module that can take the operations behind them along. */
export function productsWithOperation({ nodes, ports, instances }: Module): WithOperation[] {
  if (!nodes.some(({ op }) => op === 'linear')) return [];
  const readers = nodes.map((): Signal[] => []);
  nodes.forEach((node, signal) => {
    const { now, edge } = operandsOf(node);
    for (const read of [...now, ...edge]) readers[read].push(signal);
  });
  const outside = new Set([
    ...ports.filter(({ direction }) => direction === 'output').map(({ signal }) => signal),
    ...instances.flatMap(({ inputs }) => Object.values(inputs)),
  ]);
  return nodes.flatMap((node, linear): WithOperation[] => {
    if (node.op !== 'linear' || !hasProductPlan(node) || outside.has(linear) || readers[linear].length !== node.rows) return [];
    const rows = readers[linear].flatMap(slice => {
      const part = nodes[slice];
      const row = part.op === 'slice' && part.width === node.resultWidth ? part.low / node.resultWidth : NaN;
      if (!Number.isInteger(row) || outside.has(slice) || readers[slice].length !== 1) return [];
      const [operation] = readers[slice];
      const wanted = wantedBy(nodes[operation], node, row);
      return wanted === undefined ? [] : [{ row, slice, operation, wanted }];
    }).sort((a, b) => a.row - b.row);
    if (rows.length !== node.rows || rows.some(({ row }, index) => row !== index)) return [];
    const levels = rows.flatMap(({ wanted }) => (typeof wanted === 'number' ? [wanted] : []));
    const sums = rows.flatMap(({ wanted }) => (typeof wanted === 'number' ? [] : [wanted]));
    if (levels.length > 0 && sums.length > 0) return [];
    return [{ linear, rows, wanted: levels.length > 0 ? { levels } : { sums } }];
  });
}

/** What the operation makes of a row: a level that it compares with, or a sum; nothing where the row is cut or the operation is another one. */
function wantedBy(node: Node, linear: LinearNode, row: number): number | NonNullable<Linear['sums']>[number] | undefined {
  const { matrix, columns, elementWidth, signed, resultWidth } = linear;
  const { low, high } = rangeOfSum(
    matrix.subarray(row * columns, (row + 1) * columns), new Array(columns).fill(rangeOf({ width: elementWidth, signed })));
  const fits = (constant: number, width: number, bySign: boolean): boolean => {
    const holds = rangeOf({ width, signed: bySign });
    return holds.low <= low + constant && high + constant <= holds.high;
  };
  if (node.op === 'thresholds') {
    return node.stages === 0 && node.levels.length === 1 && fits(0, resultWidth, node.signed) ? Number(node.levels[0]) : undefined;
  }
  if (node.op !== 'sum' || node.stages > 0 || node.terms.length !== 1 || !hasProductPlan({ resultWidth: node.width })) return undefined;
  const [term] = node.terms;
  const constant = Number(BigInt.asIntN(node.width, node.constant));
  if (term.shift !== 0 || term.negative || !fits(0, resultWidth, term.signed) || !fits(constant, node.width, true)) return undefined;
  return { constant, width: node.width };
}
