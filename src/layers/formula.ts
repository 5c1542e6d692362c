import { userError } from '../base/diagnostic.ts';
import type { Algebra } from '../graph/algebra.ts';
import { broadcastShape } from '../graph/broadcast.ts';
import type { GraphNode } from '../graph/ir.ts';
import { sizeOf, type RealTensor } from '../graph/tensor.ts';
import type { RoundingMode } from '../number/rounding.ts';
import type { ScalarOperator } from '../number/scalar.ts';
import type { LayerKind } from './kind.ts';

type UnaryOperator = 'negate' | 'absolute' | 'sign' | 'square-root' | 'exponential' | 'logarithm' | 'sigmoid' | 'tanh' | 'error-function';

/** The primitives of an algebra as formulas of one layer are written with them, with the layer's name in every error. */
export class Formula<T> {
  constructor(readonly node: GraphNode, private readonly inputs: readonly (T | undefined)[], readonly algebra: Algebra<T>) {}

  // ---- inputs and attributes -------------------------------------------------------------------------------------------------

  /** Input number `index`, which must be there. */
  input(index: number, what: string): T {
    const tensor = this.inputs[index];
    if (tensor === undefined) throw this.error('missing-input', `input ${index} (${what}) is missing`, 'export the network again');
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

  /** Input number `index` as whole numbers that are known at compile time. */
  wholeNumbers(index: number, what: string): number[] {
    const literal = this.literal(index, what);
    const values = [...literal.values];
    if (values.some((value) => !Number.isInteger(value))) throw this.error('not-whole', `${what} holds fractions`, 'use whole numbers');
    return values;
  }

  literal(index: number, what: string): RealTensor {
    const literal = this.algebra.literal(this.input(index, what));
    if (literal === undefined) {
      throw this.error('not-constant', `${what} depends on the network's input`, 'it must be known when the network is compiled');
    }
    return literal;
  }

  number(name: string, otherwise?: number): number {
    const value = this.node.attributes[name] ?? otherwise;
    if (typeof value !== 'number') throw this.error('attribute', `attribute ${name} is missing or no number`, 'export the network again');
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

  vector(values: readonly number[]): T {
    return this.algebra.constant({ shape: [values.length], values: Float64Array.from(values) });
  }

  map(operator: ScalarOperator, ...args: readonly T[]): T {
    try {
      broadcastShape(args.map((arg) => this.shape(arg)));
    } catch (error) {
      throw this.error('shapes', (error as Error).message, 'check the shapes of its inputs');
    }
    return this.algebra.map(operator, args);
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
      throw this.error('shapes', `${sizeOf(from)} elements of [${from.join(', ')}] do not fill [${shape.join(', ')}]`, 'check the target shape');
    }
    return this.algebra.gather([tensor], shape, Int32Array.from({ length: sizeOf(shape) }, (_, i) => i));
  }

  /** Element at position p of the result is the element at `source(p)` of the tensor; positions are multi-indices. */
  rearrange(tensor: T, shape: readonly number[], source: (position: readonly number[]) => readonly number[]): T {
    const from = this.shape(tensor);
    const index = new Int32Array(sizeOf(shape));
    const position = shape.map(() => 0);
    for (let i = 0; i < index.length; i++) {
      index[i] = source(position).reduce((flat, place, axis) => flat * from[axis] + place, 0);
      for (let axis = shape.length - 1; axis >= 0 && ++position[axis] === shape[axis]; axis--) position[axis] = 0;
    }
    return this.algebra.gather([tensor], shape, index);
  }

  transpose(tensor: T, order: readonly number[]): T {
    const from = this.shape(tensor);
    return this.rearrange(tensor, order.map((axis) => from[axis]), (position) => {
      const source = new Array<number>(order.length);
      order.forEach((axis, i) => { source[axis] = position[i]; });
      return source;
    });
  }

  concat(tensors: readonly T[], axis: number): T {
    const shapes = tensors.map((tensor) => this.shape(tensor));
    const shape = shapes[0].map((extent, i) => (i === axis ? shapes.reduce((sum, each) => sum + each[axis], 0) : extent));
    for (const each of shapes) {
      if (each.length !== shape.length || each.some((extent, i) => i !== axis && extent !== shape[i])) {
        throw this.error('shapes', `[${each.join(', ')}] cannot be joined to [${shapes[0].join(', ')}] along axis ${axis}`, 'check its inputs');
      }
    }
    const outer = sizeOf(shape.slice(0, axis));
    const inner = sizeOf(shape.slice(axis + 1));
    const index = new Int32Array(sizeOf(shape));
    const starts: number[] = [];
    let total = 0;
    for (const each of shapes) {
      starts.push(total);
      total += sizeOf(each);
    }
    let at = 0;
    for (let block = 0; block < outer; block++) {
      shapes.forEach((each, which) => {
        const length = each[axis] * inner;
        for (let i = 0; i < length; i++) index[at++] = starts[which] + block * length + i;
      });
    }
    return this.algebra.gather(tensors, shape, index);
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
    operator, summary, domains: options.domains ?? [''], ...(options.versions === undefined ? {} : { versions: options.versions }),
    meaning: <T>(node: GraphNode, inputs: readonly (T | undefined)[], algebra: Algebra<T>): T[] => {
      const result = formula(new Formula(node, inputs, algebra));
      return Array.isArray(result) ? result : [result];
    },
  };
}

