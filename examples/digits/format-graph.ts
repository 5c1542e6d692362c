import type { Attribute, Graph, GraphNode } from '../../src/graph/ir.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';
import { EPSILON } from './batch-norm.ts';
import { SIZE } from './draw.ts';
import { PIXELS, type Formats } from './formats.ts';
import { WIDTHS, type Network } from './network.ts';

/** ONNX's operator set. */
const VERSION = 13;

/** The network from pixels [1, 1, SIZE, SIZE] of 0 to 255 to scores [1, 10], with a `Format` on the input, on weights and on activations. */
export function formatGraph(network: Network, formats: Formats, scales: readonly number[]): Graph {
  const constants = new Map<string, RealTensor>();
  const nodes: GraphNode[] = [];
  const constant = (name: string, shape: readonly number[], values: ArrayLike<number>): string => {
    constants.set(name, { shape, values: Float64Array.from(values) });
    return name;
  };
  const node = (kind: string, name: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, output = `${name}_out`): string => {
    nodes.push({ kind, name, inputs, outputs: [output], attributes, version: kind === 'Format' ? 1 : VERSION, origin: `${formats.name} › ${name}` });
    return output;
  };
  const format = (name: string, x: string, text: string, scale: number): string =>
    node('Format', name, [x, constant(`${name}_scale`, [], [scale])], { format: text });

  const pixels = format('pixels', 'image', PIXELS.format, PIXELS.scale);
  const levels = node('Div', 'levels', [pixels, constant('white', [], [255])]);
  let value = node('Flatten', 'flatten', [levels], { axis: 1 });
  network.dense.forEach(({ weights }, index) => {
    const number = index + 1;
    const latent = constant(`dense_${number}_weight`, [WIDTHS[index], WIDTHS[number]], weights.value);
    const sums = node('MatMul', `dense_${number}`, [value, format(`dense_${number}_weight_format`, latent, formats.weights, scales[index])]);
    const { scale, shift, mean, variance } = network.norms[index];
    const parts = { scale: scale.value, shift: shift.value, mean, variance };
    const parameters = Object.entries(parts).map(([part, values]) => constant(`norm_${number}_${part}`, [values.length], values));
    const last = number === network.dense.length;
    const normalized = node('BatchNormalization', `norm_${number}`, [sums, ...parameters], { epsilon: EPSILON }, last ? 'scores' : undefined);
    value = last ? normalized : format(`act_${number}`, normalized, formats.activations, formats.activationScale);
  });
  return { name: formats.name, inputs: [{ name: 'image', shape: [1, 1, SIZE, SIZE] }], outputs: ['scores'], constants, nodes };
}
