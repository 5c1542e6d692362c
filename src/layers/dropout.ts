import { layer } from './formula.ts';

/** Inference: everything is kept. The second output, where something reads it, says so of every element. */
export const dropoutLayer = layer('Dropout', 'its input, in inference', (f) => {
  const x = f.input(0, 'data');
  if (f.has(2) && f.literal(2, 'the training mode').values[0] !== 0) {
    throw f.error('training', 'it is in training mode', 'export the network for inference');
  }
  return [x, f.filled(f.shape(x), 1)];
});
