import { sizeOf } from './tensor.ts';

/**
 * The shape that all of these broadcast to, by numpy's rule: aligned at the last dimension, extents of 1 stretch.
 * @throws Error where two extents differ and neither is 1
 */
export function broadcastShape(shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let extent = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1) continue;
      if (extent !== 1 && extent !== own) {
        throw new Error(`shapes ${shapes.map((each) => `[${each.join(', ')}]`).join(' and ')} do not broadcast`);
      }
      extent = own;
    }
    return extent;
  });
}

/** For each element of `result`, the element of an operand of `shape` that is broadcast to it; `shape` broadcasts to `result`. */
export function operandIndex(shape: readonly number[], result: readonly number[]): Int32Array {
  const index = new Int32Array(sizeOf(result));
  let stride = 1;
  let repeat = 1;
  // From the innermost axis outward: the part of the index that is complete is repeated along the next axis.
  for (let axis = result.length - 1; axis >= 0; axis--) {
    const extent = shape[axis - result.length + shape.length] ?? 1;
    const step = extent === 1 ? 0 : stride;
    for (let i = 1; i < result[axis]; i++) {
      for (let j = 0; j < repeat; j++) index[i * repeat + j] = index[j] + i * step;
    }
    stride *= extent;
    repeat *= result[axis];
  }
  return index;
}
