import type { DotNode, FixedGraph, FixedNode, ValueId, WindowNode } from './ir.ts';

/** Of each value's innermost elements, its channels, those that matter. */
type Channels = readonly boolean[];

/**
 * The same graph without channels that reach no output: those that all later weights multiply by zero. Values keep their numbers; those of
 * `seen`, and all that no product of weights makes, keep all channels.
 */
export function pruneChannels(graph: FixedGraph, seen: ReadonlySet<ValueId>): FixedGraph {
  const kept = keptChannels(graph.nodes, seen);
  if (kept.every((each) => each.every(Boolean))) return graph;
  return { ...graph, nodes: graph.nodes.map((node, id) => pruned(node, kept[id], 'arg' in node ? kept[node.arg] : [])) };
}

/** Which channels matter, asked from the end; then which there are, from the beginning: a layer of each channel for itself keeps those before it. */
function keptChannels(nodes: readonly FixedNode[], seen: ReadonlySet<ValueId>): Channels[] {
  const live = nodes.map((node, id) => new Array<boolean>(channelsOf(node)).fill(seen.has(id)));
  for (const node of nodes) if (node.op === 'state') live[node.next].fill(true);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id];
    if ('arg' in node) needed(node, nodes[node.arg], live[id]).forEach((one, c) => { live[node.arg][c] ||= one; });
    else if ('args' in node) for (const arg of node.args) live[arg].fill(true);
  }
  const kept: Channels[] = [];
  nodes.forEach((node, id) => kept.push(keep(node, nodes, live[id], kept)));
  return kept;
}

const channelsOf = ({ shape }: FixedNode): number => shape[shape.length - 1] ?? 1;

type Reader = Extract<FixedNode, { arg: ValueId }>;

/** What an operator does: `map` treats each channel, `rows` makes new ones, `window` takes taps of each, `depthwise` adds each one's taps. */
function kindOf(node: FixedNode, arg: FixedNode | undefined): 'map' | 'rows' | 'window' | 'depthwise' | 'other' {
  if (node.op === 'threshold' || node.op === 'table' || node.op === 'requantize') {
    return channelsOf(node) === channelsOf(arg!) && (node.channels === 1 || node.channels === channelsOf(node)) ? 'map' : 'other';
  }
  if (node.op === 'window') return channelsOf(arg!) === node.channels && channelsOf(node) % node.channels === 0 ? 'window' : 'other';
  if (node.op !== 'dot' || node.lmul !== undefined || node.rewritable !== undefined) return 'other';
  if (node.groups === 1) return channelsOf(node) === node.rows && node.columns % channelsOf(arg!) === 0 ? 'rows' : 'other';
  const taps = arg?.op === 'window' && arg.order === 'channel' ? arg.kernel[0] * arg.kernel[1] : 0;
  const alone = node.rows === 1 && node.columns === taps && channelsOf(node) === node.groups;
  return alone && channelsOf(arg!) === taps * node.groups ? 'depthwise' : 'other';
}

/** Which channels of the argument matter for those of the result that do. */
function needed(node: Reader, arg: FixedNode, live: Channels): Channels {
  const none = new Array<boolean>(channelsOf(arg)).fill(false);
  const kind = kindOf(node, arg);
  if (kind === 'map') return live;
  if (kind === 'depthwise') return none.map((_, i) => live[Math.floor(i / (node as DotNode).columns)]);
  if (kind === 'window') channelOfTaps(node as WindowNode).forEach((c, i) => { none[c] ||= live[i]; });
  else if (kind === 'rows') {
    const { rows, columns, weights } = node as DotNode;
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < columns && live[row]; c++) if (weights[row * columns + c] !== 0) none[c % none.length] = true;
    }
  } else none.fill(true);
  return none;
}

function keep(node: FixedNode, nodes: readonly FixedNode[], live: Channels, kept: readonly Channels[]): Channels {
  const own = 'arg' in node ? kept[node.arg] : [];
  const kind = kindOf(node, 'arg' in node ? nodes[node.arg] : undefined);
  if (kind === 'map') return own;
  // One row at least.
  if (kind === 'rows') return live.some(Boolean) ? live : live.map((_, row) => row === 0);
  if (kind === 'depthwise') return live.map((_, group) => own[group * (node as DotNode).columns]);
  return kind === 'window' ? channelOfTaps(node as WindowNode).map((c) => own[c]) : live.map(() => true);
}

/** The channel of each element of a window. */
function channelOfTaps({ kernel, channels, order }: WindowNode): number[] {
  const taps = kernel[0] * kernel[1];
  return Array.from({ length: taps * channels }, (_, i) => (order === 'pixel' ? i % channels : Math.floor(i / taps)));
}

/** A node with its kept channels alone, of an argument of which some are kept. */
function pruned(node: FixedNode, kept: Channels, arg: Channels): FixedNode {
  const shape = [...node.shape.slice(0, -1), kept.filter(Boolean).length];
  const whole = kept.every(Boolean);
  const some = <T>(values: readonly T[], per = 1): T[] => values.filter((_, i) => kept[Math.floor(i / per)]);
  switch (node.op) {
    case 'threshold': return whole ? node : { ...node, shape, ...(node.channels === 1 ? {} : {
      channels: shape[shape.length - 1], levels: Float64Array.from(some([...node.levels], node.steps)), falling: some(node.falling),
    }) };
    case 'table': return whole ? node : { ...node, shape, ...(node.channels === 1 ? {} : {
      channels: shape[shape.length - 1], contents: Float64Array.from(some([...node.contents], node.contents.length / node.channels)),
    }) };
    case 'requantize': return whole ? node : { ...node, shape, ...(node.channels === 1 ? {} : {
      channels: shape[shape.length - 1], multipliers: some(node.multipliers), offsets: some(node.offsets),
    }) };
    case 'window': {
      const channels = arg.filter(Boolean).length;
      return whole ? node : { ...node, shape, channels, fill: node.fill.length === 1 ? node.fill : node.fill.filter((_, c) => arg[c]) };
    }
    case 'dot': {
      if (whole && arg.every(Boolean)) return node;
      const [count] = shape.slice(-1);
      if (node.groups > 1) return { ...node, shape, groups: count, weights: node.weights.filter((_, i) => kept[Math.floor(i / node.columns)]) };
      const weights = node.weights.filter((_, i) => kept[Math.floor(i / node.columns)] && arg[(i % node.columns) % arg.length]);
      return { ...node, shape, rows: count, columns: weights.length / count, weights };
    }
    default: return node;
  }
}
