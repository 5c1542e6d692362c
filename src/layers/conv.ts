import { layer, type Formula } from './formula.ts';
import { channelsLast, imagesOf, windowsOf } from './images.ts';

/** Weights as the algebra has them: [results, kernel height, kernel width, channels of a group]. */
export function weightsOf<T>(f: Formula<T>, weights: T, dimensions: number): T {
  const shape = f.shape(weights);
  if (shape.length !== dimensions + 2) {
    throw f.error('shapes', `weights of [${shape.join(', ')}]`, `they must have ${dimensions + 2} dimensions like the input`);
  }
  const last = channelsLast(f) ? weights : f.transpose(weights, dimensions === 1 ? [0, 2, 1] : [0, 2, 3, 1]);
  const [results, ...rest] = f.shape(last);
  return dimensions === 2 ? last : f.reshape(last, [results, 1, ...rest]);
}

/** Convolution of x by weights in the node's layout, by the attributes of Conv. */
export function convolution<T>(f: Formula<T>, x: T, weights: T, bias?: T): T {
  const images = imagesOf(f, x);
  const kernels = weightsOf(f, weights, images.dimensions);
  const [results, height, width, depth] = f.shape(kernels);
  const groups = f.number('group', 1);
  const channels = f.shape(images.tensor)[3];
  if (depth * groups !== channels || results % groups !== 0) {
    throw f.error('shapes', `weights of [${f.shape(weights).join(', ')}] in ${groups} groups for ${channels} channels`,
      'each group of results reads its own part of the channels');
  }
  const named = f.numbers('kernel_shape');
  if (named !== undefined && named.join() !== [height, width].slice(2 - images.dimensions).join()) {
    throw f.error('attribute', `kernel_shape ${named.join(' x ')} for weights of [${f.shape(weights).join(', ')}]`, 'export the network again');
  }
  const windows = windowsOf(f, images, [height, width]);
  const sums = f.algebra.convolve(images.tensor, kernels, windows, groups);
  if (bias === undefined) return images.restore(sums);
  if (f.shape(bias).join() !== `${results}`) {
    throw f.error('shapes', `a bias of [${f.shape(bias).join(', ')}]`, `it must have one number for each of ${results} results`);
  }
  return images.restore(f.add(sums, bias));
}

export const convLayer = layer('Conv', 'convolution of one or two dimensions', (f) =>
  convolution(f, f.input(0, 'X'), f.input(1, 'W'), f.optional(2)), { domains: ['', 'qonnx.custom_op.channels_last'] });
