import { layer } from './formula.ts';

export const transposeLayer = layer('Transpose', 'dimensions in another order', (f) => {
  const x = f.input(0, 'data');
  const rank = f.shape(x).length;
  const order = f.numbers('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => axis < 0 || axis >= rank)) {
    throw f.error('attribute', `order ${order.join(', ')} of ${rank} dimensions`, 'name each dimension once');
  }
  return f.transpose(x, order);
});
