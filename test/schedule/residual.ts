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
