import { sizeOf } from '../graph/tensor.ts';
import { layer } from './formula.ts';

export const gatherLayer = layer('Gather', 'elements by index', (f) => {
  const x = f.input(0, 'data');
  const shape = f.shape(x);
  if (shape.length === 0) throw f.error('shapes', 'a single number has no elements to choose', 'check its input');
  const axis = f.axis(f.number('axis', 0), shape.length);
  const extent = shape[axis];
  const places = f.wholeNumbers(1, 'the index').map((place) => (place < 0 ? place + extent : place));
  const wrong = places.find((place) => place < 0 || place >= extent);
  if (wrong !== undefined) throw f.error('index', `index ${wrong} of ${extent} elements`, 'check the indices');
  const before = shape.slice(0, axis);
  const after = shape.slice(axis + 1);
  const inner = sizeOf(after);
  const result = [...before, ...f.literal(1, 'the index').shape, ...after];
  const index = new Int32Array(sizeOf(result));
  let at = 0;
  for (let outer = 0; outer < sizeOf(before); outer++) {
    for (const place of places) {
      for (let i = 0; i < inner; i++) index[at++] = (outer * extent + place) * inner + i;
    }
  }
  return f.algebra.gather([x], result, index);
});
