import { layer } from './formula.ts';
import { rowStrides } from '../graph/strides.ts';

/** A place that may count from the end, brought into a range. */
function limited(place: number, extent: number, low: number, high: number): number {
  return Math.min(Math.max(place < 0 ? place + extent : place, low), high);
}

/** Part of a tensor: start, end and step along some axes; negative places count from the end, negative steps go backwards. */
export const sliceLayer = layer('Slice', 'part of a tensor', (f) => {
  const x = f.input(0, 'data');
  const shape = f.shape(x);
  const starts = f.attributeOrInput('starts', 1, 10);
  const ends = f.attributeOrInput('ends', 2, 10);
  const axes = f.attributeOrInput('axes', 3, 10) ?? starts?.map((_, i) => i);
  const steps = (f.node.version < 10 ? undefined : f.attributeOrInput('steps', 4, 10)) ?? starts?.map(() => 1);
  if (starts === undefined || [ends, axes, steps].some((list) => list?.length !== starts.length)) {
    throw f.error('attribute', 'starts, ends, axes and steps are missing or of different length', 'export the network again');
  }
  const strides = rowStrides(shape);
  const step = [...strides];
  const result = [...shape];
  let start = 0;
  axes!.forEach((axis, i) => {
    const at = f.axis(axis, shape.length);
    const extent = shape[at];
    const forward = steps![i] > 0;
    if (steps![i] === 0) throw f.error('attribute', 'a step of 0', 'use another step');
    const last = forward ? extent : extent - 1;
    const from = limited(starts[i], extent, 0, last);
    const to = limited(ends![i], extent, forward ? 0 : -1, last);
    result[at] = Math.max(0, Math.ceil((to - from) / steps![i]));
    step[at] = steps![i] * strides[at];
    start += from * strides[at];
  });
  return f.strided(x, result, start, step);
});
