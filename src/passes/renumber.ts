import type { FixedGraph, FixedNode, ValueId } from '../fixed/ir.ts';
import type { Expression } from '../graph/expression.ts';

/** The graph with only the nodes that are kept, numbered anew; nothing kept may read what is not. */
export function renumber(graph: FixedGraph, kept: (id: ValueId) => boolean): FixedGraph {
  const numbers = new Map<ValueId, ValueId>();
  graph.nodes.forEach((_, id) => {
    if (kept(id)) numbers.set(id, numbers.size);
  });
  const number = (id: ValueId): ValueId => {
    const found = numbers.get(id);
    if (found === undefined) throw new Error(`value ${id} is read but was removed`);
    return found;
  };
  const nodes = graph.nodes.filter((_, id) => kept(id)).map((node) => renumberNode(node, number));
  return renumberEnds({ ...graph, nodes, inputs: graph.inputs.filter((input) => kept(input.value)) }, number);
}

/** The node with other numbers for what it reads; what a state becomes is left to {@link renumberEnds}. */
export function renumberNode(node: FixedNode, number: (id: ValueId) => ValueId): FixedNode {
  if ('args' in node) return { ...node, args: node.args.map(number) } as FixedNode;
  return 'arg' in node ? { ...node, arg: number(node.arg) } : node;
}

/** The graph with other numbers for the values of its inputs and outputs, and for what its states become. */
export function renumberEnds(graph: FixedGraph, number: (id: ValueId) => ValueId): FixedGraph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.op === 'state' ? { ...node, next: number(node.next) } : node)),
    inputs: graph.inputs.map((input) => ({ ...input, value: number(input.value) })),
    outputs: graph.outputs.map((output) => ({
      ...output, value: number(output.value), decoder: renumberExpression(output.decoder, number),
    })),
  };
}

function renumberExpression(expression: Expression, number: (id: ValueId) => ValueId): Expression {
  switch (expression.op) {
    case 'variable':
      if (expression.variable.kind !== 'value') return expression;
      return { ...expression, variable: { kind: 'value', value: number(expression.variable.value) } };
    case 'constant': return expression;
    case 'map':
    case 'gather': return { ...expression, args: expression.args.map((arg) => renumberExpression(arg, number)) };
  }
}
