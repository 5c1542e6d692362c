import { bitsOf, type FixedGraph } from '../fixed/ir.ts';
import { sizeOf } from '../graph/tensor.ts';

/** What a graph takes before there is hardware; of what works on images, for one position. */
const MEASURES = {
  /** Results of products. */
  rows: ({ nodes }: FixedGraph) => sum(nodes, (node) => (node.op === 'dot' ? node.groups * node.rows : 0)),
  /** Elements that products read. */
  columns: ({ nodes }: FixedGraph) => sum(nodes, (node) => (node.op === 'dot' ? node.groups * node.columns : 0)),
  /** Those that are not zero. */
  weights: ({ nodes }: FixedGraph) => sum(nodes, (node) => (
    node.op === 'dot' ? node.weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0) : 0)),
  thresholds: ({ nodes }: FixedGraph) => sum(nodes, (node) => (node.op === 'threshold' ? node.levels.length : 0)),
  'table entries': ({ nodes }: FixedGraph) => sum(nodes, (node) => (node.op === 'table' ? node.contents.length : 0)),
  /** Of a frame of every value that is computed. */
  bits: ({ nodes }: FixedGraph) => sum(nodes, (node) => (['input', 'window', 'gather'].includes(node.op) ? 0 : sizeOf(node.shape) * bitsOf(node.type))),
};

export type Measure = keyof typeof MEASURES;
export type Amounts = Readonly<Record<Measure, number>>;

function sum<T>(list: readonly T[], of: (each: T) => number): number {
  return list.reduce((total, each) => total + of(each), 0);
}

export function amountsOf(graph: FixedGraph): Amounts {
  return Object.fromEntries(Object.entries(MEASURES).map(([name, measure]) => [name, measure(graph)])) as Record<Measure, number>;
}

/** `3 rows, 64 columns, 1,200 weights`: what became less; nothing where nothing did. */
export function describeSavings(before: Amounts, after: Amounts): string {
  return (Object.keys(MEASURES) as Measure[]).filter((name) => after[name] < before[name])
    .map((name) => `${(before[name] - after[name]).toLocaleString('en-US')} ${name}`).join(', ');
}
