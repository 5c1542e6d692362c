import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';
import { matrixProduct } from './matmul.ts';

function matrix<T>(f: Formula<T>, index: number, name: 'A' | 'B'): T {
  const tensor = f.input(index, name);
  const shape = f.shape(tensor);
  if (shape.length === 2) return f.number(`trans${name}`, 0) !== 0 ? f.transpose(tensor, [1, 0]) : tensor;
  // Old exporters left the flattening to the operator.
  if (name === 'A' && shape.length > 2 && f.number('transA', 0) === 0) {
    return f.reshape(tensor, [shape[0], sizeOf(shape.slice(1))]);
  }
  throw f.error('shapes', `${name} is [${shape.join(', ')}]`, 'Gemm multiplies matrices of two dimensions');
}

export const gemmLayer = layer('Gemm', 'alpha A B + beta C', (f) => {
  const product = matrixProduct(f, matrix(f, 0, 'A'), matrix(f, 1, 'B'));
  const [alpha, beta] = [f.number('alpha', 1), f.number('beta', 1)];
  const scaled = alpha === 1 ? product : f.multiply(f.constant(alpha), product);
  const bias = f.optional(2);
  if (bias === undefined) return scaled;
  const sum = f.add(scaled, beta === 1 ? bias : f.multiply(f.constant(beta), bias));
  if (f.shape(sum).join() !== f.shape(product).join()) {
    throw f.error('shapes', `C of [${f.shape(bias).join(', ')}] for [${f.shape(product).join(', ')}]`,
      'C must broadcast to the product');
  }
  return sum;
});
