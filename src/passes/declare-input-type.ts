import type { Graph, GraphInput, GraphNode } from '../graph/ir.ts';
import type { RealTensor } from '../graph/tensor.ts';
import { parseNumberType } from '../number/type.ts';

/**
 * Puts a quantizer of the declared type on every input, so that the network has integers to start from. Without a declaration, inputs
 * that the file stores as integers have their own type.
 */
export function declareInputType(graph: Graph, declared?: string): Graph {
  const constants = new Map(graph.constants);
  const quantizers = new Map(graph.inputs.flatMap((input) => {
    const type = declared ?? input.type;
    return type === undefined ? [] : [[input.name, quantizer(input, type, declared !== undefined, constants)] as const];
  }));
  if (quantizers.size === 0) return graph;
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((input) => quantizers.get(input)?.outputs[0] ?? input) }));
  return { ...graph, constants, nodes: [...quantizers.values(), ...nodes] };
}

function quantizer({ name, type: own }: GraphInput, type: string, declared: boolean, constants: Map<string, RealTensor>): GraphNode {
  const parsed = parseNumberType(type);
  const constant = (what: string, value: number): string => {
    const key = `input type ${type} ${what}`;
    constants.set(key, { shape: [], values: Float64Array.of(value) });
    return key;
  };
  const origin = declared ? `--input-type ${type}` : `${name} of type ${own}`;
  const common = { name: `${name}_type`, outputs: [`${name} as ${type}`], version: 1, origin };
  const scale = constant('scale', parsed.scale);
  if (parsed.bipolar) return { ...common, kind: 'BipolarQuant', inputs: [name, scale], attributes: {} };
  const bits = Math.round(Math.log2(parsed.high - parsed.low + 1));
  return {
    ...common, kind: 'Quant', inputs: [name, scale, constant('zero', 0), constant('bits', bits)],
    attributes: { signed: parsed.low < 0 ? 1 : 0, narrow: 0, rounding_mode: 'ROUND' },
  };
}
