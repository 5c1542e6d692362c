import type { GatherNode, ValueId } from '../../fixed/ir.ts';
import { sizeOf } from '../../graph/tensor.ts';
import type { Knowledge, Site } from './lanes.ts';
import { isConstant, type Lane } from './roots.ts';

/** Gathers of more elements that do not repeat along their innermost axis are not looked into. */
const LARGEST = 2 ** 16;

/** Where an element of a gather comes from. */
export interface Place {
  readonly arg: ValueId;
  readonly lane: number;
  readonly position: number;
}

/** By element of the arguments put one behind the other. */
export function placesOf({ args }: GatherNode, { graph, lanes }: Pick<Knowledge, 'graph' | 'lanes'>): (element: number) => Place {
  const sizes = args.map((arg) => sizeOf(graph.nodes[arg].shape));
  return (element) => {
    let which = 0;
    let rest = element;
    while (rest >= sizes[which]) rest -= sizes[which++];
    const count = lanes[args[which]].length;
    return { arg: args[which], lane: rest % count, position: Math.floor(rest / count) };
  };
}

/** Lanes along the innermost axis where each comes from one lane; element by element otherwise, if they are few. */
export function gatherLanes(node: GatherNode, site: Site): Lane[] | undefined {
  const { index, shape } = node;
  const innermost = shape[shape.length - 1] ?? 1;
  const place = placesOf(node, site);
  return lanesOf(node, innermost, place, site) ?? (index.length <= LARGEST ? lanesOf(node, index.length, place, site) : undefined);
}

function lanesOf({ index }: GatherNode, count: number, place: (element: number) => Place, { id, lanes, roots }: Site): Lane[] | undefined {
  const found: Lane[] = [];
  for (let l = 0; l < count; l++) {
    const first = place(index[l]);
    const positions: number[] = [];
    for (let i = l; i < index.length; i += count) {
      const { arg, lane, position } = place(index[i]);
      if (arg !== first.arg || lane !== first.lane) return undefined;
      positions.push(position);
    }
    const x = lanes[first.arg][first.lane];
    const key = `${id}:${x.root}:${positions.join()}`;
    found.push(isConstant(x) ? x : { ...x, root: roots.of(key, roots.low(x.root), roots.high(x.root), roots.isPair(x.root)) });
  }
  return found;
}
