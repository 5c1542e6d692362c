import { greatestCommonDivisor } from '../base/divisors.ts';
import { sizeOf } from '../graph/tensor.ts';
import { bitsOf, type FixedGraph, type GatherNode } from './ir.ts';

/** Bits of arguments and result of a gather that is made of registers and wires; beyond, elements go through a memory. */
const LOCAL_BITS = 1024;

/** The same gather again and again, for short pieces of its arguments. */
export interface LocalGather {
  /** Elements of a piece of each argument. */
  readonly lengths: readonly number[];
  /** Positions in the pieces put one behind the other. */
  readonly index: Int32Array;
}

/** Gathers seen before: passes and the search for a folding ask for the same ones again and again. Shapes of arguments never change. */
const known = new WeakMap<GatherNode, LocalGather>();

/** The shortest pieces of arguments and result that repeat the same gather. */
export function localGather(node: GatherNode, graph: FixedGraph): LocalGather {
  const found = known.get(node) ?? shortestPieces(node, graph);
  known.set(node, found);
  return found;
}

function shortestPieces(node: GatherNode, graph: FixedGraph): LocalGather {
  const sizes = node.args.map((arg) => sizeOf(graph.nodes[arg].shape));
  const common = [...sizes, node.index.length].reduce(greatestCommonDivisor);
  for (let pieces = common; pieces > 1; pieces--) {
    if (common % pieces !== 0) continue;
    const found = repeated(node.index, sizes, pieces);
    if (found !== undefined) return found;
  }
  return { lengths: sizes, index: node.index };
}

function repeated(index: Int32Array, sizes: readonly number[], pieces: number): LocalGather | undefined {
  const lengths = sizes.map((size) => size / pieces);
  const starts = sizes.map((_, arg) => sizes.slice(0, arg).reduce((sum, size) => sum + size, 0));
  const places = lengths.map((_, arg) => lengths.slice(0, arg).reduce((sum, length) => sum + length, 0));
  const length = index.length / pieces;
  const local = new Int32Array(length);
  for (let i = 0; i < index.length; i++) {
    let arg = sizes.length - 1;
    while (index[i] < starts[arg]) arg--;
    const position = index[i] - starts[arg];
    const piece = Math.floor(i / length);
    if (Math.floor(position / lengths[arg]) !== piece) return undefined;
    const place = places[arg] + position - piece * lengths[arg];
    if (piece === 0) local[i] = place;
    else if (local[i - piece * length] !== place) return undefined;
  }
  return { lengths, index: local };
}

/** Whether a gather is a matter of a few registers. */
export function isLocal(node: GatherNode, graph: FixedGraph): boolean {
  const { lengths, index } = localGather(node, graph);
  const inputs = lengths.reduce((sum, length, arg) => sum + length * bitsOf(graph.nodes[node.args[arg]].type), 0);
  return inputs + index.length * bitsOf(node.type) <= LOCAL_BITS;
}

/** Elements in a row that come from one argument. */
export interface Run { readonly arg: number; readonly length: number }

/** The runs after which the gather repeats itself, if it takes every element of every argument once and in order. */
export function sequenceOf(node: GatherNode, graph: FixedGraph): Run[] | undefined {
  const { lengths, index } = localGather(node, graph);
  const starts = lengths.map((_, arg) => lengths.slice(0, arg).reduce((sum, length) => sum + length, 0));
  const next = starts.slice();
  const runs: { arg: number; length: number }[] = [];
  for (const position of index) {
    const arg = next.findIndex((place, each) => place === position && place < starts[each] + lengths[each]);
    if (arg < 0) return undefined;
    next[arg]++;
    const last = runs[runs.length - 1];
    if (last?.arg === arg) last.length++;
    else runs.push({ arg, length: 1 });
  }
  return next.every((place, arg) => place === starts[arg] + lengths[arg]) ? runs : undefined;
}

export function isSequence(node: GatherNode, graph: FixedGraph): boolean {
  return sequenceOf(node, graph) !== undefined;
}

/** The most elements that always stand together, before the gather and after it: words that memory can hold. */
export function longestWord(node: GatherNode, graph: FixedGraph): number {
  const size = sizeOf(graph.nodes[node.args[0]].shape);
  const { index } = node;
  let word = greatestCommonDivisor(size, index.length);
  // Where a run breaks, or begins at an unaligned place, no word reaches over.
  for (let i = 0; i < index.length && word > 1; i++) {
    if (i > 0 && index[i] === index[i - 1] + 1) continue;
    word = greatestCommonDivisor(word, i === 0 ? word : i);
    word = greatestCommonDivisor(word, index[i] === 0 ? word : index[i]);
  }
  return word;
}
