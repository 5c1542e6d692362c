import type { ScalarOperator } from '../number/scalar.ts';
import type { FloatFields } from '../number/formats/float.ts';
import type { Algebra, Bounds } from './algebra.ts';
import { broadcastShape } from './broadcast.ts';
import { planProduct } from './products.ts';
import { reals } from './reals.ts';
import { reducedShape } from './reductions.ts';
import { sizeOf, type RealTensor } from './tensor.ts';
import { windowPositions, type Windows } from './windows.ts';

/** One primitive of a program: reads values by their numbers, gives the value of number `result`. */
export interface Step {
  /** Of the layer it belongs to. */
  readonly origin: string;
  readonly result: number;
  readonly args: readonly number[];
  readonly run: (algebra: Algebra<RealTensor>, args: readonly RealTensor[]) => RealTensor;
}

/** A tensor while a program is traced: known already, or the value of a number. */
export type Traced =
  | { readonly shape: readonly number[]; readonly tensor: RealTensor }
  | { readonly shape: readonly number[]; readonly number: number };

/**
 * Writes a program down instead of running it: what depends on constants alone is computed now, everything else becomes a step.
 * Layers run over it once, so that shapes, index maps and quantized weights are not made anew for every sample.
 */
export class TracingAlgebra implements Algebra<Traced> {
  readonly steps: Step[] = [];
  /** Numbers of the constants that steps read. */
  readonly constants = new Map<RealTensor, number>();
  /** Codes of quantizers of constants, by tensor name. */
  readonly constantCodes = new Map<string, RealTensor>();
  /** Origin of the layer that is traced. */
  origin = '';
  private readonly reals = reals((name, codes) => this.constantCodes.set(name, codes));
  private count = 0;

  /** The value that the program is given, not computed. */
  input(shape: readonly number[]): { readonly shape: readonly number[]; readonly number: number } {
    return { shape, number: this.count++ };
  }

  shape(tensor: Traced): readonly number[] {
    return tensor.shape;
  }

  literal(tensor: Traced): RealTensor | undefined {
    return 'tensor' in tensor ? tensor.tensor : undefined;
  }

  constant(tensor: RealTensor): Traced {
    return { shape: tensor.shape, tensor };
  }

  map(operator: ScalarOperator, args: readonly Traced[]): Traced {
    const shape = (): readonly number[] => broadcastShape(args.map((arg) => arg.shape));
    return this.step(args, shape, (algebra, tensors) => algebra.map(operator, tensors));
  }

  gather(args: readonly Traced[], shape: readonly number[], index: Int32Array): Traced {
    const reshape = args.length === 1 && index.length === sizeOf(args[0].shape) && index.every((from, i) => from === i);
    return this.step(args, () => shape, (algebra, tensors) => (reshape && tensors[0].coded === undefined
      ? { ...tensors[0], shape } : algebra.gather(tensors, shape, index)));
  }

  matmul(left: Traced, right: Traced, lmul?: FloatFields): Traced {
    return this.step([left, right], () => planProduct(left.shape, right.shape).shape, (algebra, [a, b]) => algebra.matmul(a, b, lmul));
  }

  convolve(images: Traced, weights: Traced, windows: Windows, groups: number): Traced {
    const shape = (): readonly number[] => {
      const [count, height, width] = images.shape;
      return [count, ...windowPositions({ height, width }, windows), weights.shape[0]];
    };
    return this.step([images, weights], shape, (algebra, [a, b]) => algebra.convolve(a, b, windows, groups));
  }

  pool(kind: 'maximum' | 'minimum', images: Traced, windows: Windows): Traced {
    const shape = (): readonly number[] => {
      const [count, height, width, channels] = images.shape;
      return [count, ...windowPositions({ height, width }, windows), channels];
    };
    return this.step([images], shape, (algebra, [arg]) => algebra.pool(kind, arg, windows));
  }

  pad(images: Traced, pad: Windows['pad'], value: number): Traced {
    const [count, height, width, channels] = images.shape;
    const shape = [count, height + pad[0] + pad[2], width + pad[1] + pad[3], channels];
    return this.step([images], () => shape, (algebra, [arg]) => algebra.pad(arg, pad, value));
  }

  reduce(kind: 'sum' | 'maximum' | 'minimum', tensor: Traced, axes: readonly number[]): Traced {
    return this.step([tensor], () => reducedShape(tensor.shape, axes), (algebra, [arg]) => algebra.reduce(kind, arg, axes));
  }

  argument(kind: 'maximum' | 'minimum', tensor: Traced, axis: number, tie: 'first' | 'last'): Traced {
    const shape = (): readonly number[] => reducedShape(tensor.shape, [axis]);
    return this.step([tensor], shape, (algebra, [arg]) => algebra.argument(kind, arg, axis, tie));
  }

  integer(codes: Traced, bounds: Bounds, tensorName: string, overflow?: 'wrap'): Traced {
    return this.step([codes], () => codes.shape, (algebra, [arg]) => algebra.integer(arg, bounds, tensorName, overflow));
  }

  coded(integers: Traced, grid: Traced, format: string): Traced {
    return this.step([integers, grid], () => integers.shape, (algebra, [arg, factor]) => algebra.coded(arg, factor, format));
  }

  private step(args: readonly Traced[], shape: () => readonly number[], run: Step['run']): Traced {
    const known = args.map((arg) => this.literal(arg));
    if (known.every((tensor) => tensor !== undefined)) return this.constant(run(this.reals, known));
    const result = this.input(shape());
    const numbers = args.map((arg) => this.numberOf(arg));
    this.steps.push({ origin: this.origin, result: result.number, args: numbers, run });
    return result;
  }

  /** The number of a value; constants get one when they are first read. */
  private numberOf(traced: Traced): number {
    if ('number' in traced) return traced.number;
    const known = this.constants.get(traced.tensor) ?? this.count++;
    this.constants.set(traced.tensor, known);
    return known;
  }
}
