import type { Attribute } from '../../src/graph/ir.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';

/** One use of a layer: what goes in and, as literal numbers, what must come out. */
export interface LayerCase {
  readonly about: string;
  /** undefined for an optional input that is left out. */
  readonly inputs: readonly (RealTensor | undefined)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Version of the operator set; 21 where nothing is said. */
  readonly version?: number;
  /** One for each output; undefined for an output that nothing reads. */
  readonly expected: readonly (RealTensor | undefined)[];
  /** What a quantizer records. */
  readonly codes?: readonly number[];
}

/** Cases by operator. */
export type Cases = Readonly<Record<string, readonly LayerCase[]>>;

export function tensor(shape: readonly number[], values: readonly number[]): RealTensor {
  return { shape, values: Float64Array.from(values) };
}

export function scalar(value: number): RealTensor {
  return tensor([], [value]);
}

export function vector(...values: number[]): RealTensor {
  return tensor([values.length], values);
}

/** A matrix, row by row. */
export function matrix(...rows: (readonly number[])[]): RealTensor {
  return tensor([rows.length, rows[0].length], rows.flat());
}

/** The tensor with the elements 0, 1, 2, ... in order. */
export function counting(...shape: number[]): RealTensor {
  return tensor(shape, Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, i) => i));
}
