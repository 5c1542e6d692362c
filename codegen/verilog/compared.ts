import { rangeOf } from '../arithmetic/build.ts';
import { rangeOfSum } from '../arithmetic/graph.ts';
import { hasProductPlan } from '../arithmetic/product-plan.ts';
import type { LinearNode, Module, Signal, ThresholdsNode } from '../rtl/ir.ts';
import { operandsOf } from './operands.ts';

/** A product of whose rows nothing is read but whether each reaches a level of its own. */
export interface Compared {
  readonly linear: Signal;
  /** By row: its slice, and the comparison that reads it. */
  readonly rows: readonly { readonly slice: Signal; readonly comparison: Signal }[];
  readonly levels: readonly number[];
}

/** The products of a module that are only compared. */
export function comparedProducts({ nodes, ports, instances }: Module): Compared[] {
  if (!nodes.some(({ op }) => op === 'linear')) return [];
  const readers = nodes.map((): Signal[] => []);
  nodes.forEach((node, signal) => {
    const { now, edge } = operandsOf(node);
    for (const read of [...now, ...edge]) readers[read].push(signal);
  });
  const outside = new Set([
    ...ports.filter(({ direction }) => direction === 'output').map(({ signal }) => signal), ...instances.flatMap(({ inputs }) => Object.values(inputs)),
  ]);
  const only = (signal: Signal): Signal | undefined => (outside.has(signal) || readers[signal].length !== 1 ? undefined : readers[signal][0]);
  return nodes.flatMap((node, linear): Compared[] => {
    if (node.op !== 'linear' || !hasProductPlan(node) || outside.has(linear) || readers[linear].length !== node.rows) return [];
    const rows = readers[linear].flatMap(slice => {
      const part = nodes[slice];
      const comparison = only(slice);
      const compares = comparison === undefined ? undefined : nodes[comparison];
      if (part.op !== 'slice' || part.width !== node.resultWidth || compares?.op !== 'thresholds') return [];
      if (compares.stages > 0 || compares.levels.length !== 1 || !fits(node, part.low / node.resultWidth, compares)) return [];
      return [{ row: part.low / node.resultWidth, slice, comparison: comparison!, level: Number(compares.levels[0]) }];
    }).sort((a, b) => a.row - b.row);
    return rows.length === node.rows && rows.every(({ row }, index) => row === index) ? [{ linear, rows, levels: rows.map(({ level }) => level) }] : [];
  });
}

/** Whether the row's sum, as the comparison reads it, is not cut. */
function fits({ matrix, columns, elementWidth, signed, resultWidth }: LinearNode, row: number, compares: ThresholdsNode): boolean {
  if (!Number.isInteger(row)) return false;
  const element = rangeOf({ width: elementWidth, signed });
  const sum = rangeOfSum(matrix.subarray(row * columns, (row + 1) * columns), new Array(columns).fill(element));
  const holds = rangeOf({ width: resultWidth, signed: compares.signed });
  return holds.low <= sum.low && sum.high <= holds.high;
}
