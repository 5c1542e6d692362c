import type { InputRange, SumGraph, Term } from './graph.ts';
import { inlineNodes, sharePairs, type ShareOptions } from './share.ts';

/** Parts of the shared sums that a round writes out, and how far savings of pairs are changed in it. */
const WRITTEN_OUT = [0.1, 0.3, 0.6];
const CHANGES = [0, 0.1, 0.3];

/**
 * A graph that costs no more, by rounds of ruin and recreate: some of the shared sums are written out where they are used, and pairs are
 * shared again in a slightly different order. Each round starts from the best so far; the same request always gives the same graph.
 * `cost` may be infinite where a graph will not do.
 */
export function improveGraph(
  graph: SumGraph, ranges: readonly InputRange[], options: ShareOptions, cost: (graph: SumGraph) => number, rounds: number,
): SumGraph {
  const random = generator(1);
  let best = graph;
  let least = cost(graph);
  for (let round = 0; round < rounds; round++) {
    const change = CHANGES[round % CHANGES.length];
    const ruined = writeOut(best, WRITTEN_OUT[Math.floor(round / CHANGES.length) % WRITTEN_OUT.length], random);
    const favour = (pair: number): number => 1 + change * (2 * hash(pair, round) - 1);
    const made = inlineNodes(sharePairs(ruined, ranges, { ...options, favour }), ranges, options.bitCost);
    const found = cost(made);
    // Equals are taken too: they lead elsewhere.
    if (found <= least) [best, least] = [made, found];
  }
  return best;
}

/** The graph with some of its inner nodes written out where they are read. */
function writeOut({ inputs, nodes, outputs }: SumGraph, part: number, random: () => number): SumGraph {
  const kept = new Set(outputs);
  const gone = nodes.map((_, node) => !kept.has(node) && random() < part);
  const expanded = (term: Term): Term[] => {
    const node = term.source - inputs;
    if (node < 0 || !gone[node]) return [term];
    return nodes[node].flatMap(({ source, shift, negative }) => expanded({ source, shift: shift + term.shift, negative: negative !== term.negative }));
  };
  return { inputs, nodes: nodes.map(terms => terms.flatMap(expanded)), outputs };
}

/** Numbers from 0 to 1, the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A number from 0 to 1 for each pair and round. */
function hash(pair: number, round: number): number {
  let mixed = Math.imul(pair ^ Math.imul(round + 1, 0x9e3779b9), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
