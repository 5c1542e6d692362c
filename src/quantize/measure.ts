import type { Graph } from '../graph/ir.ts';
import { tensorsOf, type Inputs } from './samples.ts';

/** How far tensors of a network are from those of another one: ||difference|| / ||original|| over all samples. */
export interface TensorError {
  readonly tensor: string;
  readonly error: number;
}

export interface Measured {
  readonly layers: readonly TensorError[];
  readonly outputs: readonly TensorError[];
  /** The first output of each sample, before and after. */
  readonly before: readonly Float64Array[];
  readonly after: readonly Float64Array[];
}

/** Evaluates both networks on the samples and compares these tensors and all outputs. */
export function measure(
  before: Graph, after: Graph, tensors: readonly string[], samples: readonly Inputs[], progress?: (done: number, total: number) => void,
): Measured {
  const compared = [...tensors, ...before.outputs.map((_, i) => i)];
  const names = (graph: Graph): string[] => compared.map((each) => (typeof each === 'string' ? each : graph.outputs[each]));
  const differences = compared.map(() => ({ difference: 0, original: 0 }));
  const firsts: { before: Float64Array[]; after: Float64Array[] } = { before: [], after: [] };
  const originals = tensorsOf(before, names(before), samples, (done) => progress?.(done, 2 * samples.length));
  const results = tensorsOf(after, names(after), samples, (done) => progress?.(samples.length + done, 2 * samples.length));
  originals.forEach((original, sample) => {
    original.forEach(({ values }, i) => {
      const other = results[sample][i].values;
      values.forEach((value, at) => {
        differences[i].difference += (other[at] - value) ** 2;
        differences[i].original += value ** 2;
      });
    });
    firsts.before.push(original[tensors.length].values);
    firsts.after.push(results[sample][tensors.length].values);
  });
  const errors = differences.map(({ difference, original }, i): TensorError => ({
    tensor: names(before)[i], error: difference === 0 ? 0 : Math.sqrt(difference / original),
  }));
  return { layers: errors.slice(0, tensors.length), outputs: errors.slice(tensors.length), ...firsts };
}
