import { layer } from './formula.ts';
import { rowStrides } from '../graph/strides.ts';

/** One output for each part: their sizes are named, or equal; from version 18 on the last may be smaller. */
export const splitLayer = layer('Split', 'parts of a tensor', (f) => {
  const x = f.input(0, 'input');
  const shape = f.shape(x);
  const axis = f.axis(f.number('axis', 0), shape.length);
  const extent = shape[axis];
  const count = f.node.outputs.length;
  const chunk = Math.ceil(extent / count);
  if (f.number('num_outputs', count) !== count) {
    throw f.error('attribute', `it has ${count} outputs`, 'num_outputs must be their number');
  }
  const given = f.attributeOrInput('split', 1, 13);
  if (given === undefined && f.node.version < 18 && extent % count !== 0) {
    throw f.error('shapes', `${extent} elements into ${count} equal parts`, 'name the sizes of the parts');
  }
  const sizes = given ?? Array.from({ length: count }, (_, i) => Math.min(chunk, Math.max(0, extent - i * chunk)));
  if (sizes.length !== count || sizes.some((size) => size < 0) || sizes.reduce((sum, size) => sum + size, 0) !== extent) {
    throw f.error('shapes', `${extent} elements into ${sizes.join(' + ')}`, 'the parts must add up to the whole');
  }
  const strides = rowStrides(shape);
  let from = 0;
  return sizes.map((size) => {
    const part = f.strided(x, shape.map((all, i) => (i === axis ? size : all)), from * strides[axis], strides);
    from += size;
    return part;
  });
});
