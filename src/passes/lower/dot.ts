import type { Algebra } from '../../graph/algebra.ts';
import type { RealTensor } from '../../graph/tensor.ts';
import { commonDivisor, LARGEST_WEIGHT } from './grid.ts';

/**
 * The integer weights of a product: `weights[row * columns + column] * scale[row]` is the real weight times the scale of the element
 * of x that it meets, exactly. Each row has its own scale, the largest possible.
 * @param elementScale one scale for all elements of x, or one for each of its innermost `columns` elements
 * @param weights real, shape [columns, rows] (or [columns])
 */
export function dotWeights(
  elementScale: RealTensor, weights: RealTensor, columns: number, rows: number, reals: Algebra<RealTensor>,
): { weights: Int32Array; scale: RealTensor } | undefined {
  const exact = elementScale.errors === undefined;
  const uniform = elementScale.values.length === 1 || (exact && elementScale.values.every((value) => value === elementScale.values[0]));
  // A common scale moves to the rows' scales, whatever real number it is; different ones go into the weights.
  if (uniform && weights.coded !== undefined) {
    const coded = codedWeights(weights, columns, rows, reals);
    if (coded !== undefined) {
      const common = reals.gather([elementScale], [], Int32Array.of(0));
      return { weights: coded.integers, scale: reals.map({ op: 'multiply' }, [coded.grid, common]) };
    }
  }
  const real = uniform ? weights : scaledByElement(elementScale, weights, columns, rows, reals);
  if (real.errors !== undefined && real.errors.some((error) => error !== 0)) return undefined;

  const integers = new Int32Array(rows * columns);
  const scale = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const column = Float64Array.from({ length: columns }, (_, c) => real.values[c * rows + row]);
    const divisor = commonDivisor(column);
    if (divisor === undefined) return undefined;
    scale[row] = divisor === 0 ? 1 : divisor;
    for (let c = 0; c < columns; c++) {
      const weight = column[c] / scale[row];
      if (Math.abs(weight) > LARGEST_WEIGHT) return undefined;
      integers[row * columns + c] = weight;
    }
  }
  const rowScale: RealTensor = { shape: [rows], values: scale };
  if (!uniform) return { weights: integers, scale: rowScale };
  const common = reals.gather([elementScale], [], Int32Array.of(0));
  return { weights: integers, scale: reals.map({ op: 'multiply' }, [rowScale, common]) };
}

/** The integers of weights in a number format and the grid of each row; undefined where they are too large or the grid is finer. */
function codedWeights(
  weights: RealTensor, columns: number, rows: number, reals: Algebra<RealTensor>,
): { integers: Int32Array; grid: RealTensor } | undefined {
  const { integers, grid } = weights.coded!;
  const perRow = grid.values.length === rows && grid.shape[grid.shape.length - 1] === rows && weights.shape.length === 2;
  if (grid.values.length !== 1 && !perRow) return undefined;
  if (integers.some((integer) => Math.abs(integer) > LARGEST_WEIGHT)) return undefined;
  const transposed = Int32Array.from({ length: rows * columns }, (_, i) => integers[(i % columns) * rows + Math.floor(i / columns)]);
  const perRowIndex = Int32Array.from({ length: rows }, (_, row) => (grid.values.length === 1 ? 0 : row));
  return { integers: transposed, grid: reals.gather([grid], [rows], perRowIndex) };
}

/** Row c of the weights times the scale of element c. */
function scaledByElement(
  elementScale: RealTensor, weights: RealTensor, columns: number, rows: number, reals: Algebra<RealTensor>,
): RealTensor {
  const firstVector = reals.gather([elementScale], [columns, 1], Int32Array.from({ length: columns }, (_, i) => i));
  return reals.map({ op: 'multiply' }, [firstVector, reals.gather([weights], [columns, rows],
    Int32Array.from({ length: columns * rows }, (_, i) => i))]);
}
