import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';

function checkedMatmul<T>(f: Formula<T>, left: T, right: T): T {
  const [a, b] = [f.shape(left), f.shape(right)];
  const inner = a[a.length - 1];
  const other = b.length === 1 ? b[0] : b[b.length - 2];
  if (a.length === 0 || b.length === 0 || inner !== other) {
    throw f.error('shapes', `[${a.join(', ')}] times [${b.join(', ')}]`, 'the last extent of the first must be the rows of the second');
  }
  return f.algebra.matmul(left, right);
}

export const linearLayers = [
  layer('MatMul', 'matrix product', (f) => checkedMatmul(f, f.input(0, 'A'), f.input(1, 'B'))),

  layer('Gemm', 'alpha A B + beta C', (f) => {
    const orient = (tensor: ReturnType<typeof f.input>, transposed: string): typeof tensor =>
      (f.number(transposed, 0) !== 0 ? f.transpose(tensor, [1, 0]) : tensor);
    let a = f.input(0, 'A');
    if (f.shape(a).length !== 2) {
      // Before version 7 of the operator set exporters left the flattening to Gemm.
      const shape = f.shape(a);
      a = f.reshape(a, [shape[0] ?? 1, sizeOf(shape.slice(1))]);
    }
    const product = checkedMatmul(f, orient(a, 'transA'), orient(f.input(1, 'B'), 'transB'));
    const alpha = f.number('alpha', 1);
    const beta = f.number('beta', 1);
    const scaled = alpha === 1 ? product : f.multiply(f.constant(alpha), product);
    const bias = f.optional(2);
    if (bias === undefined) return scaled;
    return f.add(scaled, beta === 1 ? bias : f.multiply(f.constant(beta), bias));
  }),

  // Inference: running statistics are constants. The channel is dimension 1.
  layer('BatchNormalization', '(x - mean) / sqrt(variance + epsilon) * scale + bias', (f) => {
    const x = f.input(0, 'X');
    const shape = f.shape(x);
    if (shape.length < 2) throw f.error('shapes', `a tensor of ${shape.length} dimensions`, 'it needs a batch and a channel dimension');
    const parameter = (index: number, what: string): typeof x => {
      const tensor = f.input(index, what);
      if (sizeOf(f.shape(tensor)) !== shape[1]) {
        throw f.error('shapes', `${sizeOf(f.shape(tensor))} values of ${what} for ${shape[1]} channels`, 'check the channel dimension');
      }
      return f.reshape(tensor, shape.slice(1).map((extent, i) => (i === 0 ? extent : 1)));
    };
    const [scale, bias, mean, variance] = ['scale', 'bias', 'mean', 'variance'].map((what, i) => parameter(i + 1, what));
    const deviation = f.unary('square-root', f.add(variance, f.constant(f.number('epsilon', Math.fround(1e-5)))));
    return f.add(f.multiply(f.divide(f.subtract(x, mean), deviation), scale), bias);
  }),
];
