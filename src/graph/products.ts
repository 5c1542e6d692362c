import { Rational } from '../base/rational.ts';
import type { FloatFields } from '../number/formats/float.ts';
import { lmulProduct } from '../number/formats/lmul.ts';
import { applyExact, pointEnclosure, type Enclosure } from '../number/enclosure.ts';
import { broadcastShape, operandIndex } from './broadcast.ts';
import { enclosureAt, realTensor } from './elements.ts';
import { errorBounds, fitsExactly, gridOf, rightBounds } from './product-bounds.ts';
import { sizeOf, type RealTensor } from './tensor.ts';

/** Where the factors of a product lie: `batches` matrices of rows x inner and inner x columns. */
export interface ProductPlan {
  readonly shape: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Number of the left and the right matrix for each batch. */
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/**
 * numpy's rules: a vector counts as a row on the left, as a column on the right, without that extent in the result; batches
 * broadcast.
 * @throws Error where the inner extents differ or a factor is a scalar
 */
export function planProduct(left: readonly number[], right: readonly number[]): ProductPlan {
  const inner = left[left.length - 1];
  const innerRight = right[Math.max(0, right.length - 2)];
  if (inner === undefined || inner !== innerRight) {
    throw new Error(`no product of shapes [${left.join(', ')}] and [${right.join(', ')}]`);
  }
  const [leftBatch, rightBatch] = [left.slice(0, -2), right.slice(0, -2)];
  const batch = broadcastShape([leftBatch, rightBatch]);
  const rows = left.length > 1 ? [left[left.length - 2]] : [];
  const columns = right.length > 1 ? [right[right.length - 1]] : [];
  return {
    shape: [...batch, ...rows, ...columns], rows: sizeOf(rows), inner, columns: sizeOf(columns),
    left: operandIndex(leftBatch, batch), right: operandIndex(rightBatch, batch),
  };
}

/**
 * Matrix product. Without errors where both factors lie on binary grids so coarse that every partial sum is a double; otherwise
 * with one bound for each row and column.
 */
export function multiplyReals(left: RealTensor, right: RealTensor, lmul?: FloatFields): RealTensor {
  const plan = planProduct(left.shape, right.shape);
  if (lmul !== undefined) return multiplyOrdinals(left, right, plan, lmul);
  const values = new Float64Array(sizeOf(plan.shape));
  multiplyValues(left.values, right.values, values, plan);
  const bounds = rightBounds(right, plan.inner, plan.columns);
  if (left.errors === undefined && right.errors === undefined && fitsExactly(gridOf(left), bounds.grid, plan.inner)) {
    return { shape: plan.shape, values };
  }
  const errors = errorBounds(left, bounds, values, plan);
  return realTensor(plan.shape, values, errors, (i, precision) => exactElement(left, right, plan, i, precision));
}

function multiplyValues(left: Float64Array, right: Float64Array, result: Float64Array, plan: ProductPlan): void {
  const { rows, inner, columns } = plan;
  for (let batch = 0; batch < plan.left.length; batch++) {
    const rightStart = plan.right[batch] * inner * columns;
    for (let row = 0; row < rows; row++) {
      const leftStart = (plan.left[batch] * rows + row) * inner;
      const start = (batch * rows + row) * columns;
      for (let k = 0; k < inner; k++) {
        const factor = left[leftStart + k];
        if (factor === 0) continue;
        const from = rightStart + k * columns;
        for (let column = 0; column < columns; column++) result[start + column] += factor * right[from + column];
      }
    }
  }
}

/** Sums of L-Mul products of ordinals: integers, exact while they stay below 2^53. */
function multiplyOrdinals(left: RealTensor, right: RealTensor, plan: ProductPlan, lmul: FloatFields): RealTensor {
  const { shape, rows, inner, columns } = plan;
  const values = new Float64Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) {
    const batch = Math.floor(i / (rows * columns));
    const leftStart = (plan.left[batch] * rows + (Math.floor(i / columns) % rows)) * inner;
    const rightStart = plan.right[batch] * inner * columns + (i % columns);
    for (let k = 0; k < inner; k++) values[i] += lmulProduct(lmul, left.values[leftStart + k], right.values[rightStart + k * columns]);
    if (!Number.isSafeInteger(values[i])) throw new RangeError('a sum of L-Mul products needs more than 53 bits');
  }
  return { shape, values };
}

function exactElement(left: RealTensor, right: RealTensor, plan: ProductPlan, index: number, precision: number): Enclosure {
  const { rows, inner, columns } = plan;
  const column = index % columns;
  const row = Math.floor(index / columns) % rows;
  const batch = Math.floor(index / columns / rows);
  const leftStart = (plan.left[batch] * rows + row) * inner;
  const rightStart = plan.right[batch] * inner * columns + column;
  let sum = pointEnclosure(Rational.ZERO);
  for (let k = 0; k < inner; k++) {
    const factors = [enclosureAt(left, leftStart + k, precision), enclosureAt(right, rightStart + k * columns, precision)];
    sum = applyExact({ op: 'add' }, [sum, applyExact({ op: 'multiply' }, factors, precision)], precision);
  }
  return sum;
}
