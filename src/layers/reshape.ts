import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';

/** Extents of a target shape: 0 keeps the input's extent (unless `allowZero`), one -1 takes what is left. */
function reshaped<T>(f: Formula<T>, shape: readonly number[], target: readonly number[], allowZero: boolean): number[] {
  const extents = target.map((extent, axis) => (extent === 0 && !allowZero ? shape[axis] : extent));
  const rest = extents.filter((extent) => extent !== -1).reduce((product, extent) => product * extent, 1);
  const size = sizeOf(shape);
  if (extents.some((extent) => extent === undefined || extent < -1) || extents.filter((extent) => extent === -1).length > 1
    || (extents.includes(-1) && (rest === 0 || size % rest !== 0))) {
    throw f.error('shapes', `[${shape.join(', ')}] to [${target.join(', ')}]`, 'check the target shape');
  }
  return extents.map((extent) => (extent === -1 ? size / rest : extent));
}

/** The shape with extents of 1 put in at the axes, which count in the result. */
function unsqueezed<T>(f: Formula<T>, shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const places = new Set(axes.map((axis) => f.axis(axis, rank)));
  if (places.size !== axes.length) throw f.error('axis', `axes ${axes.join(', ')}`, 'name each axis once');
  const rest = [...shape];
  return Array.from({ length: rank }, (_, axis) => (places.has(axis) ? 1 : rest.shift()!));
}

/** The same elements in the same order under another shape. */
export const reshapeLayers = [
  layer('Reshape', 'another shape for the same elements', (f) => {
    const x = f.input(0, 'data');
    const target = f.attributeOrInput('shape', 1, 5);
    if (target === undefined) throw f.error('attribute', 'the target shape is missing', 'export the network again');
    return f.reshape(x, reshaped(f, f.shape(x), target, f.number('allowzero', 0) !== 0));
  }),
  layer('Flatten', 'two dimensions', (f) => {
    const x = f.input(0, 'input');
    const shape = f.shape(x);
    const given = f.number('axis', 1);
    const axis = given < 0 ? given + shape.length : given;
    if (axis < 0 || axis > shape.length) {
      throw f.error('axis', `axis ${given} of ${shape.length} dimensions`, 'export the network again');
    }
    return f.reshape(x, [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))]);
  }),
  layer('Squeeze', 'without dimensions of extent 1', (f) => {
    const x = f.input(0, 'data');
    const shape = f.shape(x);
    const given = f.attributeOrInput('axes', 1, 13);
    const axes = given?.map((axis) => f.axis(axis, shape.length))
      ?? shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
    if (axes.some((axis) => shape[axis] !== 1)) {
      throw f.error('shapes', `axes ${axes.join(', ')} of [${shape.join(', ')}]`, 'only extents of 1 can go');
    }
    return f.reshape(x, shape.filter((_, axis) => !axes.includes(axis)));
  }),
  layer('Unsqueeze', 'with more dimensions of extent 1', (f) => {
    const x = f.input(0, 'data');
    const axes = f.attributeOrInput('axes', 1, 13);
    if (axes === undefined) throw f.error('attribute', 'the axes are missing', 'export the network again');
    return f.reshape(x, unsqueezed(f, f.shape(x), axes));
  }),
];
