import type { DotNode, IntegerType, RequantizeNode } from '../../../src/fixed/ir.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';

/** How a product's result reads from what the hardware counts: result = scale * counted + offsets[row]. */
export interface Counting {
  readonly scale: 1 | 2;
  readonly offsets: readonly number[];
  /** Range of what is counted. */
  readonly type: IntegerType;
}

/**
 * The elementwise operator that, applied to the count, gives what `after` gives for the product's result: levels, tables and
 * multipliers absorb scale and offset, so that popcounts need no correction. Without `after`, the operator that makes the result
 * itself; undefined where the count is the result.
 */
export function rebase(after: ElementwiseNode | undefined, dot: DotNode, counting: Counting): ElementwiseNode | undefined {
  const { scale, offsets, type } = counting;
  const plain = scale === 1 && offsets.every((offset) => offset === 0);
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

function correction(dot: DotNode, { scale, offsets }: Counting): RequantizeNode {
  return {
    op: 'requantize', name: dot.name, shape: dot.shape, type: dot.type, origins: dot.origins, arg: dot.arg,
    channels: offsets.length, multipliers: offsets.map(() => BigInt(scale)), offsets: offsets.map(BigInt), shift: 0, rounding: 'floor',
  };
}
