import { userError } from '../base/diagnostic.ts';
import type { Attribute, Graph, GraphNode } from '../graph/ir.ts';

/**
 * Replaces quantized layers by those that round as TensorFlow Lite's int8 kernels do: an ONNX file with QuantizeLinear and
 * DequantizeLinear around float layers means exact arithmetic with one rounding, the kernels round twice.
 * `exact` names the quantizers that stay as the file says: those of layers that are not known here.
 * @throws UserError where the network has no such layers
 */
export function requantizeAsTflite(graph: Graph): { graph: Graph; exact: readonly string[] } {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const maker = (name: string | undefined, kind: string): GraphNode | undefined => {
    const node = name === undefined ? undefined : makers.get(name);
    return node?.kind === kind ? node : undefined;
  };

  const replaced = graph.nodes.flatMap((node): GraphNode[] => {
    if (node.kind === 'QLinearConv' && node.attributes.element_type === 'int8') return [{ ...node, kind: 'TFLiteConv' }];
    if (node.kind !== 'QuantizeLinear' || node.attributes.element_type !== 'int8') return [node];
    const activation = maker(node.inputs[0], 'Relu') ?? maker(node.inputs[0], 'Clip');
    const before = makers.get(activation === undefined ? node.inputs[0] : activation.inputs[0]);
    const x = maker(before?.inputs[0], 'DequantizeLinear');
    if (before === undefined || x === undefined) return [node];
    const common = { name: node.name, outputs: node.outputs, version: before.version, origin: node.origin };
    if (before.kind === 'AveragePool' && sameValues(graph, x.inputs.slice(1), node.inputs.slice(1))) {
      return [{ ...common, kind: 'TFLiteAveragePool', inputs: [x.inputs[0]], attributes: before.attributes }];
    }
    const [weights, bias] = [before.inputs[1], before.inputs[2]].map((name) => maker(name, 'DequantizeLinear'));
    if (weights === undefined || (before.inputs.length > 2 && bias === undefined)) return [node];
    const limits = activation === undefined ? {} : limitsOf(activation, graph);
    if (limits === undefined) return [node];
    const inputs = [...x.inputs, ...weights.inputs, ...node.inputs.slice(1), ...(bias === undefined ? [] : [bias.inputs[0]])];
    if (before.kind === 'Conv') return [{ ...common, kind: 'TFLiteConv', inputs, attributes: { ...before.attributes, ...limits } }];
    if (before.kind !== 'Gemm' || before.attributes.transB !== 1) return [node];
    return [{ ...common, kind: 'TFLiteFullyConnected', inputs, attributes: limits }];
  });
  const nodes = liveNodes(replaced, graph.outputs);
  if (!nodes.some((node) => node.kind.startsWith('TFLite'))) {
    throw userError('requantize', 'the network has no int8 layers of TensorFlow Lite', {
      origin: graph.name, help: 'leave --requantize out: what the file says is computed exactly',
    });
  }
  const exact = nodes.filter(({ kind, inputs }) => kind === 'QuantizeLinear' && makers.has(inputs[0])).map(({ name }) => name);
  return { graph: { ...graph, nodes }, exact };
}

/** Real limits of an activation that is fused; undefined where they are not known. */
function limitsOf({ kind, inputs, attributes }: GraphNode, { constants }: Graph): Record<string, Attribute> | undefined {
  if (kind === 'Relu') return { minimum: 0 };
  const limits: Record<string, Attribute> = {};
  for (const [i, short, name] of [[1, 'min', 'minimum'], [2, 'max', 'maximum']] as const) {
    if (inputs[i] !== undefined && inputs[i] !== '') {
      const limit = constants.get(inputs[i]);
      if (limit === undefined) return undefined;
      limits[name] = limit.values[0];
    } else if (attributes[short] !== undefined) limits[name] = attributes[short];
  }
  return limits;
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
