import type { InputRange, SumGraph, Term } from './graph.ts';

/** Bits that hold the integers from 0 to `span`. */
export function bitsOfSpan(span: number): number {
  let bits = 0;
  for (let reach = 1; reach - 1 < span; reach *= 2) bits++;
  return bits;
}

/** The span, highest less lowest value, of a sum of terms over sources of these spans. */
export function spanOf(terms: readonly Term[], spans: readonly number[]): number {
  return terms.reduce((sum, { source, shift }) => sum + spans[source] * 2 ** shift, 0);
}

/** Spans of all sources; `order` lists the nodes, each after those that it reads. */
export function spansOf(graph: SumGraph, ranges: readonly InputRange[], order: readonly number[]): number[] {
  const spans = ranges.map(({ low, high }) => high - low);
  for (const node of order) spans[graph.inputs + node] = spanOf(graph.nodes[node], spans);
  return spans;
}
