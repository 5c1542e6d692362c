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

/** Row c of the weights times the scale of element c. */
function scaledByElement(
  elementScale: RealTensor, weights: RealTensor, columns: number, rows: number, reals: Algebra<RealTensor>,
): RealTensor {
  const firstVector = reals.gather([elementScale], [columns, 1], Int32Array.from({ length: columns }, (_, i) => i));
  return reals.map({ op: 'multiply' }, [firstVector, reals.gather([weights], [columns, rows],
    Int32Array.from({ length: columns * rows }, (_, i) => i))]);
}
