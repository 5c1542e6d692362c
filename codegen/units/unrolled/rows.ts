import { bitsOf, integerType, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import { constantElementwise, constantLatency, type Context } from '../elementwise/constant.ts';
import { channelOf } from '../elementwise/channel.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';
import type { Signal } from '../../rtl/ir.ts';
import type { Wire } from '../integer.ts';

/** What the sum of a row can be, of elements as they are counted: a bipolar one as its bit; within what all rows' sums are known to be. */
export function rowType({ weights, columns }: DotNode, row: number, input: IntegerType, all: IntegerType): IntegerType {
  const { low: least, high: most } = input.bipolar ? integerType(0, 1) : input;
  let [low, high] = [0, 0];
  for (const weight of weights.subarray(row * columns, (row + 1) * columns)) {
    low += Math.min(weight * least, weight * most);
    high += Math.max(weight * least, weight * most);
  }
  return integerType(Math.max(low, all.low), Math.min(high, all.high));
}

/** The elementwise operator on the sum of a row, in the bits that the row needs and as late as on the widest. */
export function quantizedRow(after: ElementwiseNode, sum: Wire, own: IntegerType, row: number, context: Context): Signal {
  const { builder, timing, enable } = context;
  const narrow: Wire = { signal: builder.slice(sum.signal, 0, bitsOf(own)), type: own };
  const node = channelOf(after, row, sum.type, own);
  const late = constantLatency(after, sum.type, timing) - constantLatency(node, own, timing);
  return builder.delay(constantElementwise(node, narrow, 0, context), late, enable);
}
