import { type DotNode, type FixedNode, type IntegerType, type ThresholdNode } from '../fixed/ir.ts';
import { dotRange } from '../fixed/ranges.ts';
import { usesOf } from '../fixed/uses.ts';
import type { FixedPass } from './pass.ts';

/**
 * Turns falling thresholds into rising ones by negating the weights of their row: -x >= 1 - level exactly where x < level. A
 * BatchNorm with a negative factor then costs nothing in hardware. What is written at run time keeps its direction.
 */
export const risingThresholds: FixedPass = {
  name: 'rising-thresholds',
  summary: 'negates rows of weights so that all thresholds rise',
  run: (graph) => {
    const uses = usesOf(graph);

    const nodes: FixedNode[] = [...graph.nodes];
    graph.nodes.forEach((node, id) => {
      if (node.op !== 'threshold' || node.rewritable !== undefined || !node.falling.some(Boolean)) return;
      const dot = graph.nodes[node.arg];
      if (dot.op !== 'dot' || uses[node.arg] !== 1 || (dot.groups * dot.rows) % node.channels !== 0) return;
      nodes[node.arg] = negateRows(dot, graph.nodes[dot.arg].type, (row) => node.falling[row % node.channels]);
      nodes[id] = raise(node);
    });
    return { ...graph, nodes };
  },
};

function negateRows(dot: DotNode, input: IntegerType, negated: (row: number) => boolean): DotNode {
  const weights = dot.weights.map((weight, i) => (negated(Math.floor(i / dot.columns)) ? -weight : weight));
  return { ...dot, weights, type: dotRange(weights, dot.groups * dot.rows, dot.columns, input, dot.lmul) };
}

/** count(x >= level) of a falling channel is steps - count(-x >= 1 - level), in the opposite order of levels. */
function raise(node: ThresholdNode): ThresholdNode {
  const levels = node.levels.slice();
  node.falling.forEach((falling, channel) => {
    if (!falling) return;
    for (let step = 0; step < node.steps; step++) {
      levels[channel * node.steps + step] = 1 - node.levels[(channel + 1) * node.steps - 1 - step];
    }
  });
  return { ...node, levels, falling: node.falling.map(() => false) };
}
