import type { Enclosure } from '../number/enclosure.ts';

/**
 * A tensor of real numbers, row-major. Element i is the real number that lies within `errors[i]` of `values[i]`; without `errors`
 * every element is exactly its double. Where an error is not zero, `exact(i, precision)` encloses the element more tightly the larger
 * the precision (in bits) is, and as a point where it is a known rational.
 */
export interface RealTensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly errors?: Float64Array;
  readonly exact?: (index: number, precision: number) => Enclosure;
  /** Present where the tensor was put into a number format. */
  readonly coded?: Coded;
}

/** How a tensor in a number format is made: element i is `integers[i]` times the grid, which broadcasts to the tensor's shape. */
export interface Coded {
  /** Text of the format. */
  readonly format: string;
  readonly integers: Float64Array;
  readonly grid: RealTensor;
}

/** Number of elements of a shape: 1 for a scalar (`[]`). */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
