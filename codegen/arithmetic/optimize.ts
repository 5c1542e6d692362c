import { buildProduct, rangeOf, type BuiltProduct, type InputFormat } from './build.ts';
import type { Counting } from './atoms.ts';
import { checkGraph, nodeOrder, type InputRange, type Matrix, type SumGraph } from './graph.ts';
import { netOf } from './netlist.ts';
import { arrivalsOf } from './path.ts';
import { relateRows, separateRows } from './relate.ts';
import { inlineNodes, sharePairs, sumCost } from './share.ts';
import { bitsOfSpan, spansOf } from './spans.ts';

export interface ProductRequest {
  /** One row for each result, as long as the vector. */
  readonly matrix: Matrix;
  readonly formats: readonly InputFormat[];
  readonly counting: Counting;
  /** Bits of each row, which is computed modulo 2^width; what its values need unless told. */
  readonly widths?: readonly number[];
  /** 1 unless told: how many of the candidate graphs (those with a short enough path) are built, one, two or all. */
  readonly effort?: 0 | 1 | 2;
  /** The most cells on the longest path, if some candidate can be that short; the shortest is taken if none is. */
  readonly path?: number;
  /** What is left out of the portfolio: rows as others and a difference, sums that rows have in common. */
  readonly leaveOut?: readonly Reuse[];
}

/** Ways in which rows use each other's sums. */
export const REUSES = ['trees', 'pairs'] as const;
export type Reuse = (typeof REUSES)[number];

export interface Product extends BuiltProduct {
  readonly graph: SumGraph;
  /** How the graph was made. */
  readonly method: string;
  readonly lookups: number;
  readonly carryCells: number;
  readonly path: number;
}

/** Look-up tables a bit of a heap: one adds away two bits, but not everywhere. What a shared pair must save at the least. */
export const SHARING = { bitCost: 0.52, least: 0.5 };
const BUILT: Readonly<Record<0 | 1 | 2, number>> = { 0: 1, 1: 2, 2: Infinity };

/** A graph for a matrix. */
export interface Candidate {
  readonly method: string;
  readonly graph: SumGraph;
  /** Look-up tables, about. */
  readonly estimate: number;
}

/** How deep graphs may be: rows that are another one's difference in turn, and sums in common of sums in common. */
export interface Depths {
  readonly trees: readonly number[];
  readonly pairs: readonly number[];
}

const ANY: Depths = { trees: [Infinity], pairs: [Infinity] };
const SHALLOW: Depths = { trees: [2, 3], pairs: [1, 2, 3] };

/**
 * A netlist for a constant matrix times a vector, the smallest of a portfolio: rows by themselves or related by a spanning tree, pairs shared
 * where they pay, all the rest added in bit heaps. The same request always gives the same netlist.
 */
export function optimizeProduct(request: ProductRequest): Product {
  const { matrix, formats, counting, widths, effort = 1, path: limit = Infinity, leaveOut = [] } = request;
  const short = limit < Infinity;
  let best: Product | undefined;
  let built = 0;
  for (const { method, graph } of candidateGraphs(matrix, formats.map(rangeOf), short ? SHALLOW : ANY, leaveOut)) {
    checkGraph(graph, matrix);
    for (const product of builds(graph, formats, { counting, widths, limit })) {
      const { lookups, carryCells } = product.netlist;
      const made: Product = { ...product, graph, method, lookups, carryCells };
      if (best === undefined || isBetter(made, best, limit)) best = made;
      if (product.path <= limit) built++;
    }
    if (built >= BUILT[effort]) break;
  }
  return best!;
}

/**
 * The graph's netlists until one's longest path keeps to the limit: all nodes as small as can be, then those rows with short paths that are too
 * late, then all that these read as well.
 */
function* builds(
  graph: SumGraph, formats: readonly InputFormat[], { counting, widths, limit }: Pick<ProductRequest, 'counting' | 'widths'> & { limit: number },
): Generator<BuiltProduct & { path: number }> {
  const shallow = new Set<number>();
  for (;;) {
    const product = buildProduct(graph, formats, { counting, shallow }, { sums: widths?.map(width => ({ constant: 0, width })) });
    const arrivals = arrivalsOf(product.netlist);
    const path = arrivals.reduce((most, time) => Math.max(most, time), 0);
    yield { ...product, path };
    if (path <= limit) return;
    const late = graph.outputs.flatMap((node, row) =>
      (node !== undefined && product.outputs[row].some(bit => arrivals[netOf(bit)] > limit) ? [node] : []));
    const before = shallow.size;
    for (const node of late) shallow.add(node);
    if (shallow.size === before) for (const node of readBy(graph, late)) shallow.add(node);
    if (shallow.size === before) return;
  }
}

/** Nodes that these nodes read, directly or not. */
function readBy(graph: SumGraph, nodes: readonly number[]): Set<number> {
  const found = new Set<number>();
  const visit = (node: number): void => {
    for (const { source } of graph.nodes[node]) {
      if (source < graph.inputs || found.has(source - graph.inputs)) continue;
      found.add(source - graph.inputs);
      visit(source - graph.inputs);
    }
  };
  nodes.forEach(visit);
  return found;
}

function isBetter(a: Product, b: Product, limit: number): boolean {
  if (a.path > limit || b.path > limit) return a.path < b.path;
  return a.lookups < b.lookups || (a.lookups === b.lookups && a.path < b.path);
}

/** Graphs for the matrix, the one that seems smallest first. */
export function candidateGraphs(matrix: Matrix, ranges: readonly InputRange[], { trees, pairs }: Depths, leaveOut: readonly Reuse[] = []): Candidate[] {
  const ones = new Int32Array(ranges.length).fill(1);
  const depths = leaveOut.includes('trees') ? [] : trees;
  const related: [string, SumGraph][] = [
    ['rows', separateRows(matrix)],
    ...depths.flatMap((depth): [string, SumGraph][] => [
      ['tree', relateRows(matrix, ranges, [], depth)], ['tree over the sum', relateRows(matrix, ranges, [ones], depth)],
    ]),
  ];
  const all = related.flatMap(([method, graph]) => {
    const made: Candidate[] = [candidate(method, graph, ranges)];
    for (const depth of leaveOut.includes('pairs') ? [] : pairs) {
      const shared = inlineNodes(sharePairs(graph, ranges, { ...SHARING, depth }), ranges, SHARING.bitCost);
      made.push(candidate(`${method}, shared pairs`, shared, ranges));
    }
    return made;
  });
  const different = new Map(all.map(each => [JSON.stringify(each.graph.nodes), each]));
  return [...different.values()].sort((a, b) => a.estimate - b.estimate);
}

function candidate(method: string, graph: SumGraph, ranges: readonly InputRange[]): Candidate {
  const order = nodeOrder(graph);
  const spans = spansOf(graph, ranges, order);
  const estimate = order.reduce((sum, node) => {
    const bits = graph.nodes[node].reduce((count, { source }) => count + bitsOfSpan(spans[source]), 0);
    return sum + sumCost(bits, bitsOfSpan(spans[graph.inputs + node]), graph.nodes[node].length, SHARING.bitCost);
  }, 0);
  return { method, graph, estimate };
}
