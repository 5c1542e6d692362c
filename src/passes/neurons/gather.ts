import type { GatherNode } from '../../fixed/ir.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Knowledge, Site } from './lanes.ts';
import { isConstant, type Lane } from './roots.ts';

/** Gathers of more elements that do not repeat along their innermost axis are not looked into. */
const LARGEST = 2 ** 16;

/** Where the elements of a gather come from, element by element of the result. */
export interface Places {
  readonly args: Int32Array;
  readonly lanes: Int32Array;
  /** Which of the elements of the lane. */
  readonly positions: Int32Array;
}

export function placesOf({ args, index }: GatherNode, { graph, lanes }: Pick<Knowledge, 'graph' | 'lanes'>): Places {
  const sizes = args.map((arg) => sizeOf(graph.nodes[arg].shape));
  const counts = args.map((arg) => lanes[arg].length);
  const places = { args: new Int32Array(index.length), lanes: new Int32Array(index.length), positions: new Int32Array(index.length) };
  for (let i = 0; i < index.length; i++) {
    let which = 0;
    let rest = index[i];
    while (rest >= sizes[which]) rest -= sizes[which++];
    const count = counts[which];
    places.args[i] = args[which];
    places.lanes[i] = rest % count;
    places.positions[i] = (rest - (rest % count)) / count;
  }
  return places;
}

/** Lanes along the innermost axis where each comes from one lane; element by element otherwise, if they are few. */
export function gatherLanes(node: GatherNode, site: Site): Lane[] | undefined {
  const { index, shape } = node;
  const places = placesOf(node, site);
  return lanesOf(shape[shape.length - 1] ?? 1, places, site) ?? (index.length <= LARGEST ? lanesOf(index.length, places, site) : undefined);
}

function lanesOf(count: number, places: Places, { id, lanes, roots }: Site): Lane[] | undefined {
  for (let i = count; i < places.args.length; i++) {
    if (places.args[i] !== places.args[i - count] || places.lanes[i] !== places.lanes[i - count]) return undefined;
  }
  const sources = Array.from({ length: count }, (_, l) => lanes[places.args[l]][places.lanes[l]]);
  const seen = new Map<number, number>();
  for (const { root } of sources) seen.set(root, (seen.get(root) ?? 0) + 1);
  return sources.map((x, l) => {
    if (isConstant(x)) return x;
    // Lanes of one root are alike where they come from the same positions.
    const which = seen.get(x.root) === 1 ? 'alone' : places.positions.filter((_, i) => i % count === l).join();
    return { ...x, root: roots.of(`${id}:${x.root}:${which}`, roots.low(x.root), roots.high(x.root), roots.isPair(x.root)) };
  });
}
