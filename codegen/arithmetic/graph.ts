import { signedDigits } from './digits.ts';

/**
 * Constant matrix-vector products as a graph of sums. Sources 0 to inputs - 1 are the elements of the vector, source inputs + k is
 * node k; each node is a sum of shifted sources, added or subtracted.
 */
export interface Term {
  readonly source: number;
  readonly shift: number;
  readonly negative: boolean;
}

export interface SumGraph {
  readonly inputs: number;
  readonly nodes: readonly (readonly Term[])[];
  /** The node of each row of the matrix; `undefined` for a row of zeros. */
  readonly outputs: readonly (number | undefined)[];
}

/** Values of an element: the integers from `low` to `high`. */
export interface InputRange {
  readonly low: number;
  readonly high: number;
}

/** Rows of integers, each as long as the vector. */
export type Matrix = readonly Int32Array[];

/** The terms of a row of integers over sources. */
export function rowTerms(weights: Iterable<number>): Term[] {
  const terms: Term[] = [];
  let source = 0;
  for (const weight of weights) {
    for (const { shift, negative } of signedDigits(weight)) terms.push({ source, shift, negative });
    source++;
  }
  return terms;
}

/** Nodes in an order in which each comes after those that it reads. */
export function nodeOrder(graph: SumGraph): number[] {
  const order: number[] = [];
  const visited = new Uint8Array(graph.nodes.length);
  const visit = (node: number): void => {
    if (visited[node] !== 0) return;
    visited[node] = 1;
    for (const { source } of graph.nodes[node]) if (source >= graph.inputs) visit(source - graph.inputs);
    order.push(node);
  };
  graph.outputs.forEach(node => { if (node !== undefined) visit(node); });
  return order;
}

/** What each node computes, as integer weights of the elements; nothing for nodes that no output needs. */
export function nodeWeights(graph: SumGraph): (Float64Array | undefined)[] {
  const rows: (Float64Array | undefined)[] = graph.nodes.map(() => undefined);
  for (const node of nodeOrder(graph)) {
    const row = new Float64Array(graph.inputs);
    for (const { source, shift, negative } of graph.nodes[node]) {
      const factor = (negative ? -1 : 1) * 2 ** shift;
      if (source < graph.inputs) {
        row[source] += factor;
      } else {
        const other = rows[source - graph.inputs];
        if (other === undefined) throw new Error('a sum reads itself');
        other.forEach((weight, index) => { row[index] += factor * weight; });
      }
    }
    rows[node] = row;
  }
  return rows;
}

/** Throws an `Error` unless the graph computes exactly the matrix: each node's weights are added up as integers. */
export function checkGraph(graph: SumGraph, matrix: Matrix): void {
  const rows = nodeWeights(graph);
  matrix.forEach((weights, index) => {
    const node = graph.outputs[index];
    const row = node === undefined ? undefined : rows[node]!;
    weights.forEach((weight, column) => {
      if ((row === undefined ? 0 : row[column]) !== weight) throw new Error(`row ${index}, column ${column} of the matrix is not what the graph computes`);
    });
  });
}

/** The values that a weighted sum of elements takes. */
export function rangeOfSum(weights: Iterable<number>, ranges: readonly InputRange[]): InputRange {
  let [low, high, index] = [0, 0, 0];
  for (const weight of weights) {
    const range = ranges[index++];
    low += weight * (weight > 0 ? range.low : range.high);
    high += weight * (weight > 0 ? range.high : range.low);
  }
  return { low, high };
}
