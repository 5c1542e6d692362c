import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';

type Kind = 'sum' | 'maximum' | 'minimum';

/** Reduces over the axes that the node names (all where it names none) and keeps them as extents of 1 if it says so. */
function reduced<T>(f: Formula<T>, kind: Kind, x: T, since: number): { result: T; count: number } {
  const shape = f.shape(x);
  const given = f.attributeOrInput('axes', 1, since);
  if ((given === undefined || given.length === 0) && f.number('noop_with_empty_axes', 0) !== 0) return { result: x, count: 1 };
  const named = given === undefined || given.length === 0 ? shape.map((_, axis) => axis) : given.map((axis) => f.axis(axis, shape.length));
  const axes = [...new Set(named)].sort((a, b) => a - b);
  const small = f.algebra.reduce(kind, x, axes);
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const count = sizeOf(axes.map((axis) => shape[axis]));
  return { result: f.number('keepdims', 1) !== 0 ? f.reshape(small, kept) : small, count };
}

/** exp(x - max) over its sum, along the axis (before version 13: over all dimensions from the axis on). */
function softmax<T>(f: Formula<T>, logarithm: boolean): T {
  const x = f.input(0, 'input');
  const shape = f.shape(x);
  const old = f.node.version < 13;
  const axis = f.axis(f.number('axis', old ? 1 : -1), shape.length);
  const axes = old ? shape.flatMap((_, i) => (i >= axis ? [i] : [])) : [axis];
  const kept = shape.map((extent, i) => (axes.includes(i) ? 1 : extent));
  const centered = f.subtract(x, f.reshape(f.algebra.reduce('maximum', x, axes), kept));
  const exponentials = f.unary('exponential', centered);
  const total = f.reshape(f.algebra.reduce('sum', exponentials, axes), kept);
  return logarithm ? f.subtract(centered, f.unary('logarithm', total)) : f.divide(exponentials, total);
}

function argument<T>(f: Formula<T>, kind: 'maximum' | 'minimum'): T {
  const x = f.input(0, 'data');
  const shape = f.shape(x);
  const axis = f.axis(f.number('axis', 0), shape.length);
  const index = f.algebra.argument(kind, x, axis, f.number('select_last_index', 0) !== 0 ? 'last' : 'first');
  return f.number('keepdims', 1) !== 0 ? f.reshape(index, shape.map((extent, i) => (i === axis ? 1 : extent))) : index;
}

/** The one largest (or smallest) element and its index. */
function top<T>(f: Formula<T>): T[] {
  const x = f.input(0, 'X');
  const shape = f.shape(x);
  const [count] = f.node.version < 10 ? [f.number('k')] : f.wholeNumbers(1, 'K');
  if (count !== 1) throw f.error('top-k', `the ${count} first of a tensor`, 'only the very first (k = 1) is supported; sort on the host');
  const axis = f.axis(f.number('axis', -1), shape.length);
  const kind = f.number('largest', 1) !== 0 ? 'maximum' : 'minimum';
  const kept = shape.map((extent, i) => (i === axis ? 1 : extent));
  // The value is only made where something reads it: hardware for it would be in vain otherwise.
  const value = f.node.outputs[0] === '' ? x : f.reshape(f.algebra.reduce(kind, x, [axis]), kept);
  return [value, f.reshape(f.algebra.argument(kind, x, axis, 'first'), kept)];
}

export const reductionLayers = [
  layer('ReduceSum', 'sum over axes', (f) => reduced(f, 'sum', f.input(0, 'data'), 13).result),
  layer('ReduceMean', 'mean over axes', (f) => {
    const { result, count } = reduced(f, 'sum', f.input(0, 'data'), 18);
    return f.divide(result, f.constant(count));
  }),
  layer('ReduceMax', 'largest over axes', (f) => reduced(f, 'maximum', f.input(0, 'data'), 18).result),
  layer('ReduceMin', 'smallest over axes', (f) => reduced(f, 'minimum', f.input(0, 'data'), 18).result),
  layer('Softmax', 'exponentials, normalized to a sum of 1', (f) => softmax(f, false)),
  layer('LogSoftmax', 'logarithm of Softmax', (f) => softmax(f, true)),
  layer('ArgMax', 'index of the largest', (f) => argument(f, 'maximum')),
  layer('ArgMin', 'index of the smallest', (f) => argument(f, 'minimum')),
  layer('TopK', 'the largest and its index (k = 1)', top),
];
