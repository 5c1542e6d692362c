import type { DotNode } from '../../fixed/ir.ts';
import { dotRange } from '../../fixed/ranges.ts';
import { hullOf, type Site } from './lanes.ts';
import { constantLane, type Lane } from './roots.ts';

/**
 * The sums of a product, a lane a row: what a row adds of each root, up to its sign, says which rows are multiples of each other. Elements of
 * L-Mul products are ordinals: rows are compared by their weights.
 */
export function productLanes(node: DotNode, site: Site): Lane[] {
  const { groups, rows, columns, weights, arg, lmul } = node;
  const { graph, roots, id } = site;
  if (lmul !== undefined) {
    return Array.from({ length: groups * rows }, (_, row): Lane => {
      const own = weights.slice(row * columns, (row + 1) * columns);
      const { low, high } = dotRange(own, 1, columns, graph.nodes[arg].type, lmul);
      return low === high ? constantLane(low) : { root: roots.of(`${id}:${Math.floor(row / rows)}:${own.join()}`, low, high), scale: 1, offset: 0 };
    });
  }
  const elements = columnLanes(node, site);
  return Array.from({ length: groups * rows }, (_, row) => sumLane(node, row, elements, site));
}

/** The elements of a vector, and for each the first one with its root at the same position. */
interface Elements { readonly lanes: readonly Lane[]; readonly first: Int32Array }

function columnLanes({ groups, columns, arg }: DotNode, site: Site): Elements {
  const { lanes, roots, id } = site;
  const vector = groups * columns;
  const args = lanes[arg];
  const fits = vector % args.length === 0;
  const [low, high] = fits ? [0, 0] : hullOf(site, arg);
  // Without lanes that repeat from vector to vector each element is something of its own.
  const elements = Array.from({ length: vector }, (_, e): Lane => (
    fits ? args[e % args.length] : { root: roots.of(`${id}:element ${e}`, low, high), scale: 1, offset: 0 }));
  const seen = new Map<string, number>();
  const first = Int32Array.from(elements, ({ root }, e) => {
    const key = fits ? `${root}@${Math.floor(e / args.length)}` : `${root}`;
    if (!seen.has(key)) seen.set(key, e);
    return seen.get(key)!;
  });
  return { lanes: elements, first };
}

function sumLane({ rows, columns, weights }: DotNode, row: number, { lanes, first }: Elements, { roots, id }: Site): Lane {
  const start = Math.floor(row / rows) * columns;
  const factors = new Map<number, number>();
  let offset = 0;
  for (let column = 0; column < columns; column++) {
    const weight = weights[row * columns + column];
    if (weight === 0) continue;
    const x = lanes[start + column];
    offset += weight * x.offset;
    if (x.scale !== 0) factors.set(first[start + column], (factors.get(first[start + column]) ?? 0) + weight * x.scale);
  }
  const used = [...factors].filter(([, factor]) => factor !== 0).sort(([a], [b]) => a - b);
  if (used.length === 0) return constantLane(offset + 0);
  const scale = Math.sign(used[0][1]);
  let [low, high] = [0, 0];
  for (const [element, factor] of used) {
    const ends = [scale * factor * roots.low(lanes[element].root), scale * factor * roots.high(lanes[element].root)];
    low += Math.min(...ends);
    high += Math.max(...ends);
  }
  const isPair = used.length === 1 && roots.isPair(lanes[used[0][0]].root);
  const key = `${id}:${used.map(([element, factor]) => `${element}*${scale * factor}`).join()}`;
  return { root: roots.of(key, low, high, isPair), scale, offset: offset + 0 };
}
