import type { Integers } from '../fixed/evaluator.ts';
import type { FixedNode } from '../fixed/ir.ts';
import { evaluateExpression, type Expression } from '../graph/expression.ts';
import { reals } from '../graph/reals.ts';
import { Brackets, type Codes } from './brackets.ts';
import { orderOf } from './order.ts';

/** More values than these are not remembered: such inputs are no pixels. */
const MOST_KNOWN = 1 << 16;
const RECENT_BITS = 12;
const RECENT = 1 << RECENT_BITS;

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
  /** Whether elements stand in the order of the input's. */
  private readonly inOrder: boolean;
  private readonly brackets: Brackets | undefined;
  private readonly known = new Map<number, number>();
  /** The values met last, by a hash of their bits: most elements are found here, without the map. */
  private readonly recent = new Float64Array(RECENT).fill(NaN);
  private readonly codes = new Float64Array(RECENT);

  constructor(private readonly expression: Expression, size: number, private readonly node: Encoded) {
    this.order = orderOf(expression, size, true);
    this.inOrder = this.order?.every((source, i) => source === i) ?? false;
    this.brackets = this.order === undefined ? undefined : Brackets.of(expression, node.type);
  }

  /** The integers of one sample. */
  encode(values: Float64Array): Integers {
    if (this.order === undefined) return this.compute(values);
    const result = new Float64Array(this.order.length);
    this.encodeInto(values, result);
    return result;
  }

  /** Writes the integers of one sample where they have room. */
  encodeInto(values: Float64Array, result: Codes): void {
    const { order, inOrder, brackets } = this;
    if (order === undefined || result.length !== order.length) {
      result.set(this.compute(values));
      return;
    }
    if (brackets !== undefined) {
      brackets.encode(values, inOrder ? undefined : order, result, (value) => this.remembered(value, values, order));
      return;
    }
    // Neighbours are often equal: backgrounds, silence.
    let [last, code] = [NaN, NaN];
    for (let i = 0; i < order.length; i++) {
      const value = values[order[i]];
      if (value !== last) code = this.remembered(value, values, order);
      last = value;
      result[i] = code;
    }
  }

  /** The code of one of the values, from what was computed before, or exactly. */
  private remembered(value: number, values: Float64Array, order: Int32Array): number {
    const place = placeOf(value);
    if (this.recent[place] === value) return this.codes[place];
    let code = this.known.get(value) ?? this.brackets?.learn(value) ?? NaN;
    if (Number.isNaN(code)) code = this.learn(values, order).get(value)!;
    else if (this.known.size < MOST_KNOWN) this.known.set(value, code);
    this.recent[place] = value;
    this.codes[place] = code;
    return code;
  }

  /** Computes a whole sample. */
  private learn(values: Float64Array, order: Int32Array): ReadonlyMap<number, number> {
    const result = this.compute(values);
    const found = this.known.size < MOST_KNOWN ? this.known : new Map<number, number>();
    order.forEach((source, i) => found.set(values[source], result[i]));
    return found;
  }

  private compute(values: Float64Array): Integers {
    const { type, name } = this.node;
    // A number that lies on the edge between two codes, or too near to it for doubles, is decided exactly.
    return algebra.integer(evaluateExpression(this.expression, { shape: [values.length], values }, algebra), type, name).values;
  }
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** A place in the tables of values met last, by a hash of the value's bits. */
function placeOf(value: number): number {
  double[0] = value;
  return Math.imul(words[0] ^ Math.imul(words[1], 0x9e3779b1), 0x85ebca6b) >>> (32 - RECENT_BITS);
}
