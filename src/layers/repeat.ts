import { layer } from './formula.ts';
import { rowStrides, stridedIndex } from '../graph/strides.ts';

export const repeatLayers = [
  layer('Expand', 'broadcast to a shape', (f) => {
    const x = f.input(0, 'input');
    return f.broadcast(x, f.broadcastShape([f.shape(x), f.extents(1, 'the shape')]));
  }),
  layer('Tile', 'repeated along dimensions', (f) => {
    const x = f.input(0, 'input');
    const shape = f.shape(x);
    const repeats = f.wholeNumbers(1, 'the number of repeats');
    if (f.node.version < 6 || repeats.length !== shape.length || repeats.some((count) => count < 0)) {
      throw f.error('attribute', `repeats ${repeats.join(', ')} of ${shape.length} dimensions`,
        'give one number for each dimension');
    }
    const strides = rowStrides(shape);
    // Copy number and place in it are two axes for each dimension; flattened, they are one.
    const index = stridedIndex(shape.flatMap((extent, i) => [repeats[i], extent]), 0, strides.flatMap((stride) => [0, stride]));
    return f.algebra.gather([x], shape.map((extent, i) => extent * repeats[i]), index);
  }),
];
