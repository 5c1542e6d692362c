import { Rational } from '../../base/rational.ts';
import type { Algebra } from '../../graph/algebra.ts';
import { operandIndex } from '../../graph/broadcast.ts';
import { rationalsTensor } from '../../graph/elements.ts';
import type { RealTensor } from '../../graph/tensor.ts';
import { commonDivisor, commonDivisorOfRationals, LARGEST_WEIGHT, rationalElement } from './grid.ts';

/** Real weights of a product: `rows` vectors of `columns` numbers in each group, row by row. */
export interface RealWeights {
  readonly groups: number;
  readonly rows: number;
  readonly columns: number;
  /** Shape [groups * rows, columns]. */
  readonly tensor: RealTensor;
  /** Text of the number format that the author put them into. */
  readonly format?: string;
  /** In the number format: integers, and the grid of each row; integers of the common grid where a row has several. */
  readonly coded?: { readonly integers: Int32Array; readonly grid: RealTensor };
}

/** Constant weights as the rows of a product: element i of those is element `index[i]` of the tensor. */
export function arrangedWeights(
  weights: RealTensor, index: Int32Array, size: { readonly groups: number; readonly rows: number; readonly columns: number },
  reals: Algebra<RealTensor>,
): RealWeights {
  const rows = size.groups * size.rows;
  const tensor = reals.gather([{ ...weights, coded: undefined }], [rows, size.columns], index);
  if (weights.coded === undefined) return { ...size, tensor };
  const { format, integers, grid } = weights.coded;
  const places = grid.values.length === 1 ? undefined : operandIndex(grid.shape, weights.shape);
  const firsts = Int32Array.from({ length: rows }, (_, row) => places?.[index[row * size.columns]] ?? 0);
  const fits = index.every((from, i) => Math.abs(integers[from]) <= LARGEST_WEIGHT
    && (places === undefined || grid.values[places[from]] === grid.values[firsts[Math.floor(i / size.columns)]]));
  if (!fits) return { ...size, tensor, format, ...commonGrid(weights.coded, places, index, rows) };
  return { ...size, tensor, format, coded: { integers: Int32Array.from(index, (from) => integers[from]), grid: reals.gather([grid], [rows], firsts) } };
}

/** Rows whose weights have several grids (scales of groups), on the finest grid that has all of them; nothing where there is none. */
function commonGrid(
  { integers, grid }: NonNullable<RealTensor['coded']>, places: Int32Array | undefined, index: Int32Array, rows: number,
): Pick<RealWeights, 'coded'> {
  const columns = index.length / rows;
  const result = new Int32Array(index.length);
  const common: Rational[] = [];
  for (let row = 0; row < rows; row++) {
    const own = index.subarray(row * columns, (row + 1) * columns);
    const known = new Map<number, Rational | undefined>();
    for (const from of own) known.set(places?.[from] ?? 0, rationalElement(grid, places?.[from] ?? 0));
    if ([...known.values()].includes(undefined)) return {};
    const step = commonDivisorOfRationals(known.values() as Iterable<Rational>);
    const multiples = new Map([...known].map(([place, value]) => [place, Number(Rational.divide(value!, step).numerator)]));
    for (let i = 0; i < columns; i++) {
      const weight = integers[own[i]] * multiples.get(places?.[own[i]] ?? 0)!;
      if (!(Math.abs(weight) <= LARGEST_WEIGHT)) return {};
      result[row * columns + i] = weight;
    }
    common.push(step);
  }
  return { coded: { integers: result, grid: rationalsTensor(common) } };
}

/**
 * The integer weights of a product: `weights[row * columns + column] * scale[row]` is the real weight times the scale of the element
 * of x that it meets, exactly. Each row has its own scale, the largest possible.
 * @param elementScale one scale for all elements of x, or one for each of its innermost `groups * columns` elements
 */
export function dotWeights(
  elementScale: RealTensor, weights: RealWeights, reals: Algebra<RealTensor>,
): { weights: Int32Array; scale: RealTensor } | undefined {
  const { groups, rows, columns, tensor } = weights;
  const exact = elementScale.errors === undefined;
  const uniform = elementScale.values.length === 1 || (exact && elementScale.values.every((value) => value === elementScale.values[0]));
  // A common scale moves to the rows' scales, whatever real number it is; different ones go into the weights.
  if (uniform && weights.coded !== undefined) {
    const common = reals.gather([elementScale], [], Int32Array.of(0));
    return { weights: weights.coded.integers, scale: reals.map({ op: 'multiply' }, [weights.coded.grid, common]) };
  }
  const real = uniform ? tensor : scaledByElement(elementScale, weights, reals);
  if (real.errors !== undefined && real.errors.some((error) => error !== 0)) return undefined;

  const integers = new Int32Array(groups * rows * columns);
  const scale = new Float64Array(groups * rows);
  for (let row = 0; row < scale.length; row++) {
    const vector = real.values.subarray(row * columns, (row + 1) * columns);
    const divisor = commonDivisor(vector);
    if (divisor === undefined) return undefined;
    scale[row] = divisor === 0 ? 1 : divisor;
    for (let c = 0; c < columns; c++) {
      const weight = vector[c] / scale[row];
      if (Math.abs(weight) > LARGEST_WEIGHT) return undefined;
      integers[row * columns + c] = weight;
    }
  }
  const rowScale: RealTensor = { shape: [scale.length], values: scale };
  if (!uniform) return { weights: integers, scale: rowScale };
  const common = reals.gather([elementScale], [], Int32Array.of(0));
  return { weights: integers, scale: reals.map({ op: 'multiply' }, [rowScale, common]) };
}

/** Each group's weights of column c times the scale of its element c. */
function scaledByElement(elementScale: RealTensor, { groups, rows, columns, tensor }: RealWeights, reals: Algebra<RealTensor>): RealTensor {
  const reshaped = (each: RealTensor, shape: readonly number[]): RealTensor =>
    reals.gather([each], shape, Int32Array.from({ length: each.values.length }, (_, i) => i));
  const product = reals.map({ op: 'multiply' }, [reshaped(tensor, [groups, rows, columns]), reshaped(elementScale, [groups, 1, columns])]);
  return { ...product, shape: [groups * rows, columns] };
}
