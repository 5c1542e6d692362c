import type { FixedGraph, FixedNode, IntegerType, ThresholdNode } from '../../fixed/ir.ts';
import { weightIntegers } from '../../fixed/rewritable.ts';

/**
 * The graph with made-up numbers wherever hardware can be written at run time: weights over the whole format, levels over the whole range
 * and beyond, rising and falling. Each seed gives others.
 */
export function madeUp(graph: FixedGraph, seed: number): FixedGraph {
  let state = seed;
  const whole = (low: number, high: number): number => {
    state = (state * 48271) % 2147483647;
    return low + Math.floor((state / 2147483647) * (high - low + 1));
  };
  const signed = (bits: number): bigint => {
    const used = whole(1, Math.min(bits, 50));
    return BigInt(whole(-(2 ** (used - 1)), 2 ** (used - 1) - 1));
  };
  const nodes = graph.nodes.map((node): FixedNode => {
    if (node.op === 'dot' && node.rewritable !== undefined) {
      const integers = weightIntegers(node.format!);
      // Very many evenly spaced ones are told by their ends.
      const spread = integers.length === 2 && integers[1] - integers[0] > 2;
      return { ...node, weights: node.weights.map(() => (spread ? whole(integers[0], integers[1]) : integers[whole(0, integers.length - 1)])) };
    }
    if (node.op === 'threshold' && node.rewritable !== undefined) {
      return { ...node, levels: madeUpLevels(node, graph.nodes[node.arg].type, whole), falling: node.falling.map(() => whole(0, 1) === 1) };
    }
    if (node.op === 'requantize' && node.rewritable !== undefined) {
      const { multiplierBits, offsetBits } = node.rewritable;
      return {
        ...node, multipliers: multiplierBits === 0 ? node.multipliers : node.multipliers.map(() => signed(multiplierBits)),
        offsets: node.offsets.map(() => signed(offsetBits)),
      };
    }
    return node;
  });
  return { ...graph, nodes };
}

function madeUpLevels(
  { channels, steps }: Pick<ThresholdNode, 'channels' | 'steps'>, { low, high }: IntegerType, whole: (low: number, high: number) => number,
): Float64Array {
  const levels = new Float64Array(channels * steps);
  for (let channel = 0; channel < channels; channel++) {
    // Half of the staircases are narrow ones around 0, where most sums are.
    const width = whole(0, 1) === 0 ? 1 : 0.05;
    const own = Float64Array.from({ length: steps }, () => whole(Math.floor(low * width), Math.ceil(high * width) + 1)).sort();
    levels.set(own, channel * steps);
  }
  return levels;
}
