import type { Graph, GraphNode } from '../../src/graph/ir.ts';
import { rationalTensor } from '../../src/graph/elements.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';
import { parseFormat } from '../../src/number/formats/index.ts';

/** Deterministic numbers: whole ones, and roughly normal ones. */
export class Numbers {
  constructor(private state: number) {}

  uniform(): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state / 2147483647;
  }

  whole(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  normal(): number {
    return this.uniform() + this.uniform() + this.uniform() + this.uniform() - 2;
  }
}

/** Builds a graph node by node. */
export class GraphBuilder {
  readonly constants = new Map<string, RealTensor>();
  readonly nodes: GraphNode[] = [];
  readonly outputs: string[] = [];

  constructor(readonly name: string, readonly inputs: Graph['inputs']) {}

  constant(name: string, shape: readonly number[], values: ArrayLike<number>): string {
    this.constants.set(name, { shape, values: Float64Array.from(values) });
    return name;
  }

  node(kind: string, name: string, inputs: readonly string[], attributes: GraphNode['attributes'] = {}): string {
    this.nodes.push({ kind, name, inputs, outputs: [`${name}_out`], attributes, version: 1, origin: `test › ${name}` });
    return `${name}_out`;
  }

  output(tensor: string): void {
    this.outputs.push(tensor);
  }

  finish(): Graph {
    return { name: this.name, inputs: this.inputs, outputs: this.outputs, constants: this.constants, nodes: this.nodes };
  }
}

export const COLUMNS = 8;
const ROWS = 4;

/** Codes of the format that stand for moderate integers, so that sums stay in 53 bits. */
function codes(format: string, count: number, numbers: Numbers): number[] {
  const { bits, integer } = parseFormat(format);
  const largest = 2 ** 24;
  const candidates = bits <= 12 ? Array.from({ length: 2 ** bits }, (_, code) => code) : Array.from({ length: 4096 }, () => numbers.whole(0, 2 ** bits - 1));
  const usable = candidates.filter((code) => { const value = integer(code); return value !== undefined && value <= largest && value >= -largest; });
  return Array.from({ length: count }, () => usable[numbers.whole(0, usable.length - 1)]);
}

/** A dense layer for each format, all on one input of the given format: weights in the format, random codes of it. */
export function weightsNetwork(name: string, inputFormat: string, formats: readonly string[], seed: number): Graph {
  const numbers = new Numbers(seed);
  const graph = new GraphBuilder(name, [{ name: 'x', shape: [1, COLUMNS] }]);
  const x = graph.node('Format', 'input', ['x'], { format: inputFormat });
  formats.forEach((format, i) => {
    const stored = graph.constant(`codes${i}`, [COLUMNS, ROWS], codes(format, COLUMNS * ROWS, numbers));
    const weights = graph.node('Decode', `weights${i}`, [stored], { format });
    graph.output(graph.node('MatMul', `dense${i}`, [x, weights]));
  });
  return graph.finish();
}

/** For each format a quantizer of activations on the same sums, and a dense layer with ternary weights on what it gives. */
export function activationsNetwork(name: string, formats: readonly string[], seed: number): Graph {
  const numbers = new Numbers(seed);
  const graph = new GraphBuilder(name, [{ name: 'x', shape: [1, COLUMNS] }]);
  const x = graph.node('Format', 'input', ['x'], { format: 'int6' });
  const ternary = (label: string): string => graph.node('Decode', `${label}_w`,
    [graph.constant(`${label}_codes`, [COLUMNS, COLUMNS], codes('ternary', COLUMNS * COLUMNS, numbers))], { format: 'ternary' });
  const sums = graph.node('MatMul', 'first', [x, ternary('first')]);
  formats.forEach((format, i) => {
    // One unit of the format is 3 of the sums, so that ties and overflows happen.
    const scale = graph.constant(`scale${i}`, [], Float64Array.of(3));
    const { unit } = parseFormat(format);
    graph.constants.set(`unit${i}`, rationalTensor(unit));
    const units = graph.node('Mul', `units${i}`, [sums, `unit${i}`]);
    const quantized = graph.node('Format', `act${i}`, [units, scale], { format });
    graph.output(graph.node('MatMul', `dense${i}`, [quantized, ternary(`dense${i}`)]));
  });
  return graph.finish();
}

/** L-Mul dot products of the formats. */
export function lmulNetwork(name: string, formats: readonly string[], seed: number): Graph {
  const numbers = new Numbers(seed);
  const graph = new GraphBuilder(name, [{ name: 'x', shape: [1, COLUMNS] }]);
  formats.forEach((format, i) => {
    const weights = graph.constant(`weights${i}`, [COLUMNS, ROWS], Array.from({ length: COLUMNS * ROWS }, () => Math.fround(numbers.normal())));
    const x = graph.node('Format', `input${i}`, ['x'], { format });
    graph.output(graph.node('LMulMatMul', `dense${i}`, [x, weights], { format }));
  });
  return graph.finish();
}

