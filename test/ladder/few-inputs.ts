import { BIPOLAR, integerType, type FixedGraph, type FixedNode, type IntegerType } from '../../src/fixed/ir.ts';
import { dotRange } from '../../src/fixed/ranges.ts';
import { anyOf, Choices, type RandomNetwork } from './random-network.ts';

/** Types of few bits, by what they are. */
export const FEW_BITS: Readonly<Record<string, IntegerType>> = { 'two bits': integerType(0, 3), 'three of two bits': integerType(-2, 0), 'a bit': integerType(0, 1), bipolar: BIPOLAR, signed: integerType(-4, 3) };

/** Layers in which each neuron reads a few elements of a few bits, and one that reads all. */
export function fewInputs(seed: number, { type, fanIn, size, layers, dense = 0 }: { type: IntegerType; fanIn: number; size: number; layers: number; dense?: number }): RandomNetwork {
  const choices = new Choices(seed);
  const nodes: FixedNode[] = [{ op: 'input', name: 'x', shape: [size], type, origins: [] }];
  for (let layer = 0; layer < layers; layer++) {
    const arg = nodes.length - 1;
    const weights = new Int32Array(size * size);
    for (let row = 0; row < size; row++) {
      if (row < dense) weights.subarray(row * size, (row + 1) * size).forEach((_, i) => { weights[row * size + i] = choices.whole(-3, 3); });
      else for (let i = 0; i < fanIn; i++) weights[row * size + choices.whole(0, size - 1)] = choices.one([-3, -2, -1, 1, 2, 3]);
    }
    const sums = dotRange(weights, size, size, type);
    nodes.push({ op: 'dot', name: `sums_${layer}`, arg, groups: 1, rows: size, columns: size, weights, shape: [size], type: sums, origins: [] });
    const steps = type.bipolar ? 1 : type.high - type.low;
    const levels = Array.from({ length: size }, () => Array.from({ length: steps }, () => choices.whole(Math.ceil(sums.low / 2), Math.floor(sums.high / 2))).sort((a, b) => a - b));
    const falling = Array.from({ length: size }, () => choices.whole(0, 3) === 0);
    nodes.push({ op: 'threshold', name: `codes_${layer}`, arg: arg + 1, channels: size, steps, levels: Float64Array.from(levels.flat()), falling, shape: [size], type, origins: [] });
  }
  const value = nodes.length - 1;
  const graph: FixedGraph = {
    name: 'few_inputs', nodes, inputs: [{ value: 0, source: 'x', encoder: { op: 'variable', shape: [size], variable: { kind: 'input', name: 'x' } } }],
    outputs: [{ value, target: 'y', shape: [size], decoder: { op: 'variable', shape: [size], variable: { kind: 'value', value } } }],
  };
  return { graph, samples: Array.from({ length: 6 }, () => new Map([['x', Float64Array.from({ length: size }, () => anyOf(type, choices))]])) };
}
