import { userError } from '../base/diagnostic.ts';
import type { Attribute, Graph, GraphNode } from '../graph/ir.ts';

/**
 * Replaces quantized layers by those that round as TensorFlow Lite's int8 kernels do: an ONNX file with QuantizeLinear and
 * DequantizeLinear around float layers means exact arithmetic with one rounding, the kernels round twice.
 * @throws UserError where the network has no such layers
 */
export function requantizeAsTflite(graph: Graph): Graph {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const maker = (name: string | undefined, kind: string): GraphNode | undefined => {
    const node = name === undefined ? undefined : makers.get(name);
    return node?.kind === kind ? node : undefined;
  };

  const replaced = graph.nodes.flatMap((node): GraphNode[] => {
    if (node.kind === 'QLinearConv' && node.attributes.element_type === 'int8') return [{ ...node, kind: 'TFLiteConv' }];
    if (node.kind !== 'QuantizeLinear' || node.attributes.element_type !== 'int8') return [node];
    const relu = maker(node.inputs[0], 'Relu');
    const before = makers.get(relu === undefined ? node.inputs[0] : relu.inputs[0]);
    const x = maker(before?.inputs[0], 'DequantizeLinear');
    if (before === undefined || x === undefined) return [node];
    const common = { name: node.name, outputs: node.outputs, version: before.version, origin: node.origin };
    if (before.kind === 'AveragePool' && sameValues(graph, x.inputs.slice(1), node.inputs.slice(1))) {
      return [{ ...common, kind: 'TFLiteAveragePool', inputs: [x.inputs[0]], attributes: before.attributes }];
    }
    const [weights, bias] = [before.inputs[1], before.inputs[2]].map((name) => maker(name, 'DequantizeLinear'));
    if (weights === undefined || (before.inputs.length > 2 && bias === undefined)) return [node];
    const flag: Readonly<Record<string, Attribute>> = relu === undefined ? {} : { relu: 1 };
    const inputs = [...x.inputs, ...weights.inputs, ...node.inputs.slice(1), ...(bias === undefined ? [] : [bias.inputs[0]])];
    if (before.kind === 'Conv') return [{ ...common, kind: 'TFLiteConv', inputs, attributes: { ...before.attributes, ...flag } }];
    if (before.kind !== 'Gemm' || before.attributes.transB !== 1) return [node];
    return [{ ...common, kind: 'TFLiteFullyConnected', inputs, attributes: flag }];
  });
  const nodes = liveNodes(replaced, graph.outputs);
  if (!nodes.some((node) => node.kind.startsWith('TFLite'))) {
    throw userError('requantize', 'the network has no int8 layers of TensorFlow Lite', {
      origin: graph.name, help: 'leave --requantize out: what the file says is computed exactly',
    });
  }
  return { ...graph, nodes };
}

function sameValues({ constants }: Graph, a: readonly string[], b: readonly string[]): boolean {
  return a.every((name, i) => constants.get(name)?.values.join() === constants.get(b[i])?.values.join());
}

function liveNodes(nodes: readonly GraphNode[], outputs: readonly string[]): GraphNode[] {
  const live = new Set(outputs);
  const kept: GraphNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => live.has(output))) continue;
    for (const input of node.inputs) live.add(input);
    kept.push(node);
  }
  return kept.reverse();
}
