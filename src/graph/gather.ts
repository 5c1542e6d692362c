import { operandIndex } from './broadcast.ts';
import { enclosureAt, realTensor } from './elements.ts';
import type { Coded, RealTensor } from './tensor.ts';

/** Element i of the result is element `index[i]` of the tensors, flattened and put one behind the other. */
export function gatherReals(args: readonly RealTensor[], shape: readonly number[], index: Int32Array): RealTensor {
  const source = args.length === 1 ? args[0] : concatenated(args);
  const values = new Float64Array(index.length);
  for (let i = 0; i < index.length; i++) values[i] = source.values[index[i]];
  const { errors: sourceErrors } = source;
  const coded = source.coded === undefined ? {} : { coded: gatheredCode(source.coded, source.shape, shape, index) };
  if (sourceErrors === undefined) return { shape, values, ...coded };
  const errors = new Float64Array(index.length);
  let inexact = false;
  for (let i = 0; i < index.length; i++) {
    errors[i] = sourceErrors[index[i]];
    inexact ||= errors[i] !== 0;
  }
  return inexact ? { shape, values, errors, exact: (i, precision) => source.exact!(index[i], precision), ...coded } : { shape, values, ...coded };
}

/** One grid for all elements is the same for the gathered ones; otherwise each takes its own along. */
function gatheredCode({ format, integers, grid }: Coded, from: readonly number[], shape: readonly number[], index: Int32Array): Coded {
  const own = grid.values.length === 1 ? undefined : operandIndex(grid.shape, from);
  return {
    format, integers: Float64Array.from(index, (place) => integers[place]),
    grid: own === undefined ? grid : gatherReals([grid], shape, index.map((place) => own[place])),
  };
}

function concatenated(args: readonly RealTensor[]): RealTensor {
  const starts: number[] = [];
  let size = 0;
  for (const { values } of args) {
    starts.push(size);
    size += values.length;
  }
  const values = new Float64Array(size);
  args.forEach((arg, i) => values.set(arg.values, starts[i]));
  if (args.every(({ errors }) => errors === undefined)) return { shape: [size], values };
  const errors = new Float64Array(size);
  args.forEach((arg, i) => arg.errors !== undefined && errors.set(arg.errors, starts[i]));
  return realTensor([size], values, errors, (index, precision) => {
    const part = starts.findLastIndex((start, i) => start <= index && args[i].values.length > 0);
    return enclosureAt(args[part], index - starts[part], precision);
  });
}
