import { sizeOf } from '../graph/tensor.ts';
import { layer } from './formula.ts';

const SUMMARY = '(x - mean) / sqrt(variance + epsilon) * scale + bias';

/**
 * Inference: the running statistics are inputs 3 and 4. One value of each parameter for a channel (dimension 1); before version 9
 * of the operator set `spatial = 0` asks for one for each element of a sample.
 */
export const batchNormalizationLayer = layer('BatchNormalization', SUMMARY, (f) => {
  const x = f.input(0, 'X');
  const shape = f.shape(x);
  if (shape.length < 2) {
    throw f.error('shapes', `a tensor of ${shape.length} dimensions`, 'it needs a batch and a channel dimension');
  }
  const training = f.node.version < 7 ? f.number('is_test', 0) === 0 : f.number('training_mode', 0) !== 0;
  if (training) throw f.error('training', 'it computes statistics of the batch', 'export the network for inference');
  const perElement = f.node.version < 9 && f.number('spatial', 1) === 0;
  const sample = shape.slice(1);
  const target = perElement ? sample : sample.map((extent, i) => (i === 0 ? extent : 1));
  const parameter = (index: number, what: string): typeof x => {
    const tensor = f.input(index, what);
    const size = sizeOf(f.shape(tensor));
    if (size !== sizeOf(target)) {
      throw f.error('shapes', `${size} values of ${what} for ${sizeOf(target)} channels`,
        'check the channel dimension, which is 1');
    }
    return f.reshape(tensor, target);
  };
  const [scale, bias, mean, variance] = ['scale', 'bias', 'mean', 'variance'].map((what, i) => parameter(i + 1, what));
  const deviation = f.unary('square-root', f.add(variance, f.constant(f.number('epsilon', Math.fround(1e-5)))));
  return f.add(f.multiply(f.divide(f.subtract(x, mean), deviation), scale), bias);
});
