import { argumentsOf, type FixedGraph, type FixedNode, type GatherNode, type ValueId } from '../fixed/ir.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { FixedPass } from './pass.ts';
import { renumber } from './renumber.ts';

/**
 * Has the host send an input in the order in which the network reads it, where everything that reads it rearranges it in the same way:
 * images go channels innermost, and no hardware turns them around.
 */
export const arrangeInputs: FixedPass = {
  name: 'arrange-inputs',
  summary: 'inputs come in the order in which they are read',
  run: (graph) => {
    const nodes: FixedNode[] = [...graph.nodes];
    const inputs = [...graph.inputs];
    const removed = new Map<ValueId, ValueId>();
    graph.inputs.forEach((input, i) => {
      const readers = graph.nodes.flatMap((node, id) => (argumentsOf(node).includes(input.value) ? [id] : []));
      const [first] = readers.map((id) => graph.nodes[id]);
      if (readers.length !== 1 || first.op !== 'gather' || isEnd(graph, input.value) || isEnd(graph, readers[0])) return;
      const places = permutation(first, sizeOf(graph.nodes[input.value].shape));
      if (places === undefined) return;
      const { codes, ...node } = graph.nodes[input.value];
      // Element order[i] of the old input is element places[order[i]] of the new one.
      const moved = codes?.map((each) => ({ ...each, order: each.order?.map((at) => places[at]) ?? places }));
      nodes[input.value] = { ...node, shape: first.shape, ...(moved === undefined ? {} : { codes: moved }) } as FixedNode;
      inputs[i] = { ...input, encoder: { op: 'gather', args: [input.encoder], shape: first.shape, index: first.index } };
      removed.set(readers[0], input.value);
    });
    if (removed.size === 0) return graph;
    const value = (id: ValueId): ValueId => removed.get(id) ?? id;
    const rewired = nodes.map((node): FixedNode => {
      if (node.op === 'state') return { ...node, next: value(node.next) };
      if ('args' in node) return { ...node, args: node.args.map(value) } as FixedNode;
      return 'arg' in node ? { ...node, arg: value(node.arg) } : node;
    });
    return renumber({ ...graph, nodes: rewired, inputs }, (id) => !removed.has(id));
  },
};

/** Whether an output or a state takes the value as it is. */
function isEnd(graph: FixedGraph, value: ValueId): boolean {
  return graph.outputs.some((output) => output.value === value) || graph.nodes.some((node) => node.op === 'state' && node.next === value);
}

/** Where each element of the argument goes; undefined where the gather drops or repeats some, or an output reads it. */
function permutation({ args, index }: GatherNode, size: number): Int32Array | undefined {
  if (args.length !== 1 || index.length !== size) return undefined;
  const places = new Int32Array(size).fill(-1);
  index.forEach((from, to) => { places[from] = to; });
  return places.includes(-1) ? undefined : places;
}
