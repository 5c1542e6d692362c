import type { Attribute, Graph } from './ir.ts';

/** The graph as text, one line a layer: `MatMul_3: y = MatMul(x, w [784,64])`. */
export function printGraph(graph: Graph): string {
  const lines = [`graph ${graph.name}`];
  for (const input of graph.inputs) lines.push(`  input ${input.name} [${input.shape.join(',')}]`);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => {
      const constant = graph.constants.get(name);
      return constant === undefined ? name || '-' : `${name} [${constant.shape.join(',')}]`;
    });
    const attributes = Object.entries(node.attributes).map(([name, value]) => `${name}=${printAttribute(value)}`);
    lines.push(`  ${node.name}: ${node.outputs.join(', ')} = ${node.kind}(${inputs.join(', ')})${attributes.length > 0 ? ` {${attributes.join(', ')}}` : ''}`);
  }
  for (const output of graph.outputs) lines.push(`  output ${output}`);
  return `${lines.join('\n')}\n`;
}

function printAttribute(value: Attribute): string {
  if (typeof value === 'number' || typeof value === 'string') return `${value}`;
  return 'values' in value && 'shape' in value ? `tensor [${value.shape.join(',')}]` : `[${[...value as Iterable<unknown>].join(',')}]`;
}
