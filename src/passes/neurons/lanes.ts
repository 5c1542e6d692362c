import { remembered } from '../../base/remembered.ts';
import { dispatch, type OpTable } from '../../base/table.ts';
import {
  type DotNode, type ExtremeNode, type FixedGraph, type FixedNode, type GatherNode, type RequantizeNode, type TableNode, type ThresholdNode,
  type ValueId, type WindowNode,
} from '../../fixed/ir.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { requantizedLane, stairLane, tableLane } from './elementwise.ts';
import { gatherLanes } from './gather.ts';
import { productLanes } from './products.ts';
import { constantLane, isConstant, rangeOf, Roots, type Lane } from './roots.ts';

/**
 * What is known of the lanes of each value: element i of value v belongs to lane i mod `lanes[v].length`. Lanes of a value with equal roots
 * are a multiple of each other, position by position.
 */
export interface Knowledge {
  readonly graph: FixedGraph;
  readonly roots: Roots;
  readonly lanes: readonly (readonly Lane[])[];
}

/** Where an analysis stands: what is known of earlier values. */
export interface Site extends Knowledge { readonly id: ValueId }

/** Passes that change nothing leave the graph to the next one. */
const known = new WeakMap<FixedGraph, Knowledge>();

export function knowledgeOf(graph: FixedGraph): Knowledge {
  return remembered(known, graph, () => walk(graph));
}

function walk(graph: FixedGraph): Knowledge {
  const lanes: Lane[][] = [];
  const knowledge = { graph, roots: new Roots(), lanes };
  graph.nodes.forEach((node, id) => { lanes.push(dispatch(OPERATORS, node, { ...knowledge, id })); });
  return knowledge;
}

/** The least and the largest element of a value. */
export function hullOf({ lanes, roots }: Pick<Knowledge, 'lanes' | 'roots'>, value: ValueId): [low: number, high: number] {
  const ranges = lanes[value].map((lane) => rangeOf(lane, roots));
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}

/** One lane of which nothing is known but the range. */
function unknown({ type }: FixedNode, { id, roots }: Site, low = type.low, high = type.high): Lane[] {
  if (low === high) return [constantLane(low)];
  return [{ root: roots.of(`${id}`, low, high, type.bipolar), scale: 1, offset: 0 }];
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function elementwise<N extends ThresholdNode | RequantizeNode | TableNode>(
  node: N, site: Site, lane: (node: N, channel: number, key: string, x: Lane, input: FixedNode['type'], roots: Roots) => Lane,
): Lane[] {
  const { lanes, graph, roots, id } = site;
  const args = lanes[node.arg];
  const count = laneCount(args.length, node.channels, sizeOf(node.shape));
  if (count === undefined || 'rewritable' in node) return unknown(node, site);
  return Array.from({ length: count }, (_, l) =>
    lane(node, l % node.channels, `${id}:${Math.floor(l / args.length)}`, args[l % args.length], graph.nodes[node.arg].type, roots));
}

/** Lanes of an operator with channels of its own. */
function laneCount(lanes: number, channels: number, size: number): number | undefined {
  const count = lanes % channels === 0 ? lanes : channels % lanes === 0 ? channels : undefined;
  return count !== undefined && size % count === 0 ? count : undefined;
}

function windowLanes(node: WindowNode, site: Site): Lane[] {
  const { lanes, roots, id } = site;
  const { channels, kernel, fill, order, pad } = node;
  const args = lanes[node.arg];
  if (channels % args.length !== 0) return unknown(node, site);
  const taps = kernel[0] * kernel[1];
  const padded = pad.some((places) => places > 0);
  return Array.from({ length: taps * channels }, (_, at): Lane => {
    const [tap, channel] = order === 'pixel' ? [Math.floor(at / channels), at % channels] : [at % taps, Math.floor(at / taps)];
    const x = args[channel % args.length];
    const key = `${id}:${tap}:${Math.floor(channel / args.length)}`;
    const filling = fill[fill.length === 1 ? 0 : channel];
    if (isConstant(x) && (!padded || filling === x.offset)) return x;
    const [low, high] = [roots.low(x.root), roots.high(x.root)];
    if (!padded) return { ...x, root: roots.of(`${key}:${x.root}`, low, high, roots.isPair(x.root)) };
    const root = (filling - x.offset) / x.scale;
    if (!isConstant(x) && Number.isInteger(root)) {
      const isPair = roots.isPair(x.root) && (root === low || root === high);
      return { ...x, root: roots.of(`${key}:${x.root}:${root}`, Math.min(low, root), Math.max(high, root), isPair) };
    }
    const [least, most] = rangeOf(x, roots);
    return { root: roots.of(`${key}:filled ${channel}`, Math.min(least, filling), Math.max(most, filling)), scale: 1, offset: 0 };
  });
}

function extremeLanes(node: ExtremeNode, site: Site): Lane[] {
  const { lanes, roots, id } = site;
  const args = lanes[node.arg];
  if (args.length % node.length !== 0) return unknown(node, site);
  return Array.from({ length: args.length / node.length }, (_, l): Lane => {
    const parts = args.slice(l * node.length, (l + 1) * node.length);
    const ranges = parts.map((part) => rangeOf(part, roots));
    const best = node.kind === 'maximum' ? Math.max : Math.min;
    const [low, high] = [best(...ranges.map(([least]) => least)), best(...ranges.map(([, most]) => most))];
    if (low === high) return constantLane(low);
    const [{ scale, offset }] = parts;
    const alike = scale > 0 && parts.every((part) => part.scale === scale && part.offset === offset);
    const isPair = node.type.bipolar;
    if (!alike) return { root: roots.of(`${id}:${parts.map((part) => [part.root, part.scale, part.offset].join()).join(' ')}`, low, high, isPair), scale: 1, offset: 0 };
    const isEnd = parts.every((part) => roots.isPair(part.root) && roots.low(part.root) === roots.low(parts[0].root) && roots.high(part.root) === roots.high(parts[0].root));
    return { root: roots.of(`${id}:${parts.map((part) => part.root).join()}`, (low - offset) / scale, (high - offset) / scale, isEnd), scale, offset };
  });
}

const OPERATORS: OpTable<FixedNode, Lane[], [Site]> = {
  input: (node, site) => unknown(node, site),
  state: (node, site) => unknown(node, site),
  gather: (node: GatherNode, site) => gatherLanes(node, site) ?? unknown(node, site),
  window: windowLanes,
  dot: (node: DotNode, site) => (node.rewritable === undefined ? productLanes(node, site) : unknown(node, site)),
  threshold: (node, site) => elementwise(node, site, (n, channel, key, x, _input, roots) => stairLane(n, channel, key, x, roots)),
  table: (node, site) => elementwise(node, site, tableLane),
  requantize: (node, site) => elementwise(node, site, requantizedLane),
  add: (node, site) => {
    const ends = node.args.map((arg, i) => hullOf(site, arg).map((end) => end * node.coefficients[i]));
    return unknown(node, site, sumOf(ends.map((pair) => Math.min(...pair))), sumOf(ends.map((pair) => Math.max(...pair))));
  },
  multiply: (node, site) => {
    const [left, right] = node.args.map((arg) => hullOf(site, arg));
    const corners = left.flatMap((a) => right.map((b) => a * b + 0));
    return unknown(node, site, Math.min(...corners), Math.max(...corners));
  },
  argument: (node, site) => unknown(node, site),
  extreme: extremeLanes,
  divide: (node, site) => unknown(node, site),
  'square-root': (node, site) => unknown(node, site),
};
