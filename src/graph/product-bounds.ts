import type { ProductPlan } from './products.ts';
import type { RealTensor } from './tensor.ts';

/** All elements times `scale` (a power of two) are integers of at most `magnitude`. */
export interface Grid { readonly scale: number; readonly magnitude: number }

/** Finer grids are of no use for sums of products. */
const FINEST_SCALE = 2 ** 200;

/** The coarsest binary grid, not coarser than the integers, that holds all elements; undefined if it is too fine. */
export function gridOf({ values }: RealTensor): Grid | undefined {
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

/** Whether every partial sum of `inner` products is an integer below 2^53 on the product of the grids: doubles hold those. */
export function fitsExactly(left: Grid | undefined, right: Grid | undefined, inner: number): boolean {
  return left !== undefined && right !== undefined && inner * left.magnitude * right.magnitude < 2 ** 53;
}

/** What bounds the products with the `inner` x `columns` matrices of a right factor. */
export interface RightBounds {
  readonly inner: number;
  readonly columns: number;
  readonly grid: Grid | undefined;
  /** For each column of each matrix, bounds on the sum of magnitudes and of errors. */
  readonly magnitudes: Float64Array;
  readonly errors: Float64Array | undefined;
}

/** Weights meet every sample: found once for each array of them. */
const known = new WeakMap<Float64Array, RightBounds>();

export function rightBounds(tensor: RealTensor, inner: number, columns: number): RightBounds {
  const before = known.get(tensor.values);
  if (before !== undefined && before.inner === inner && before.columns === columns) return before;
  const { values, errors } = tensor;
  const found: RightBounds = {
    inner, columns, grid: gridOf(tensor), magnitudes: columnSums(values, inner, columns),
    errors: errors === undefined ? undefined : columnSums(errors, inner, columns),
  };
  known.set(values, found);
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
 * Error of a sum of `inner` products in doubles; may be NaN where numbers are beyond doubles. The left factors are at most `magnitude` in
 * magnitude and `error` off, those of the right add up to `sum` and their errors to `sumOfErrors`. A sum of n products is off by at most
 * n u / (1 - n u) times the sum of magnitudes, u = 2^-53 (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
 */
export function boundOfSum(inner: number, magnitude: number, error: number, sum: number, sumOfErrors: number): number {
  if ((magnitude === 0 && error === 0) || (sum === 0 && sumOfErrors === 0)) return 0;
  const rounding = (inner * UNIT) / (1 - inner * UNIT);
  // The small factor last: before it, nothing underflows by more than TINY covers.
  return (magnitude * sumOfErrors + error * (sum + sumOfErrors) + magnitude * sum * rounding) * SLACK + inner * TINY;
}

/**
 * Errors of the elements of a product, whose doubles are in `values`; an element that is no finite double becomes 0 with an
 * infinite error. Undefined where all are 0.
 */
export function errorBounds(
  left: RealTensor, right: RightBounds, values: Float64Array, plan: ProductPlan,
): Float64Array | undefined {
  const { rows, inner, columns } = plan;
  const errors = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += columns) {
    const batch = Math.floor(start / columns / rows);
    const leftStart = (plan.left[batch] * rows + ((start / columns) % rows)) * inner;
    const rowMagnitude = largestMagnitude(left.values, leftStart, inner);
    const rowError = left.errors === undefined ? 0 : largestMagnitude(left.errors, leftStart, inner);
    for (let column = 0; column < columns; column++) {
      const from = plan.right[batch] * columns + column;
      const columnError = right.errors === undefined ? 0 : right.errors[from];
      const bound = boundOfSum(inner, rowMagnitude, rowError, right.magnitudes[from], columnError);
      const decent = Number.isFinite(values[start + column]) && !Number.isNaN(bound);
      errors[start + column] = decent ? bound : Infinity;
      if (!decent) values[start + column] = 0;
    }
  }
  return errors.some((error) => error !== 0) ? errors : undefined;
}

/** Largest magnitude of `count` numbers from `start` on. */
export function largestMagnitude(values: Float64Array, start: number, count: number): number {
  let most = 0;
  for (let k = start; k < start + count; k++) most = Math.max(most, Math.abs(values[k]));
  return most;
}
