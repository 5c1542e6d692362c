import { dispatch, type OpTable } from '../../base/table.ts';
import {
  type DotNode, type FixedGraph, type FixedNode, type GatherNode, type IntegerType, type QuantizerCodes, type RequantizeNode, type TableNode,
  type ThresholdNode, type ValueId,
} from '../../fixed/ir.ts';
import { dotRange } from '../../fixed/ranges.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Knowledge } from './lanes.ts';
import type { Removals } from './removals.ts';

interface Work extends Removals {
  readonly before: Knowledge;
  readonly id: ValueId;
  /** By value: the lanes that stay, ascending. */
  readonly kept: readonly Int32Array[];
  /** Nodes that are rewritten already. */
  readonly nodes: readonly FixedNode[];
}

/** The graph without the lanes that go. Values keep their numbers. */
export function rewritten(before: Knowledge, removals: Removals): FixedGraph {
  const { graph, lanes } = before;
  if (removals.lanes.every(({ size }) => size === 0)) return graph;
  const kept = lanes.map((own, id) => Int32Array.from(own.keys()).filter((lane) => !removals.lanes[id].has(lane)));
  const nodes: FixedNode[] = [];
  graph.nodes.forEach((node, id) => {
    const made = dispatch(OPERATORS, node, { ...removals, before, id, kept, nodes });
    const isWhole = removals.lanes[id].size === 0;
    const count = lanes[id].length;
    nodes.push(isWhole ? made : { ...made, shape: shrunk(node.shape, count, kept[id].length), ...codesLeft(node, id, removals, kept[id], count) });
  });
  return { ...graph, nodes };
}

/** The shape with `kept` of each `lanes` elements, along its innermost axis if the lanes lie there. */
function shrunk(shape: readonly number[], lanes: number, kept: number): number[] {
  const innermost = shape[shape.length - 1];
  return innermost % lanes === 0 ? [...shape.slice(0, -1), (innermost / lanes) * kept] : [(sizeOf(shape) / lanes) * kept];
}

/** Codes of lanes that are not computed any more are of element -1. */
function codesLeft({ codes, shape }: FixedNode, id: ValueId, { lanes }: Removals, kept: Int32Array, count: number): { codes?: QuantizerCodes[] } {
  if (codes === undefined) return {};
  const places = new Int32Array(count).fill(-1);
  kept.forEach((lane, i) => { places[lane] = i; });
  for (const [lane, removal] of lanes[id]) {
    if (removal.kept !== undefined && removal.scale === 1 && removal.offset === 0) places[lane] = places[removal.kept];
  }
  const moved = (element: number): number => {
    const place = element < 0 ? -1 : places[element % count];
    return place < 0 ? -1 : Math.floor(element / count) * kept.length + place;
  };
  return { codes: codes.map((code) => ({ ...code, order: (code.order ?? Int32Array.from({ length: sizeOf(shape) }, (_, i) => i)).map(moved) })) };
}

const same = <N extends FixedNode>(node: N): N => node;

const OPERATORS: OpTable<FixedNode, FixedNode, [Work]> = {
  input: same,
  state: same,
  add: same,
  multiply: same,
  argument: same,
  divide: same,
  'square-root': same,
  extreme: same,

  window: (node, { before, kept }) => {
    const count = before.lanes[node.arg].length;
    const own = kept[node.arg];
    if (own.length === count || node.channels % count !== 0) return node;
    const channels = Array.from({ length: node.channels }, (_, channel) => channel).filter((channel) => own.includes(channel % count));
    return { ...node, channels: channels.length, fill: node.fill.length === 1 ? node.fill : Float64Array.from(channels, (channel) => node.fill[channel]) };
  },

  gather: (node, work) => ({ ...node, index: gatherIndex(node, work) }),
  dot: product,
  threshold: (node, work) => elementwise(node, work, ({ channels, steps, levels, falling }, own, shifts): ThresholdNode => ({
    ...node, channels: own.length, falling: own.map((lane) => falling[lane % channels]),
    levels: Float64Array.from({ length: own.length * steps }, (_, at) => {
      const lane = Math.floor(at / steps);
      return levels[(own[lane] % channels) * steps + (at % steps)] - shifts[lane];
    }),
  })),
  requantize: (node, work) => elementwise(node, work, ({ channels, multipliers, offsets }, own, shifts): RequantizeNode => ({
    ...node, channels: own.length, multipliers: own.map((lane) => multipliers[lane % channels]),
    offsets: own.map((lane, i) => offsets[lane % channels] + multipliers[lane % channels] * BigInt(shifts[i])),
  })),
  table: (node, work) => elementwise(node, work, ({ channels, contents, type }, own, shifts): TableNode => {
    const { low, high } = work.before.graph.nodes[node.arg].type;
    const entries = high - low + 1;
    const now: IntegerType = work.nodes[node.arg].type;
    const count = now.high - now.low + 1;
    return {
      ...node, channels: own.length,
      contents: Float64Array.from({ length: own.length * count }, (_, at) => {
        const lane = Math.floor(at / count);
        const entry = now.low + (at % count) + shifts[lane] - low;
        // What this row cannot reach has no entry; any will do.
        return entry >= 0 && entry < entries ? contents[(own[lane] % channels) * entries + entry] : type.low;
      }),
    };
  }),
};

/** The quantizer with parameters for each lane that stays, as few of them as before where nothing differs. */
function elementwise<N extends ThresholdNode | RequantizeNode | TableNode>(
  node: N, { before, kept, nodes, products, id, lanes }: Work, made: (node: N, lanes: readonly number[], shifts: readonly number[]) => N,
): N {
  const shifts = products.get(node.arg)?.shifts;
  const arg = before.graph.nodes[node.arg];
  const isMoved = node.op === 'table' && (arg.type.low !== nodes[node.arg].type.low || arg.type.high !== nodes[node.arg].type.high);
  const own = [...kept[id]];
  const shiftOf = (lane: number): number => shifts?.[lane % shifts.length] ?? 0;
  const isShifted = own.some((lane) => shiftOf(lane) !== 0);
  if (node.channels === 1 && own.every((lane) => shiftOf(lane) === shiftOf(own[0]))) {
    return isShifted || isMoved ? made(node, [0], [shiftOf(own[0])]) : node;
  }
  if (lanes[id].size === 0 && !isShifted) {
    const channels = Array.from({ length: node.channels }, (_, channel) => channel);
    return isMoved ? made(node, channels, channels.map(() => 0)) : node;
  }
  return made(node, own, own.map(shiftOf));
}

function gatherIndex({ args, index }: GatherNode, { before, kept, id, lanes }: Work): Int32Array {
  const { graph } = before;
  const sizes = args.map((arg) => sizeOf(graph.nodes[arg].shape));
  const left = args.map((arg, i) => (sizes[i] / before.lanes[arg].length) * kept[arg].length);
  const places = new Map(args.map((arg) => [arg, new Map(Array.from(kept[arg], (lane, place) => [lane, place]))]));
  const moved = (element: number): number => {
    let [which, rest, start] = [0, element, 0];
    while (rest >= sizes[which]) {
      rest -= sizes[which];
      start += left[which++];
    }
    const arg = args[which];
    const count = before.lanes[arg].length;
    const lane = lanes[arg].get(rest % count)?.kept ?? rest % count;
    return start + Math.floor(rest / count) * kept[arg].length + places.get(arg)!.get(lane)!;
  };
  const count = before.lanes[id].length;
  return index.filter((_, i) => !lanes[id].has(i % count)).map(moved);
}

function product(node: DotNode, { before, kept, nodes, products, id }: Work): DotNode {
  const { groups, rows, columns, lmul } = node;
  const count = before.lanes[node.arg].length;
  const stays = new Set(kept[node.arg]);
  const plan = products.get(id);
  const merged = plan?.weights ?? node.weights;
  const fewer = kept[node.arg].length < count;
  const ownRows = before.lanes[id].length === groups * rows ? [...kept[id]] : Array.from({ length: groups * rows }, (_, row) => row);
  if (!fewer && ownRows.length === groups * rows) return node;
  // Of several groups whole ones go: with their rows and with their columns.
  const ownGroups = groups === 1 ? 1 : ownRows.length / rows;
  const ownColumns = Array.from({ length: columns }, (_, column) => column).filter((column) => groups > 1 || !fewer || stays.has(column % count));
  const weights = Int32Array.from({ length: ownRows.length * ownColumns.length }, (_, at) =>
    merged[ownRows[Math.floor(at / ownColumns.length)] * columns + ownColumns[at % ownColumns.length]]);
  return {
    ...node, groups: ownGroups, rows: ownRows.length / ownGroups, columns: ownColumns.length, weights,
    type: dotRange(weights, ownRows.length, ownColumns.length, nodes[node.arg].type, lmul),
  };
}
