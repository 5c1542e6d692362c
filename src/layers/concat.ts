import { sizeOf } from '../graph/tensor.ts';
import { layer } from './formula.ts';

export const concatLayer = layer('Concat', 'tensors one behind the other', (f) => {
  const tensors = f.allInputs();
  const shapes = tensors.map((tensor) => f.shape(tensor));
  const [first] = shapes;
  if (first.length === 0) throw f.error('shapes', 'single numbers are joined', 'give them a dimension with Unsqueeze');
  const axis = f.axis(f.number('axis', 1), first.length);
  for (const shape of shapes) {
    if (shape.length !== first.length || shape.some((extent, i) => i !== axis && extent !== first[i])) {
      throw f.error('shapes', `[${shape.join(', ')}] cannot be joined to [${first.join(', ')}] along axis ${axis}`,
        'check its inputs');
    }
  }
  const shape = first.map((extent, i) => (i === axis ? shapes.reduce((sum, each) => sum + each[axis], 0) : extent));
  const blocks = shapes.map((each) => sizeOf(each.slice(axis)));
  const index = new Int32Array(sizeOf(shape));
  let at = 0;
  for (let outer = 0; outer < sizeOf(first.slice(0, axis)); outer++) {
    let start = 0;
    blocks.forEach((block, which) => {
      for (let i = 0; i < block; i++) index[at++] = start + outer * block + i;
      start += sizeOf(shapes[which]);
    });
  }
  return f.algebra.gather(tensors, shape, index);
});
