import type { ProductPlan } from './products.ts';
import type { RealTensor } from './tensor.ts';

/** All elements times `scale` (a power of two) are integers of at most `magnitude`. */
export interface Grid { readonly scale: number; readonly magnitude: number }

/** Finer grids are of no use for sums of products. */
const FINEST_SCALE = 2 ** 200;

/** What is found out about a factor once: weights meet every sample. */
const grids = new WeakMap<Float64Array, Grid | 'none'>();

/** The coarsest binary grid, not coarser than the integers, that holds all elements; undefined if it is too fine. */
export function gridOf({ values }: RealTensor): Grid | undefined {
  const known = grids.get(values) ?? findGrid(values) ?? 'none';
  grids.set(values, known);
  return known === 'none' ? undefined : known;
}

function findGrid(values: Float64Array): Grid | undefined {
  let scale = 1;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const magnitude = Math.abs(value);
    if (magnitude > largest) largest = magnitude;
    while (value * scale !== Math.trunc(value * scale)) {
      scale *= 2;
      if (scale > FINEST_SCALE) return undefined;
    }
  }
  return { scale, magnitude: largest * scale };
}

/** Whether every partial sum of `inner` products is an integer below 2^53 on the product of the grids: then doubles hold it exactly. */
export function fitsExactly(left: Grid | undefined, right: Grid | undefined, inner: number): boolean {
  return left !== undefined && right !== undefined && inner * left.magnitude * right.magnitude <= 2 ** 53 - 16;
}

/** For each column of each matrix: bounds on the sum of magnitudes, and of errors. */
export interface ColumnBounds { readonly magnitudes: Float64Array; readonly errors: Float64Array | undefined }

const bounds = new WeakMap<Float64Array, ColumnBounds>();

export function columnBounds({ values, errors }: RealTensor, inner: number, columns: number): ColumnBounds {
  const known = bounds.get(values);
  if (known !== undefined) return known;
  const found = {
    magnitudes: columnSums(values, inner, columns),
    errors: errors === undefined ? undefined : columnSums(errors, inner, columns),
  };
  bounds.set(values, found);
  return found;
}

function columnSums(values: Float64Array, inner: number, columns: number): Float64Array {
  const matrices = inner * columns === 0 ? 0 : values.length / inner / columns;
  const sums = new Float64Array(matrices * columns);
  for (let i = 0; i < values.length; i++) {
    sums[Math.floor(i / (inner * columns)) * columns + (i % columns)] += Math.abs(values[i]);
  }
  for (let i = 0; i < sums.length; i++) sums[i] *= 1 + inner * UNIT * 2;
  return sums;
}

/** Relative rounding error of one operation in doubles. */
const UNIT = 2 ** -53;

/** Covers the roundings in the bound itself, and with `TINY` what underflows in a product. */
const SLACK = 1 + 2 ** -48;
const TINY = 2 ** -1070;

/**
 * Errors of the elements of a product, whose doubles are in `values`; an element that is no finite double becomes 0 with an infinite
 * error. Undefined where all are 0. A sum of n products in doubles is off by at most n u / (1 - n u) times the sum of magnitudes,
 * u = 2^-53 (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
 */
export function errorBounds(left: RealTensor, right: ColumnBounds, values: Float64Array, plan: ProductPlan): Float64Array | undefined {
  const { rows, inner, columns } = plan;
  const rounding = (inner * UNIT) / (1 - inner * UNIT);
  const errors = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const batch = Math.floor(i / columns / rows);
    if (i % columns === 0) measureRow(left, (plan.left[batch] * rows + (Math.floor(i / columns) % rows)) * inner, inner);
    const column = plan.right[batch] * columns + (i % columns);
    const magnitudes = right.magnitudes[column];
    const columnError = right.errors === undefined ? 0 : right.errors[column];
    if ((rowMagnitude === 0 && rowError === 0) || (magnitudes === 0 && columnError === 0)) continue;
    const bound = rowMagnitude * (columnError + rounding * magnitudes) + rowError * (magnitudes + columnError);
    errors[i] = bound * SLACK + inner * TINY;
    if (!Number.isFinite(values[i]) || Number.isNaN(bound)) {
      values[i] = 0;
      errors[i] = Infinity;
    }
  }
  return errors.some((error) => error !== 0) ? errors : undefined;
}

let rowMagnitude = 0;
let rowError = 0;

function measureRow({ values, errors }: RealTensor, start: number, inner: number): void {
  rowMagnitude = 0;
  rowError = 0;
  for (let k = start; k < start + inner; k++) {
    rowMagnitude = Math.max(rowMagnitude, Math.abs(values[k]));
    if (errors !== undefined) rowError = Math.max(rowError, errors[k]);
  }
}
