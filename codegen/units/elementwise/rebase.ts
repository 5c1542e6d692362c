import { bitsOf, integerType, type DotNode, type IntegerType, type RequantizeNode, type RewritableFactors } from '../../../src/fixed/ir.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';

/** How a product's result reads from what the hardware counts: result = scale * counted + offsets[row]. */
export interface Counting {
  readonly scale: 1 | 2;
  readonly offsets: readonly number[];
  /** Range of what is counted. */
  readonly type: IntegerType;
  /** Whether other weights have other offsets. */
  readonly varying?: boolean;
}

/**
 * The elementwise operator that, applied to the count, gives what `after` gives for the product's result: levels, tables and
 * multipliers absorb scale and offset, so that popcounts need no correction. Without `after`, the operator that makes the result
 * itself; undefined where the count is the result.
 */
export function rebase(after: ElementwiseNode | undefined, dot: DotNode, counting: Counting): ElementwiseNode | undefined {
  const { scale, offsets, type, varying = false } = counting;
  const plain = scale === 1 && !varying && offsets.every((offset) => offset === 0);
  if (plain) return after;
  const rows = dot.groups * dot.rows;
  const channelOf = (row: number): number => row % (after?.channels ?? 1);
  if (after === undefined) return correction(dot, counting);
  switch (after.op) {
    case 'threshold': {
      const levels = new Float64Array(rows * after.steps);
      for (let row = 0; row < rows; row++) {
        for (let step = 0; step < after.steps; step++) {
          const level = after.levels[channelOf(row) * after.steps + step];
          levels[row * after.steps + step] = Math.ceil((level - offsets[row]) / scale);
        }
      }
      return { ...after, channels: rows, levels, falling: offsets.map((_, row) => after.falling[channelOf(row)]) };
    }
    case 'requantize':
      return {
        ...after, channels: rows,
        multipliers: offsets.map((_, row) => after.multipliers[channelOf(row)] * BigInt(scale)),
        offsets: offsets.map((offset, row) => after.offsets[channelOf(row)] + after.multipliers[channelOf(row)] * BigInt(offset)),
        ...(after.rewritable === undefined ? {} : { rewritable: widened(after.rewritable, dot) }),
      };
    case 'table': {
      const entries = dot.type.high - dot.type.low + 1;
      const counts = type.high - type.low + 1;
      const contents = new Float64Array(rows * counts);
      for (let row = 0; row < rows; row++) {
        for (let count = 0; count < counts; count++) {
          const result = scale * (count + type.low) + offsets[row];
          // A count that this row cannot reach has no entry; any value will do.
          const reachable = result >= dot.type.low && result <= dot.type.high;
          contents[row * counts + count] = reachable ? after.contents[channelOf(row) * entries + result - dot.type.low] : after.type.low;
        }
      }
      return { ...after, channels: rows, contents };
    }
  }
}

/** Room for a multiplier twice as large, and for its product with a row's offset, which is no larger than the row's largest result. */
function widened({ multiplierBits, offsetBits }: RewritableFactors, { type }: DotNode): RewritableFactors {
  const rows = bitsOf(integerType(Math.min(type.low, -1), Math.max(-type.low, type.high)));
  return { multiplierBits: multiplierBits + 1, offsetBits: Math.max(offsetBits, multiplierBits + rows) + 1 };
}

function correction(dot: DotNode, { scale, offsets, varying = false }: Counting): RequantizeNode {
  const { low, high } = dot.type;
  const bound = Math.max(-low, high);
  return {
    op: 'requantize', name: dot.name, shape: dot.shape, type: dot.type, origins: dot.origins, arg: dot.arg,
    channels: offsets.length, multipliers: offsets.map(() => BigInt(scale)), offsets: offsets.map(BigInt), shift: 0, rounding: 'floor',
    ...(varying ? { rewritable: { multiplierBits: 0, offsetBits: bitsOf(integerType(-bound, bound)) } } : {}),
  };
}
