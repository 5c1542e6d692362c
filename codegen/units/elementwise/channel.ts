import type { IntegerType } from '../../../src/fixed/ir.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';

/** One channel of an elementwise operator over `from`, as an operator of its own over the narrower range `to`. */
export function channelOf(node: ElementwiseNode, channel: number, from: IntegerType, to: IntegerType): ElementwiseNode {
  const at = channel % node.channels;
  switch (node.op) {
    case 'threshold': return { ...node, channels: 1, falling: [node.falling[at]], levels: node.levels.slice(at * node.steps, (at + 1) * node.steps) };
    case 'requantize': return { ...node, channels: 1, multipliers: [node.multipliers[at]], offsets: [node.offsets[at]] };
    case 'table': {
      const start = at * (from.high - from.low + 1) - from.low;
      return { ...node, channels: 1, contents: node.contents.slice(start + to.low, start + to.high + 1) };
    }
  }
}
