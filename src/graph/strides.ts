import { sizeOf } from './tensor.ts';

/** Distance in the flattened tensor of neighbours along each axis. */
export function rowStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** For each position (i, j, ...) of `shape`, row-major: `start + i steps[0] + j steps[1] + ...`. */
export function stridedIndex(shape: readonly number[], start: number, steps: readonly number[]): Int32Array {
  const index = new Int32Array(sizeOf(shape));
  if (index.length === 0) return index;
  index[0] = start;
  let size = 1;
  // From the innermost axis outward: what is complete is repeated, shifted, along the next axis.
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let i = 1; i < shape[axis]; i++) {
      for (let j = 0; j < size; j++) index[i * size + j] = index[j] + i * steps[axis];
    }
    size *= shape[axis];
  }
  return index;
}

/** For each position (i, j, ...), row-major, the element of a tensor of `shape` at (places[0][i], places[1][j], ...). */
export function selectedIndex(shape: readonly number[], places: readonly (readonly number[])[]): Int32Array {
  const strides = rowStrides(shape);
  let index = Int32Array.of(0);
  places.forEach((list, axis) => {
    const next = new Int32Array(index.length * list.length);
    let at = 0;
    for (const before of index) for (const place of list) next[at++] = before + place * strides[axis];
    index = next;
  });
  return index;
}
