import { join } from 'node:path';
import { BIPOLAR, integerType, type FixedGraph, type FixedNode } from '../../src/fixed/ir.ts';

/** A generator of 32-bit numbers (xorshift), so that every run measures the same network. */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return this.state >>> 0;
  }

  below(limit: number): number {
    return this.next() % limit;
  }

  bits(width: number): bigint {
    let text = '';
    for (let k = 0; k < width; k += 32) text += this.next().toString(16).padStart(8, '0');
    return BigInt.asUintN(width, BigInt(`0x${text}`));
  }
}

/** A dense network with weights and activations of -1 and +1, `sizes` neurons from input to output; made of random numbers. */
export function binaryNetwork(name: string, sizes: readonly number[], seed = 1): FixedGraph {
  const random = new Random(seed);
  const nodes: FixedNode[] = [{ op: 'input', name: 'image', shape: [1, sizes[0]], type: BIPOLAR, origins: [] }];
  for (let layer = 1; layer < sizes.length; layer++) {
    const [columns, rows] = [sizes[layer - 1], sizes[layer]];
    const weights = Int32Array.from({ length: rows * columns }, () => (random.below(2) === 0 ? -1 : 1));
    const shape = [1, rows];
    const arg = nodes.length - 1;
    nodes.push({
      op: 'dot', name: `dense_${layer}`, shape, type: integerType(-columns, columns), origins: [], arg, groups: 1, rows, columns, weights,
    });
    if (layer === sizes.length - 1) break;
    const levels = Float64Array.from({ length: rows }, () => random.below(9) - 4);
    nodes.push({
      op: 'threshold', name: `sign_${layer}`, shape, type: BIPOLAR, origins: [], arg: arg + 1, channels: rows, steps: 1, levels,
      falling: new Array<boolean>(rows).fill(false),
    });
  }
  const value = nodes.length - 1;
  const { shape } = nodes[value];
  return {
    name, nodes,
    inputs: [{ value: 0, source: 'image', encoder: { op: 'variable', shape: nodes[0].shape, variable: { kind: 'input', name: 'image' } } }],
    outputs: [{ value, target: 'scores', shape, decoder: { op: 'variable', shape, variable: { kind: 'value', value } } }],
  };
}

const corpus = '../shared/conformance/models/qonnx';

/** Trained networks that are measured where their files are there. */
export const NETWORK_FILES: readonly { readonly id: string; readonly path: string; readonly inputType?: string; readonly streamingOnly?: boolean }[] = [
  { id: 'digits', path: 'examples/digits/digits.onnx' },
  { id: 'tfc_1w1a', path: join(corpus, 'tfc_1w1a.onnx') },
  { id: 'kwsmlp_w3a3', path: join(corpus, 'kwsmlp_w3a3.onnx') },
  { id: 'cifar10_qkeras_tiny', path: join(corpus, '../converted/cifar10_qkeras_tiny.onnx'), inputType: 'uint8*0.00390625', streamingOnly: true },
  { id: 'separable_conv_32', path: join(corpus, 'separable_conv_model_ch_last_32.onnx'), streamingOnly: true },
  { id: 'qkeras_jettagging', path: join(corpus, 'qkeras_jettagging.onnx'), inputType: 'fixed<16,6>' },
];
