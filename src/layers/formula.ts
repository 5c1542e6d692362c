import { userError } from '../base/diagnostic.ts';
import type { Rational } from '../base/rational.ts';
import type { Algebra } from '../graph/algebra.ts';
import { broadcastShape, operandIndex } from '../graph/broadcast.ts';
import { rationalTensor } from '../graph/elements.ts';
import type { GraphNode } from '../graph/ir.ts';
import { sizeOf, type RealTensor } from '../graph/tensor.ts';
import type { RoundingMode } from '../number/rounding.ts';
import type { ScalarOperator } from '../number/scalar.ts';
import type { LayerKind } from './kind.ts';
import { rowStrides, stridedIndex } from '../graph/strides.ts';

/** Most elements of one tensor. */
export const LARGEST_TENSOR = 2 ** 31;

type UnaryOperator =
  | 'negate' | 'absolute' | 'sign' | 'square-root' | 'exponential' | 'logarithm' | 'sigmoid' | 'tanh' | 'error-function';

/** The primitives of an algebra as formulas of one layer are written with them, with the layer's name in every error. */
export class Formula<T> {
  constructor(readonly node: GraphNode, private readonly inputs: readonly (T | undefined)[], readonly algebra: Algebra<T>) {}

  // ---- inputs and attributes -------------------------------------------------------------------------------------------------

  /** Input number `index`, which must be there. */
  input(index: number, what: string): T {
    const tensor = this.inputs[index];
    if (tensor === undefined) {
      throw this.error('missing-input', `input ${index} (${what}) is missing`, 'export the network again');
    }
    return tensor;
  }

  optional(index: number): T | undefined {
    return this.inputs[index];
  }

  has(index: number): boolean {
    return this.inputs[index] !== undefined;
  }

  get inputCount(): number {
    return this.inputs.length;
  }

  /** All inputs of a node that takes any number of them; there is at least one. */
  allInputs(): T[] {
    return Array.from({ length: Math.max(1, this.inputCount) }, (_, i) => this.input(i, `tensor ${i}`));
  }

  /** Input number `index` as whole numbers that are known at compile time. */
  wholeNumbers(index: number, what: string): number[] {
    const literal = this.literal(index, what);
    const values = [...literal.values];
    if (values.some((value) => !Number.isInteger(value))) {
      throw this.error('not-whole', `${what} holds fractions`, 'use whole numbers');
    }
    return values;
  }

  /** Input number `index` as the extents of a tensor. */
  extents(index: number, what: string): number[] {
    const extents = this.wholeNumbers(index, what);
    if (extents.some((extent) => extent < 0) || sizeOf(extents) > LARGEST_TENSOR) {
      throw this.error('shapes', `${what} is [${extents.join(', ')}]`, 'extents are not negative, and their product is at most 2^31');
    }
    return extents;
  }

  literal(index: number, what: string): RealTensor {
    const literal = this.algebra.literal(this.input(index, what));
    if (literal === undefined) {
      throw this.error('not-constant', `${what} depends on the network's input`, 'it must be known when the network is compiled');
    }
    return literal;
  }

  /** Says that input number `index` must be known at compile time, and gives it. */
  constantInput(index: number, what: string): T {
    this.literal(index, what);
    return this.input(index, what);
  }

  number(name: string, otherwise?: number): number {
    const value = this.node.attributes[name] ?? otherwise;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw this.error('attribute', `attribute ${name} is ${value === undefined ? 'missing' : 'no finite number'}`,
        'export the network again');
    }
    return value;
  }

  text(name: string, otherwise: string): string {
    const value = this.node.attributes[name] ?? otherwise;
    if (typeof value !== 'string') throw this.error('attribute', `attribute ${name} is no text`, 'export the network again');
    return value;
  }

  numbers(name: string): readonly number[] | undefined {
    const value = this.node.attributes[name];
    return Array.isArray(value) ? value as number[] : undefined;
  }

  /** Attribute (before version `since`) or input `index` (from then on) with whole numbers; undefined where it is left out. */
  attributeOrInput(name: string, index: number, since: number): readonly number[] | undefined {
    if (this.node.version < since) return this.numbers(name);
    return this.has(index) ? this.wholeNumbers(index, name) : undefined;
  }

  /** An axis of `rank` dimensions, counted from the end where negative. */
  axis(value: number, rank: number): number {
    const axis = value < 0 ? value + rank : value;
    if (!Number.isInteger(axis) || axis < 0 || axis >= Math.max(1, rank)) {
      throw this.error('axis', `axis ${value} of a tensor with ${rank} dimensions`, 'export the network again');
    }
    return axis;
  }

  // ---- formulas --------------------------------------------------------------------------------------------------------------

  shape(tensor: T): readonly number[] {
    return this.algebra.shape(tensor);
  }

  constant(value: number): T {
    return this.algebra.constant({ shape: [], values: Float64Array.of(value) });
  }

  /** A constant with the same value everywhere. */
  filled(shape: readonly number[], value: number): T {
    return this.algebra.constant({ shape, values: new Float64Array(sizeOf(shape)).fill(value) });
  }

  rational(value: Rational): T {
    return this.algebra.constant(rationalTensor(value));
  }

  vector(values: readonly number[]): T {
    return this.algebra.constant({ shape: [values.length], values: Float64Array.from(values) });
  }

  map(operator: ScalarOperator, ...args: readonly T[]): T {
    this.broadcastShape(args.map((arg) => this.shape(arg)));
    return this.algebra.map(operator, args);
  }

  /** The shape that all of these broadcast to. */
  broadcastShape(shapes: readonly (readonly number[])[]): readonly number[] {
    try {
      return broadcastShape(shapes);
    } catch (error) {
      throw this.error('shapes', (error as Error).message, 'check the shapes of its inputs');
    }
  }

  add(left: T, right: T): T { return this.map({ op: 'add' }, left, right); }
  subtract(left: T, right: T): T { return this.map({ op: 'subtract' }, left, right); }
  multiply(left: T, right: T): T { return this.map({ op: 'multiply' }, left, right); }
  divide(left: T, right: T): T { return this.map({ op: 'divide' }, left, right); }
  power(base: T, exponent: T): T { return this.map({ op: 'power' }, base, exponent); }
  minimum(left: T, right: T): T { return this.map({ op: 'minimum' }, left, right); }
  maximum(left: T, right: T): T { return this.map({ op: 'maximum' }, left, right); }
  lessOrEqual(left: T, right: T): T { return this.map({ op: 'less-equal' }, left, right); }
  select(condition: T, whenTrue: T, whenFalse: T): T { return this.map({ op: 'select' }, condition, whenTrue, whenFalse); }
  unary(op: UnaryOperator, x: T): T { return this.map({ op }, x); }
  round(x: T, mode: RoundingMode): T { return this.map({ op: 'round', mode }, x); }

  clamp(x: T, low: number, high: number): T {
    return this.minimum(this.maximum(x, this.constant(low)), this.constant(high));
  }

  // ---- rearrangements --------------------------------------------------------------------------------------------------------

  /** The same elements in the same order under another shape. */
  reshape(tensor: T, shape: readonly number[]): T {
    const from = this.shape(tensor);
    if (sizeOf(from) !== sizeOf(shape)) {
      throw this.error('shapes', `${sizeOf(from)} elements of [${from.join(', ')}] do not fill [${shape.join(', ')}]`,
        'check the target shape');
    }
    return this.algebra.gather([tensor], shape, Int32Array.from({ length: sizeOf(shape) }, (_, i) => i));
  }

  /** The tensor repeated to a shape that it broadcasts to. */
  broadcast(tensor: T, shape: readonly number[]): T {
    return this.algebra.gather([tensor], shape, operandIndex(this.shape(tensor), shape));
  }

  /**
   * Element (i, j, ...) of the result is element `start + i steps[0] + j steps[1] + ...` of the flattened tensor. Transposes and
   * slices are of this kind.
   */
  strided(tensor: T, shape: readonly number[], start: number, steps: readonly number[]): T {
    return this.algebra.gather([tensor], shape, stridedIndex(shape, start, steps));
  }

  transpose(tensor: T, order: readonly number[]): T {
    const from = this.shape(tensor);
    const strides = rowStrides(from);
    return this.strided(tensor, order.map((axis) => from[axis]), 0, order.map((axis) => strides[axis]));
  }

  error(code: string, message: string, help: string): Error {
    return userError(code, `${this.node.kind}: ${message}`, { origin: this.node.origin, help });
  }
}

/** A layer whose meaning is written with a {@link Formula}; one result, or a list where it has several outputs. */
export function layer(
  operator: string, summary: string,
  formula: <T>(f: Formula<T>) => T | T[],
  options: { domains?: readonly string[]; versions?: readonly [number, number] } = {},
): LayerKind {
  return {
    operator, summary, domains: [''], ...options,
    meaning: <T>(node: GraphNode, inputs: readonly (T | undefined)[], algebra: Algebra<T>): T[] => {
      const f = new Formula(node, inputs, algebra);
      const result = formula(f);
      const results = Array.isArray(result) ? result : [result];
      const extra = node.outputs.findIndex((name, i) => name !== '' && i >= results.length);
      if (extra >= 0) {
        throw f.error('unsupported-output', `its output ${extra} (${node.outputs[extra]}) is read`,
          'export the network for inference');
      }
      return results;
    },
  };
}

