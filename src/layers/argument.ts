import { layer, type Formula } from './formula.ts';

function argument<T>(f: Formula<T>, kind: 'maximum' | 'minimum'): T {
  const x = f.input(0, 'data');
  const shape = f.shape(x);
  const axis = f.axis(f.number('axis', 0), shape.length);
  const index = f.algebra.argument(kind, x, axis, f.number('select_last_index', 0) !== 0 ? 'last' : 'first');
  return f.number('keepdims', 1) !== 0 ? f.reshape(index, shape.map((extent, i) => (i === axis ? 1 : extent))) : index;
}

export const argumentLayers = [
  layer('ArgMax', 'index of the largest', (f) => argument(f, 'maximum')),
  layer('ArgMin', 'index of the smallest', (f) => argument(f, 'minimum')),
];
