import { evaluate, prepareGraph } from '../graph/evaluator.ts';
import type { Graph } from '../graph/ir.ts';
import { sizeOf, type RealTensor } from '../graph/tensor.ts';
import { findLayer } from '../layers/index.ts';

/** One sample: the real values of each input of the network, by name. */
export type Inputs = ReadonlyMap<string, RealTensor>;

/** The tensors of these names for every sample. */
export function tensorsOf(graph: Graph, names: readonly string[], samples: readonly Inputs[], progress?: (done: number) => void): RealTensor[][] {
  const prepared = prepareGraph({ ...graph, outputs: names }, findLayer);
  return samples.map((sample, i) => {
    const results = evaluate(prepared, sample);
    progress?.(i + 1);
    return names.map((name) => results.get(name)!);
  });
}

/** Numbers far beyond what any quantizer saturates at. */
const FAR = 2 ** 40;

/**
 * Smallest and largest number that a tensor takes where it comes straight from quantizers of inputs: what these make of numbers far
 * below and above all their codes.
 */
export function quantizerRange(graph: Graph, tensor: string): { low: number; high: number } {
  const at = (value: number): Inputs => new Map(graph.inputs.map(({ name, shape }) =>
    [name, { shape, values: new Float64Array(sizeOf(shape)).fill(value) }]));
  const numbers = tensorsOf(graph, [tensor], [at(-FAR), at(FAR)]).flatMap(([{ values }]) => [...values]);
  return { low: Math.min(...numbers), high: Math.max(...numbers) };
}

/** Made-up samples, uniform over a range, the same ones for the same network (a multiplicative congruential generator modulo 2^31 - 1). */
export function uniformSamples({ inputs }: Graph, ranges: ReadonlyMap<string, { low: number; high: number }>, count: number): Inputs[] {
  let state = 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return Array.from({ length: count }, () => new Map(inputs.map(({ name, shape }) => {
    const { low, high } = ranges.get(name)!;
    return [name, { shape, values: Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(low + (high - low) * random())) }];
  })));
}
