import { layer, type Formula } from './formula.ts';

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

export const softmaxLayers = [
  layer('Softmax', 'exponentials, normalized to a sum of 1', (f) => softmax(f, false)),
  layer('LogSoftmax', 'logarithm of Softmax', (f) => softmax(f, true)),
];
