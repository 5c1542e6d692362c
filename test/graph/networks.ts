import type { Algebra } from '../../src/graph/algebra.ts';
import type { LayerMeaning } from '../../src/graph/evaluator.ts';
import type { Graph, GraphNode } from '../../src/graph/ir.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';
import type { RoundingMode } from '../../src/number/rounding.ts';

/** Small layers for the tests of the evaluator, made of the primitives as the registered ones are. */
type Meaning = <T>(node: GraphNode, inputs: readonly T[], algebra: Algebra<T>) => T;

const MEANINGS: Readonly<Record<string, Meaning>> = {
  Quant: (node, [x, scale], algebra) => {
    const { low, high, mode } = node.attributes as { low: number; high: number; mode: RoundingMode };
    const rounded = algebra.map({ op: 'round', mode }, [algebra.map({ op: 'divide' }, [x, scale])]);
    const codes = clip(algebra, rounded, low, high);
    return algebra.map({ op: 'multiply' }, [algebra.integer(codes, { low, high }, node.outputs[0]), scale]);
  },
  BipolarQuant: (node, [x, scale], algebra) => {
    const negative = algebra.map({ op: 'less' }, [x, scalar(algebra, 0)]);
    const codes = algebra.map({ op: 'select' }, [negative, scalar(algebra, -1), scalar(algebra, 1)]);
    return algebra.map({ op: 'multiply' }, [algebra.integer(codes, { low: -1, high: 1 }, node.outputs[0]), scale]);
  },
  MatMul: (_, [a, b], algebra) => algebra.matmul(a, b),
  BatchNorm: (_, [x, gamma, beta, mean, variance], algebra) => {
    const deviation = algebra.map({ op: 'square-root' }, [algebra.map({ op: 'add' }, [variance, scalar(algebra, 1e-5)])]);
    const normal = algebra.map({ op: 'divide' }, [algebra.map({ op: 'subtract' }, [x, mean]), deviation]);
    return algebra.map({ op: 'add' }, [algebra.map({ op: 'multiply' }, [normal, gamma]), beta]);
  },
  ArgMax: (_, [x], algebra) => algebra.argument('maximum', x, algebra.shape(x).length - 1, 'first'),
  Transpose: (_, [x], algebra) => {
    const [rows, columns] = algebra.shape(x);
    const index = Int32Array.from({ length: rows * columns }, (__, i) => (i % rows) * columns + Math.floor(i / rows));
    return algebra.gather([x], [columns, rows], index);
  },
  Flatten: (_, [x], algebra) => {
    const size = algebra.shape(x).reduce((product, extent) => product * extent, 1);
    return algebra.gather([x], [1, size], Int32Array.from({ length: size }, (__, i) => i));
  },
  Log: (_, [x], algebra) => algebra.map({ op: 'logarithm' }, [x]),
};

function scalar<T>(algebra: Algebra<T>, value: number): T {
  return algebra.constant(tensor([], [value]));
}

function clip<T>(algebra: Algebra<T>, x: T, low: number, high: number): T {
  return algebra.map({ op: 'minimum' }, [algebra.map({ op: 'maximum' }, [x, scalar(algebra, low)]), scalar(algebra, high)]);
}

export function registry(kind: string): LayerMeaning | undefined {
  const meaning = MEANINGS[kind];
  return meaning && { meaning: (node, inputs, algebra) => [meaning(node, inputs as never[], algebra)] };
}

export function tensor(shape: readonly number[], values: ArrayLike<number>): RealTensor {
  return { shape, values: Float64Array.from(values) };
}

export function node(
  kind: string, inputs: readonly string[], output: string, attributes: GraphNode['attributes'] = {},
): GraphNode {
  return { kind, name: output, inputs, outputs: [output], attributes, version: 1, origin: `test › ${output}` };
}

/** Deterministic numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export const floats = (count: number, next: () => number, low = -1, high = 1): Float64Array =>
  Float64Array.from({ length: count }, () => Math.fround(low + (high - low) * next()));

/** Binarized weights and activations with BatchNorm, 8-bit input with a float32 scale. */
export function binarizedNetwork(sizes: readonly number[], seed: number): Graph {
  const next = random(seed);
  const constants = new Map<string, RealTensor>([
    ['scale', tensor([], [Math.fround(1 / 255)])], ['one', tensor([], [1])], ['alpha', tensor([], [Math.fround(0.37)])],
  ]);
  const nodes = [node('Quant', ['x', 'scale'], 'x0', { low: 0, high: 255, mode: 'half-even' })];
  for (let layer = 1; layer < sizes.length; layer++) {
    const [inner, outer] = [sizes[layer - 1], sizes[layer]];
    constants.set(`w${layer}`, tensor([inner, outer], floats(inner * outer, next)));
    nodes.push(node('BipolarQuant', [`w${layer}`, 'alpha'], `q${layer}`));
    nodes.push(node('MatMul', [`x${layer - 1}`, `q${layer}`], `y${layer}`));
    for (const part of ['gamma', 'beta', 'mean']) constants.set(`${part}${layer}`, tensor([outer], floats(outer, next)));
    constants.set(`variance${layer}`, tensor([outer], floats(outer, next, 0.5, 2)));
    nodes.push(node('BatchNorm', [`y${layer}`, ...['gamma', 'beta', 'mean', 'variance'].map((p) => p + layer)], `n${layer}`));
    nodes.push(layer < sizes.length - 1
      ? node('BipolarQuant', [`n${layer}`, 'one'], `x${layer}`)
      : node('ArgMax', [`n${layer}`], 'y'));
  }
  return { name: 'binarized', inputs: [{ name: 'x', shape: [1, sizes[0]] }], outputs: ['y'], constants, nodes };
}
