import { sizeOf } from '../graph/tensor.ts';
import type { Windows } from '../graph/windows.ts';
import { layer, type Formula } from './formula.ts';
import { windowSums } from './pool.ts';

type Kind = 'sum' | 'maximum' | 'minimum';

/** Over the two dimensions of space of images the reduction is a pool, whose hardware sees pixel after pixel; undefined for other axes. */
function overSpace<T>(f: Formula<T>, kind: Kind, x: T, axes: readonly number[]): T | undefined {
  const shape = f.shape(x);
  const first = axes.join() === '2,3';
  if (shape.length !== 4 || (!first && axes.join() !== '1,2') || sizeOf(shape) === 0) return undefined;
  const images = first ? f.transpose(x, [0, 2, 3, 1]) : x;
  const [count, height, width, channels] = f.shape(images);
  const windows: Windows = { kernel: [height, width], stride: [height, width], dilation: [1, 1], pad: [0, 0, 0, 0] };
  const result = kind === 'sum' ? windowSums(f, images, windows) : f.algebra.pool(kind, images, windows);
  return f.reshape(result, [count, channels]);
}

/** Reduces over the axes that the node names (all where it names none) and keeps them as extents of 1 if it says so. */
function reduced<T>(f: Formula<T>, kind: Kind, x: T, since: number): { result: T; count: number } {
  const shape = f.shape(x);
  const given = f.attributeOrInput('axes', 1, since);
  const all = given === undefined || given.length === 0;
  if (all && f.number('noop_with_empty_axes', 0) !== 0) return { result: x, count: 1 };
  const named = all ? shape.map((_, axis) => axis) : given.map((axis) => f.axis(axis, shape.length));
  const axes = [...new Set(named)].sort((a, b) => a - b);
  const small = overSpace(f, kind, x, axes) ?? f.algebra.reduce(kind, x, axes);
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const count = sizeOf(axes.map((axis) => shape[axis]));
  return { result: f.number('keepdims', 1) !== 0 ? f.reshape(small, kept) : small, count };
}

export const reduceLayers = [
  layer('ReduceSum', 'sum over axes', (f) => reduced(f, 'sum', f.input(0, 'data'), 13).result),
  layer('ReduceMean', 'mean over axes', (f) => {
    const { result, count } = reduced(f, 'sum', f.input(0, 'data'), 18);
    return f.divide(result, f.constant(count));
  }),
  layer('ReduceMax', 'largest over axes', (f) => reduced(f, 'maximum', f.input(0, 'data'), 18).result),
  layer('ReduceMin', 'smallest over axes', (f) => reduced(f, 'minimum', f.input(0, 'data'), 18).result),
];
