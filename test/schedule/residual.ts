import { dotRange } from '../../src/fixed/ranges.ts';
import { integerType, type FixedGraph, type FixedNode } from '../../src/fixed/ir.ts';

/** An image, its 3 x 3 convolution brought down to the image's range, and the sum of both: the short branch waits for two rows. */
export function residualNetwork(): FixedGraph {
  const [height, width, channels] = [8, 6, 2];
  const shape = [1, height, width, channels];
  const type = integerType(0, 7);
  const columns = 9 * channels;
  const weights = Int32Array.from({ length: channels * columns }, (_, i) => ((i * 7) % 5) - 2);
  const origins = ['test'];
  const nodes: FixedNode[] = [
    { op: 'input', name: 'x', shape, type, origins },
    {
      op: 'window', name: 'windows', origins, arg: 0, height, width, channels, kernel: [3, 3], stride: [1, 1], dilation: [1, 1], pad: [1, 1, 1, 1],
      fill: Float64Array.of(0), order: 'pixel', shape: [1, height, width, columns], type,
    },
    {
      op: 'dot', name: 'conv', origins, arg: 1, groups: 1, rows: channels, columns, weights, shape, type: dotRange(weights, channels, columns, type),
    },
    {
      op: 'threshold', name: 'levels', origins, arg: 2, channels: 1, steps: 7, levels: Float64Array.of(-9, -5, -1, 3, 7, 11, 15), falling: [false],
      shape, type,
    },
    { op: 'add', name: 'sum', origins, args: [3, 0], coefficients: [1, 1], shape, type: integerType(0, 14) },
  ];
  const size = height * width * channels;
  return {
    name: 'residual', nodes,
    inputs: [{ value: 0, source: 'x', encoder: { op: 'variable', shape: [size], variable: { kind: 'input', name: 'x' } } }],
    outputs: [{ value: 4, target: 'y', shape, decoder: { op: 'variable', shape, variable: { kind: 'value', value: 4 } } }],
  };
}

/** A vector, what two products of it become, and the sum of both and of the vector: branches that come late by a frame or two. */
export function residualProducts(): FixedGraph {
  const size = 12;
  const shape = [1, size];
  const type = integerType(0, 7);
  const origins = ['test'];
  const dot = (name: string, arg: number, seed: number): FixedNode => {
    const weights = Int32Array.from({ length: size * size }, (_, i) => ((i * seed) % 5) - 2);
    return { op: 'dot', name, origins, arg, groups: 1, rows: size, columns: size, weights, shape, type: dotRange(weights, size, size, type) };
  };
  const levels = (name: string, arg: number): FixedNode => ({
    op: 'threshold', name, origins, arg, channels: 1, steps: 7, levels: Float64Array.of(-20, -9, -4, 3, 7, 15, 25), falling: [false], shape, type,
  });
  return {
    name: 'residual_products', nodes: [
      { op: 'input', name: 'x', shape, type, origins },
      dot('first', 0, 7), levels('first_levels', 1), dot('second', 2, 11), levels('second_levels', 3), dot('beside', 0, 13), levels('beside_levels', 5),
      { op: 'add', name: 'sum', origins, args: [4, 6, 0], coefficients: [1, 1, 1], shape, type: integerType(0, 21) },
    ],
    inputs: [{ value: 0, source: 'x', encoder: { op: 'variable', shape: [size], variable: { kind: 'input', name: 'x' } } }],
    outputs: [{ value: 7, target: 'y', shape, decoder: { op: 'variable', shape, variable: { kind: 'value', value: 7 } } }],
  };
}
