import type { Graph } from '../graph/ir.ts';

/**
 * Removes a Softmax that ends the network: it changes no order, and its exponentials are left to the host. The output is then the
 * tensor before it. `note` says so, where it happened.
 */
export function leaveSoftmaxToHost(graph: Graph): { graph: Graph; note?: string } {
  const last = graph.nodes.filter((node) => isSoftmax(node.kind) && node.outputs.every((output) =>
    graph.outputs.includes(output) && !graph.nodes.some((other) => other.inputs.includes(output))));
  if (last.length === 0) return { graph };
  const before = new Map(last.map((node) => [node.outputs[0], node.inputs[0]]));
  return {
    graph: {
      ...graph, nodes: graph.nodes.filter((node) => !last.includes(node)),
      outputs: graph.outputs.map((output) => before.get(output) ?? output),
    },
    note: `${last.map((node) => `${node.name} (${node.kind})`).join(', ')} is left to the host: outputs are the values before it`,
  };
}

function isSoftmax(kind: string): boolean {
  return kind === 'Softmax' || kind === 'LogSoftmax';
}
