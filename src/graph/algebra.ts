import type { FloatFields } from '../number/formats/float.ts';
import type { ScalarOperator } from '../number/scalar.ts';
import type { RealTensor } from './tensor.ts';
import type { Windows } from './windows.ts';

/** Least and greatest code of a quantizer. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * The primitives that all layers are made of. A layer says its meaning once, in these; running that meaning over different algebras
 * gives its evaluation (T = tensors of exact reals), and its lowering (T = integers of the fixed-point IR with the elementwise chain
 * that is still to be applied to them).
 */
export interface Algebra<T> {
  shape(tensor: T): readonly number[];

  /** The tensor's values where they are known at compile time (constants and everything computed of constants alone). */
  literal(tensor: T): RealTensor | undefined;

  constant(tensor: RealTensor): T;

  /** Elementwise; operands broadcast as in numpy and ONNX. */
  map(operator: ScalarOperator, args: readonly T[]): T;

  /**
   * Element i of the result is element `index[i]` of the operands, flattened and put one behind the other. All reshapes,
   * transposes, slices, concatenations and broadcasts are gathers.
   */
  gather(args: readonly T[], shape: readonly number[], index: Int32Array): T;

  /**
   * Matrix product with numpy's rules for batches and vectors. With `lmul`, the factors are ordinals of that floating-point format and
   * their products L-Mul's, in units of the format.
   */
  matmul(left: T, right: T, lmul?: FloatFields): T;

  /**
   * Convolution of images [images, height, width, channels] by weights [groups * rows, kernel height, kernel width, channels /
   * groups], as networks have it (nothing is mirrored): [images, height', width', groups * rows]. Places outside of the image are 0.
   */
  convolve(images: T, weights: T, windows: Windows, groups: number): T;

  /**
   * Largest (smallest) of each channel in each window of images [images, height, width, channels], places outside of the image left
   * out: [images, height', width', channels]. Every window has a place inside.
   */
  pool(kind: 'maximum' | 'minimum', images: T, windows: Windows): T;

  /** Images [images, height, width, channels] with rows and columns of `value` around them. */
  pad(images: T, pad: Windows['pad'], value: number): T;

  /** Reduction over `axes` (sorted, not negative), which are removed from the shape. */
  reduce(kind: 'sum' | 'maximum' | 'minimum', tensor: T, axes: readonly number[]): T;

  /** Index of the largest (smallest) element along `axis`, which is removed; `tie` says which of equal ones. */
  argument(kind: 'maximum' | 'minimum', tensor: T, axis: number, tie: 'first' | 'last'): T;

  /**
   * States that the elements are integers between `low` and `high`: the codes of a quantizer, which hardware stores. `tensorName` is
   * the quantizer's output in the file, under which the codes are recorded. Returns the same values; with overflow `wrap`, integers
   * beyond the bounds are first brought into them modulo their number.
   */
  integer(codes: T, bounds: Bounds, tensorName: string, overflow?: 'wrap'): T;

  /** integers * grid, which are the values of a tensor in a number format, whose text is `format`. */
  coded(integers: T, grid: T, format: string): T;
}
