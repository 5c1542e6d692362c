import type { FixedGraph, FixedOutput } from '../../fixed/ir.ts';
import type { Expression } from '../../graph/expression.ts';
import { explained } from '../../graph/evaluator.ts';
import type { Graph } from '../../graph/ir.ts';
import { findLayer } from '../../layers/index.ts';
import { LoweringAlgebra } from './algebra.ts';
import type { Rewritable } from './context.ts';
import { placeState } from './states.ts';

/**
 * Lowers a graph of real values and quantizers to integers: runs the meaning of every layer over the lowering algebra, in which a
 * tensor is an expression over an integer tensor of the fixed-point graph under construction. Weights of `rewritable` layers may be
 * replaced at run time by any others of their number format.
 * @throws UserError where the network needs something that has no integers (a weight without a grid, an input without a type)
 */
export function lower(graph: Graph, rewritable?: Rewritable): FixedGraph {
  const algebra = new LoweringAlgebra(rewritable);
  return explained(() => algebra.context.layer.origin, () => lowered(graph, algebra));
}

function lowered(graph: Graph, algebra: LoweringAlgebra): FixedGraph {
  const tensors = new Map<string, Expression>();
  for (const input of graph.inputs) {
    tensors.set(input.name, { op: 'variable', shape: input.shape, variable: { kind: 'input', name: input.name } });
  }
  for (const [name, tensor] of graph.constants) tensors.set(name, algebra.constant(tensor));

  const states = (graph.states ?? []).map((state) => placeState(algebra, graph, state, tensors));

  for (const node of graph.nodes) {
    algebra.context.enter(node);
    const inputs = node.inputs.map((name) => (name === '' ? undefined : tensors.get(name)));
    const results = findLayer(node.kind)!.meaning(node, inputs, algebra);
    node.outputs.forEach((name, i) => {
      if (name !== '') tensors.set(name, results[i]);
    });
  }

  for (const state of states) state.close();
  const outputs = graph.outputs.map((name): FixedOutput => {
    const decoder = tensors.get(name)!;
    return { value: algebra.finish(decoder, name), target: name, shape: decoder.shape, decoder };
  });
  return { name: graph.name, nodes: algebra.context.nodes, inputs: algebra.context.inputs, outputs };
}
