import type { Integers } from '../fixed/evaluator.ts';
import type { FixedNode } from '../fixed/ir.ts';
import { evaluateExpression, type Expression } from '../graph/expression.ts';
import { reals } from '../graph/reals.ts';
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
  private readonly known = new Map<number, number>();
  /** The values met last, by a hash of their bits: most elements are found here, without the map. */
  private readonly recent = new Float64Array(RECENT).fill(NaN);
  private readonly codes = new Float64Array(RECENT);

  constructor(private readonly expression: Expression, size: number, private readonly node: Encoded) {
    this.order = orderOf(expression, size, true);
  }

  /** The integers of one sample; written into `room`, if it is given and has their size. */
  encode(values: Float64Array, room?: Float64Array): Integers {
    const { order, known } = this;
    if (order === undefined) return this.compute(values);
    const { recent, codes } = this;
    const bits = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    const result = room?.length === order.length ? room : new Float64Array(order.length);
    // Neighbours are often equal: backgrounds, silence.
    let [last, lastCode] = [NaN, 0];
    for (let i = 0; i < order.length; i++) {
      const source: number = order[i];
      const value = values[source];
      if (value === last) {
        result[i] = lastCode;
        continue;
      }
      const place = Math.imul(bits[2 * source] ^ Math.imul(bits[2 * source + 1], 0x9e3779b1), 0x85ebca6b) >>> (32 - RECENT_BITS);
      if (recent[place] !== value) {
        const code = known.get(value);
        if (code === undefined) return this.learn(values, order);
        recent[place] = value;
        codes[place] = code;
      }
      [last, lastCode] = [value, codes[place]];
      result[i] = lastCode;
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
