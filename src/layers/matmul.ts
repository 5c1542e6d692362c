import type { FloatFields } from '../number/formats/float.ts';
import { layer, type Formula } from './formula.ts';

/** The matrix product by numpy's rules, its shapes checked. */
export function matrixProduct<T>(f: Formula<T>, left: T, right: T, lmul?: FloatFields): T {
  const [a, b] = [f.shape(left), f.shape(right)];
  const rows = b.length === 1 ? b[0] : b[b.length - 2];
  if (a.length === 0 || b.length === 0 || a[a.length - 1] !== rows) {
    throw f.error('shapes', `[${a.join(', ')}] times [${b.join(', ')}]`,
      'the last extent of the first must be the rows of the second');
  }
  f.broadcastShape([a.slice(0, -2), b.slice(0, -2)]);
  return f.algebra.matmul(left, right, lmul);
}

export const matmulLayer = layer('MatMul', 'matrix product', (f) => matrixProduct(f, f.input(0, 'A'), f.input(1, 'B')));
