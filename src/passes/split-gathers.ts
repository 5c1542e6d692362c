import { isLocal, isSequence } from '../fixed/gathers.ts';
import type { FixedGraph, FixedNode, ValueId } from '../fixed/ir.ts';
import type { FixedPass } from './pass.ts';
import { renumberEnds, renumberNode } from './renumber.ts';

/**
 * A gather of several values that neither a few registers nor taking turns can make becomes two: the values one behind the other,
 * and from those, which are one value, the gather.
 */
export const splitGathers: FixedPass = {
  name: 'split-gathers',
  summary: 'gathers of several values take them one behind the other first',
  required: true,
  run: (graph: FixedGraph): FixedGraph => {
    const numbers: ValueId[] = [];
    const nodes: FixedNode[] = [];
    const number = (id: ValueId): ValueId => numbers[id];
    for (const node of graph.nodes) {
      const renumbered = renumberNode(node, number);
      if (node.op === 'gather' && renumbered.op === 'gather' && node.args.length > 1 && !isLocal(node, graph) && !isSequence(node, graph)) {
        const elements = node.args.reduce((sum, arg) => sum + graph.nodes[arg].shape.reduce((a, b) => a * b, 1), 0);
        const all = nodes.push({
          op: 'gather', name: `${node.name}_joined`, shape: [elements], type: node.type, origins: node.origins, args: renumbered.args,
          index: Int32Array.from({ length: elements }, (_, i) => i),
        }) - 1;
        numbers.push(nodes.push({ ...renumbered, args: [all] }) - 1);
      } else {
        numbers.push(nodes.push(renumbered) - 1);
      }
    }
    return renumberEnds({ ...graph, nodes }, number);
  },
};
