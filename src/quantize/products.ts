import type { TracedGraph } from '../graph/evaluator.ts';
import type { Graph, GraphNode } from '../graph/ir.ts';
import type { RealTensor } from '../graph/tensor.ts';

/** A layer with constant weights: a matrix product or a convolution. */
export interface Product {
  readonly node: GraphNode;
  /** Which inputs are the weights and the activations. */
  readonly weightInput: number;
  readonly activationInput: number;
  readonly weights: RealTensor;
  /** Axis of the weights that counts the results. */
  readonly channelAxis: number;
}

const PRODUCTS = new Set(['MatMul', 'Gemm', 'Conv', 'ConvTranspose']);

/** All products of activations with weights that are known, in order. */
export function productsOf(graph: Graph, traced: TracedGraph): Product[] {
  return graph.nodes.filter((node) => PRODUCTS.has(node.kind)).flatMap((node): Product[] => {
    const known = [0, 1].map((input) => {
      const tensor = traced.tensors.get(node.inputs[input]);
      return tensor !== undefined && 'tensor' in tensor ? tensor.tensor : undefined;
    });
    const weightInput = known.findIndex((tensor) => tensor !== undefined);
    if (weightInput < 0 || known.every((tensor) => tensor !== undefined)) return [];
    const weights = known[weightInput]!;
    return [{ node, weightInput, activationInput: 1 - weightInput, weights, channelAxis: channelAxis(node, weightInput, weights.shape.length) }];
  });
}

function channelAxis({ kind, attributes }: GraphNode, weightInput: number, rank: number): number {
  if (kind === 'Conv') return 0;
  if (kind === 'ConvTranspose') return 1;
  const transposed = attributes[weightInput === 0 ? 'transA' : 'transB'] === 1;
  const last = (weightInput === 1) !== transposed;
  return Math.max(0, last ? rank - 1 : rank - 2);
}

/** The node reading another tensor at one of its inputs. */
export function replaceInput(node: GraphNode, input: number, tensor: string): GraphNode {
  return { ...node, inputs: node.inputs.map((name, i) => (i === input ? tensor : name)) };
}

/** The graph without nodes and constants that nothing reads. */
export function pruned(graph: Graph): Graph {
  const needed = new Set<string>(graph.outputs);
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of node.inputs) needed.add(input);
    return true;
  }).reverse();
  return { ...graph, nodes, constants: new Map([...graph.constants].filter(([name]) => needed.has(name))) };
}
