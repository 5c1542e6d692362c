import type { Graph } from '../../src/graph/ir.ts';
import { GraphBuilder, Numbers } from '../formats/networks.ts';

/** Real weights, roughly normal, as float32 numbers. */
function weights(graph: GraphBuilder, name: string, shape: readonly number[], numbers: Numbers): string {
  return graph.constant(name, shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(numbers.normal() * 0.4)));
}

/** One dense layer for each name, all on one quantized input. */
export function parallelNetwork(names: readonly string[], seed: number): Graph {
  const numbers = new Numbers(seed);
  const graph = new GraphBuilder('parallel', [{ name: 'x', shape: [1, 8] }]);
  const x = graph.node('Format', 'input', ['x', graph.constant('input_scale', [], [0.25])], { format: 'int4' });
  for (const name of names) graph.output(graph.node('MatMul', name, [x, weights(graph, `${name}_w`, [8, 4], numbers)]));
  return graph.finish();
}

/** A float network: dense, bias, ReLU, dense by Gemm with transposed weights, BatchNormalization, dense from the left. */
export function floatNetwork(seed: number): Graph {
  const numbers = new Numbers(seed);
  const graph = new GraphBuilder('float', [{ name: 'x', shape: [1, 12] }]);
  const sums = graph.node('MatMul', 'first', ['x', weights(graph, 'first_w', [12, 6], numbers)]);
  const relu = graph.node('Relu', 'relu', [graph.node('Add', 'bias', [sums, weights(graph, 'bias_b', [6], numbers)])]);
  const second = graph.node('Gemm', 'second', [relu, weights(graph, 'second_w', [8, 6], numbers), weights(graph, 'second_b', [8], numbers)], { transB: 1 });
  const norm = graph.node('BatchNormalization', 'norm', [
    second, graph.constant('gamma', [8], [1, -1, 0.5, 2, 1, 1, -0.25, 1]), weights(graph, 'beta', [8], numbers), weights(graph, 'mean', [8], numbers),
    graph.constant('variance', [8], [1, 0.5, 2, 1, 1, 0.25, 1, 1]),
  ], { epsilon: Math.fround(1e-5) });
  const column = graph.node('Transpose', 'column', [norm], { perm: [1, 0] });
  graph.output(graph.node('MatMul', 'third', [weights(graph, 'third_w', [3, 8], numbers), column]));
  return { ...graph.finish(), nodes: graph.nodes.map((node) => ({ ...node, version: node.kind === 'Format' ? 1 : 13 })) };
}

/** A float network on an image: convolution, ReLU, pooling, convolution in two groups. */
export function imageNetwork(seed: number): Graph {
  const numbers = new Numbers(seed);
  const graph = new GraphBuilder('image', [{ name: 'x', shape: [1, 2, 6, 6] }]);
  const sums = graph.node('Conv', 'conv', ['x', weights(graph, 'conv_w', [4, 2, 3, 3], numbers), weights(graph, 'conv_b', [4], numbers)], { pads: [1, 1, 1, 1] });
  const pooled = graph.node('MaxPool', 'pool', [graph.node('Relu', 'relu', [sums])], { kernel_shape: [2, 2], strides: [2, 2] });
  graph.output(graph.node('Conv', 'grouped', [pooled, weights(graph, 'grouped_w', [4, 2, 2, 2], numbers)], { group: 2 }));
  return { ...graph.finish(), nodes: graph.nodes.map((node) => ({ ...node, version: 13 })) };
}
