import type { FixedNode, ValueId } from '../../fixed/ir.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Knowledge } from './lanes.ts';

/** Lanes of a value that go together or not at all. */
export interface Bundle {
  readonly lanes: readonly number[];
  /** Lanes of the argument that go with them: the operator works lane by lane. */
  readonly carried: readonly number[];
}

/** All bundles of a value; none where the operator needs every lane. */
export function bundlesOf(node: FixedNode, id: ValueId, { lanes }: Pick<Knowledge, 'lanes'>): Bundle[] {
  const count = lanes[id].length;
  const single = (carried: (lane: number) => number[]): Bundle[] => Array.from({ length: count }, (_, lane) => ({ lanes: [lane], carried: carried(lane) }));
  if (count === 1) return [];
  switch (node.op) {
    case 'gather': return single(() => []);
    case 'threshold': case 'table': case 'requantize': return lanes[node.arg].length === count ? single((lane) => [lane]) : [];
    case 'extreme': return single((lane) => Array.from({ length: node.length }, (_, i) => lane * node.length + i));
    case 'dot': {
      const { groups, rows, columns } = node;
      if (groups === 1) return single(() => []);
      if (lanes[node.arg].length !== groups * columns) return [];
      return Array.from({ length: groups }, (_, group) => ({
        lanes: Array.from({ length: rows }, (_row, row) => group * rows + row),
        carried: Array.from({ length: columns }, (_column, column) => group * columns + column),
      }));
    }
    case 'window': {
      const [channels, taps] = [node.channels, sizeOf(node.kernel)];
      return lanes[node.arg].map((_, lane) => {
        const own: number[] = [];
        for (let channel = lane; channel < channels; channel += lanes[node.arg].length) {
          for (let tap = 0; tap < taps; tap++) own.push(node.order === 'pixel' ? tap * channels + channel : channel * taps + tap);
        }
        return { lanes: own, carried: [lane] };
      });
    }
    case 'input': case 'state': case 'add': case 'multiply': case 'argument': case 'divide': case 'square-root': return [];
  }
}
