import type { Graph, GraphNode } from '../graph/ir.ts';
import type { RealTensor } from '../graph/tensor.ts';
import { parseNumberType } from '../number/type.ts';

/** Puts a quantizer of the declared type on every input, so that the network has integers to start from. */
export function declareInputType(graph: Graph, type: string): Graph {
  const parsed = parseNumberType(type);
  const constants = new Map(graph.constants);
  const name = (suffix: string): string => `input type ${suffix}`;
  const scalar = (value: number): RealTensor => ({ shape: [], values: Float64Array.of(value) });
  constants.set(name('scale'), scalar(parsed.scale));
  constants.set(name('zero'), scalar(0));
  const bits = Math.log2(parsed.high - parsed.low + 1);
  constants.set(name('bits'), scalar(Math.round(bits)));

  const quantizers = graph.inputs.map((input): GraphNode => {
    const common = { name: `${input.name}_type`, outputs: [`${input.name} as ${type}`], version: 1, origin: `--input-type ${type}` };
    return parsed.bipolar
      ? { ...common, kind: 'BipolarQuant', inputs: [input.name, name('scale')], attributes: {} }
      : {
        ...common, kind: 'Quant', inputs: [input.name, name('scale'), name('zero'), name('bits')],
        attributes: { signed: parsed.low < 0 ? 1 : 0, narrow: 0, rounding_mode: 'ROUND' },
      };
  });
  const replaced = new Map(graph.inputs.map((input, i) => [input.name, quantizers[i].outputs[0]]));
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((input) => replaced.get(input) ?? input) }));
  return { ...graph, constants, nodes: [...quantizers, ...nodes] };
}
