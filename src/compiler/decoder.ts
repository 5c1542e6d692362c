import type { Integers } from '../fixed/evaluator.ts';
import type { FixedOutput, IntegerType } from '../fixed/ir.ts';
import { evaluateExpression } from '../graph/expression.ts';
import { reals } from '../graph/reals.ts';
import type { RealTensor } from '../graph/tensor.ts';
import { orderOf } from './order.ts';

/** Tables have no more entries than these. */
const MOST_ENTRIES = 1 << 18;

const algebra = reals();
const decoders = new WeakMap<FixedOutput, Decoder>();

/** The decoder of an output whose integers are of a type. */
export function decoderOf(output: FixedOutput, size: number, type: IntegerType): Decoder {
  let decoder = decoders.get(output);
  if (decoder === undefined) {
    decoder = new Decoder(output, size, type);
    decoders.set(output, decoder);
  }
  return decoder;
}

/** Decodes outputs. Where each element depends on one integer of few, its values are remembered: exact arithmetic is slow. */
class Decoder {
  private readonly order: Int32Array | undefined;
  private readonly entries: number;
  /** For each element and each integer; NaN where they are not known yet. */
  private readonly values: Float64Array;
  private readonly errors: Float64Array;

  constructor(private readonly output: FixedOutput, size: number, private readonly type: IntegerType) {
    const order = orderOf(output.decoder, size, false);
    this.entries = type.high - type.low + 1;
    this.order = order !== undefined && order.length * this.entries <= MOST_ENTRIES ? order : undefined;
    this.values = new Float64Array(this.order === undefined ? 0 : this.order.length * this.entries).fill(NaN);
    this.errors = new Float64Array(this.values.length);
  }

  /** The network's real output for the integers of its value. */
  decode(integers: Integers): RealTensor {
    const { order, values, errors, output, entries, type: { low } } = this;
    if (order === undefined) return this.compute(integers);
    const found = new Float64Array(order.length);
    let distances: Float64Array | undefined;
    for (let i = 0; i < found.length; i++) {
      const at = i * entries + integers[order[i]] - low;
      found[i] = values[at];
      if (Number.isNaN(found[i])) return this.learn(integers, order);
      if (errors[at] === 0) continue;
      distances ??= new Float64Array(order.length);
      distances[i] = errors[at];
    }
    const { shape } = output.decoder;
    if (distances === undefined) return { shape, values: found };
    // Those who want to know more about an element than its double ask seldom.
    let whole: RealTensor | undefined;
    return { shape, values: found, errors: distances, exact: (i, precision) => (whole ??= this.compute(integers)).exact!(i, precision) };
  }

  private learn(integers: Integers, order: Int32Array): RealTensor {
    const result = this.compute(integers);
    if (result.coded !== undefined) return result;
    order.forEach((source, i) => {
      const at = i * this.entries + integers[source] - this.type.low;
      this.values[at] = result.values[i];
      this.errors[at] = result.errors?.[i] ?? 0;
    });
    return result;
  }

  private compute(integers: Integers): RealTensor {
    return evaluateExpression(this.output.decoder, { shape: [integers.length], values: integers }, algebra);
  }
}
