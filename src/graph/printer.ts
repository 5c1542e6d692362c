import type { Attribute, Graph, GraphNode } from './ir.ts';

/** The graph as text, one line a layer: `MatMul_3: y = MatMul(x, w [784,64])`; constants with their shapes. */
export function printGraph(graph: Graph): string {
  const lines = [
    `graph ${graph.name}`,
    ...graph.inputs.map(({ name, shape }) => `  input ${name} ${printShape(shape)}`),
    ...graph.nodes.map((node) => `  ${printNode(node, graph)}`),
    ...graph.outputs.map((name) => `  output ${name}`),
  ];
  return `${lines.join('\n')}\n`;
}

function printNode({ name, kind, inputs, outputs, attributes }: GraphNode, { constants }: Graph): string {
  const args = inputs.map((input) => {
    const constant = constants.get(input);
    return constant === undefined ? input || '-' : `${input} ${printShape(constant.shape)}`;
  });
  const results = outputs.map((output) => output || '-');
  const settings = Object.entries(attributes).map(([key, value]) => `${key}=${printAttribute(value)}`);
  const tail = settings.length === 0 ? '' : ` {${settings.join(', ')}}`;
  return `${name}: ${results.join(', ')} = ${kind}(${args.join(', ')})${tail}`;
}

function printShape(shape: readonly number[]): string {
  return `[${shape.join(',')}]`;
}

function printAttribute(value: Attribute): string {
  if (typeof value === 'number' || typeof value === 'string') return `${value}`;
  if ('values' in value && 'shape' in value) return `tensor ${printShape(value.shape)}`;
  return `[${value.join(',')}]`;
}
