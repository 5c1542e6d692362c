import { layer, type Formula } from './formula.ts';

/** The one largest (or smallest) element and its index. */
function top<T>(f: Formula<T>): T[] {
  const x = f.input(0, 'X');
  const shape = f.shape(x);
  const [count] = f.node.version < 10 ? [f.number('k')] : f.wholeNumbers(1, 'K');
  if (count !== 1) {
    throw f.error('top-k', `the ${count} first of a tensor`, 'only the very first (k = 1) is supported; sort on the host');
  }
  const axis = f.axis(f.number('axis', -1), shape.length);
  const kind = f.number('largest', 1) !== 0 ? 'maximum' : 'minimum';
  const kept = shape.map((extent, i) => (i === axis ? 1 : extent));
  // The value is only made where something reads it: hardware for it would be in vain otherwise.
  const value = f.node.outputs[0] === '' ? x : f.reshape(f.algebra.reduce(kind, x, [axis]), kept);
  return [value, f.reshape(f.algebra.argument(kind, x, axis, 'first'), kept)];
}

export const topKLayer = layer('TopK', 'the largest and its index (k = 1)', top);
