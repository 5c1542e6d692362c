import type { Integers } from '../fixed/evaluator.ts';
import type { FixedNode } from '../fixed/ir.ts';
import { evaluateExpression, type Expression } from '../graph/expression.ts';
import { reals } from '../graph/reals.ts';

/** More values than these are not remembered: such inputs are no pixels. */
const MOST_KNOWN = 1 << 16;

const algebra = reals();
const encoders = new WeakMap<Expression, Encoder>();

/** The input node of a fixed-point graph. */
type Encoded = Pick<FixedNode, 'type' | 'name'>;

/** The encoder of an expression over an input of `size` elements, which gives the integers of a node. */
export function encoderOf(expression: Expression, size: number, node: Encoded): Encoder {
  let encoder = encoders.get(expression);
  if (encoder === undefined) {
    encoder = new Encoder(expression, size, node);
    encoders.set(expression, encoder);
  }
  return encoder;
}

/**
 * Encodes inputs. Where each element of the result is the same function of one element of the input, its values are remembered: exact
 * arithmetic is slow, and data sets hold few different numbers.
 */
export class Encoder {
  private readonly order: Int32Array | undefined;
  private readonly known = new Map<number, number>();

  constructor(private readonly expression: Expression, size: number, private readonly node: Encoded) {
    this.order = orderOf(expression, size);
  }

  encode(values: Float64Array): Integers {
    const { order, known } = this;
    if (order === undefined) return this.compute(values);
    const result = new Float64Array(order.length);
    for (let i = 0; i < order.length; i++) {
      const code = known.get(values[order[i]]);
      if (code === undefined) return this.learn(values, order);
      result[i] = code;
    }
    return result;
  }

  private learn(values: Float64Array, order: Int32Array): Integers {
    const result = this.compute(values);
    if (this.known.size < MOST_KNOWN) order.forEach((source, i) => this.known.set(values[source], result[i]));
    return result;
  }

  private compute(values: Float64Array): Integers {
    const { type, name } = this.node;
    // A number that lies on the edge between two codes, or too near to it for doubles, is decided exactly.
    return algebra.integer(evaluateExpression(this.expression, { shape: [values.length], values }, algebra), type, name).values;
  }
}

/** Which element of the variable each element depends on, if all depend on theirs alike. */
function orderOf(expression: Expression, size: number): Int32Array | undefined {
  switch (expression.op) {
    case 'variable': return Int32Array.from({ length: size }, (_, i) => i);
    case 'constant': return undefined;
    case 'gather': {
      if (expression.args.length !== 1) return undefined;
      const inner = orderOf(expression.args[0], size);
      return inner === undefined ? undefined : expression.index.map((source) => inner[source]);
    }
    case 'map': {
      const varying = expression.args.filter((arg) => !isUniform(arg));
      const orders = varying.map((arg) => orderOf(arg, size));
      const [first] = orders;
      const elements = expression.shape.reduce((a, b) => a * b, 1);
      if (first === undefined || first.length !== elements) return undefined;
      return orders.every((order) => order !== undefined && order.every((source, i) => source === first[i])) ? first : undefined;
    }
  }
}

/** Whether a constant has one value throughout. */
function isUniform(expression: Expression): boolean {
  if (expression.op !== 'constant') return false;
  const { values, errors } = expression.tensor;
  return values.length === 1 || (errors === undefined && values.every((value) => value === values[0]));
}
