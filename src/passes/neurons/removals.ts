import { remembered } from '../../base/remembered.ts';
import { argumentsOf, type DotNode, type FixedNode, type GatherNode, type ValueId } from '../../fixed/ir.ts';
import type { PassContext } from '../pass.ts';
import { bundlesOf, type Bundle } from './bundles.ts';
import { placesOf } from './gather.ts';
import type { Knowledge } from './lanes.ts';
import { ProductPlan } from './products-plan.ts';
import { isConstant } from './roots.ts';

export const REASONS = ['constant', 'duplicate', 'dead'] as const;
export type Reason = (typeof REASONS)[number];

/** What stands for a lane that goes: `scale` times a lane that is kept plus `offset`, or `offset` alone; anything where nobody reads it. */
export interface Removal {
  readonly kept?: number;
  readonly scale: number;
  readonly offset: number;
}

const NOTHING: Removal = { scale: 0, offset: 0 };

/** In streaming style rows and gathered elements are left a multiple of this, or of a fourth of what they were, if they were one: foldings divide them. */
const ROWS_TOGETHER = 8;

/** The lanes that go, by value, and the products that read fewer elements. */
export interface Removals {
  readonly lanes: readonly ReadonlyMap<number, Removal>[];
  readonly products: ReadonlyMap<ValueId, ProductPlan>;
}

/** Decides which lanes of which values go for a reason: again with what must stay, until every operator has what it needs. */
export function removalsOf(knowledge: Knowledge, reason: Reason, context: PassContext): Removals {
  const bundles = knowledge.graph.nodes.map((node, id) => bundlesOf(node, id, knowledge));
  const kept: Set<number>[] = bundles.map(() => new Set());
  for (;;) {
    const search = new Search(knowledge, reason, context, bundles, kept);
    const found = search.run();
    const before = kept.reduce((sum, lanes) => sum + lanes.size, 0);
    bundles.forEach((own, id) => search.keepMisfits(own, id));
    if (context.style === 'streaming') knowledge.graph.nodes.forEach((node, id) => {
      keepMultiples(node, knowledge.lanes[id].length, found.lanes[id], kept[id]);
      if (node.op === 'gather' && node.args.length > 1) search.keepSequence(node, id);
    });
    if (kept.reduce((sum, lanes) => sum + lanes.size, 0) === before) return found;
  }
}

/** Foldings need divisors: what is left stays a multiple of what it was a multiple of. */
function keepMultiples(node: FixedNode, count: number, removed: ReadonlyMap<number, Removal>, kept: Set<number>): void {
  if (!isDense(node) && node.op !== 'gather') return;
  let together = ROWS_TOGETHER;
  while (count % together !== 0 || (together > 1 && 4 * together > count)) together /= 2;
  const excess = removed.size % together;
  for (const lane of [...removed.keys()].slice(removed.size - excess)) kept.add(lane);
}

/** Products all of whose rows read all elements: rows and columns go one by one. */
function isDense(node: FixedNode): node is DotNode {
  return node.op === 'dot' && node.groups === 1;
}

class Search {
  private readonly removed: Map<number, Removal>[];
  private readonly products = new Map<ValueId, ProductPlan>();
  private readonly readers: readonly ValueId[][];
  private readonly ends: ReadonlySet<ValueId>;
  /** By value and lane of its argument: the bundles that go with it. */
  private readonly carriers: readonly ReadonlyMap<number, Bundle[]>[];
  private readonly gathered = new Map<ValueId, ReadonlyMap<string, ReadonlySet<number>>>();

  constructor(
    private readonly knowledge: Knowledge, private readonly reason: Reason, private readonly context: PassContext,
    private readonly bundles: readonly (readonly Bundle[])[], private readonly kept: readonly Set<number>[],
  ) {
    const { nodes, outputs } = knowledge.graph;
    this.removed = nodes.map(() => new Map());
    this.readers = nodes.map(() => []);
    nodes.forEach((node, id) => { for (const arg of new Set(argumentsOf(node))) this.readers[arg].push(id); });
    this.ends = new Set([...outputs.map(({ value }) => value), ...nodes.flatMap((node) => (node.op === 'state' ? [node.next] : []))]);
    this.carriers = bundles.map((own) => {
      const found = new Map<number, Bundle[]>();
      for (const bundle of own) for (const lane of bundle.carried) found.set(lane, [...(found.get(lane) ?? []), bundle]);
      return found;
    });
    bundles.forEach((own, id) => this.keepForward(own, id));
  }

  /** From the last value to the first, so that what readers do without is known. */
  run(): Removals {
    const { nodes } = this.knowledge.graph;
    for (let id = nodes.length - 1; id >= 0; id--) {
      if (!this.ends.has(id)) this.decide(id);
      const node = nodes[id];
      const removed = this.removed[id];
      if (isDense(node)) {
        this.products.set(id, new ProductPlan(node, this.knowledge.graph, id, (row) => removed.has(row), this.context.style));
      }
    }
    return { lanes: this.removed, products: this.products };
  }

  /** What works lane by lane keeps what its argument keeps. */
  private keepForward(own: readonly Bundle[], id: ValueId): void {
    const [arg] = argumentsOf(this.knowledge.graph.nodes[id]);
    for (const { lanes, carried } of own) {
      const stays = carried.some((lane) => this.kept[arg].has(lane) || this.bundles[arg].length === 0 || this.ends.has(arg));
      if (stays) for (const lane of lanes) this.kept[id].add(lane);
    }
  }

  /** A lane cannot go where the lanes of the argument that it is made of stay. */
  keepMisfits(own: readonly Bundle[], id: ValueId): void {
    const [arg] = argumentsOf(this.knowledge.graph.nodes[id]);
    for (const { lanes, carried } of own) {
      if (this.removed[id].has(lanes[0]) && carried.some((lane) => !this.removed[arg].has(lane))) for (const lane of lanes) this.kept[id].add(lane);
    }
  }

  /** Streams that take turns lose what is lost before them and nothing else. */
  keepSequence(node: GatherNode, id: ValueId): void {
    if (this.removed[id].size === 0) return;
    const places = placesOf(node, this.knowledge);
    for (const lane of this.removed[id].keys()) if (!this.removed[places.args[lane]].has(places.lanes[lane])) this.kept[id].add(lane);
  }

  private decide(id: ValueId): void {
    const all = this.bundles[id];
    let left = all.length;
    const take = (bundle: Bundle, removals: (Removal | undefined)[] | undefined): boolean => {
      if (left === 1 || removals === undefined || !this.accepted(id, bundle, removals)) return false;
      this.apply(id, bundle, removals);
      left--;
      return true;
    };
    const mayGo = all.filter(({ lanes }) => lanes.every((lane) => !this.kept[id].has(lane)));
    // What nobody reads goes first: nothing is made of it.
    const unread = new Set(mayGo.filter((bundle) => this.isUnread(id, bundle) && take(bundle, bundle.lanes.map(() => undefined))));
    const first = this.reason === 'duplicate' ? this.keptOfEach(all.filter((bundle) => !unread.has(bundle)), new Set(mayGo), id) : undefined;
    for (const bundle of mayGo) {
      if (!unread.has(bundle)) take(bundle, this.removalsFor(bundle, first?.get(this.alike(bundle, id)), id));
    }
  }

  /** Whether readers that work lane by lane have no use for a bundle any more. */
  private isUnread(id: ValueId, { lanes }: Bundle): boolean {
    const { nodes } = this.knowledge.graph;
    return this.readers[id].every((reader) => !isDense(nodes[reader]) && lanes.every((lane) => this.accepts(reader, id, lane, undefined)));
  }

  /** Of bundles with the same roots the one that stays: one that must, or else the one of which the others are most easily made. */
  private keptOfEach(own: readonly Bundle[], mayGo: ReadonlySet<Bundle>, id: ValueId): Map<string, Bundle> {
    const chosen = new Map<string, Bundle>();
    const scale = ({ lanes }: Bundle): number => Math.abs(this.knowledge.lanes[id][lanes[0]].scale);
    for (const bundle of own) {
      const key = this.alike(bundle, id);
      const before = chosen.get(key);
      if (before === undefined || (mayGo.has(before) && (!mayGo.has(bundle) || scale(bundle) < scale(before)))) chosen.set(key, bundle);
    }
    return chosen;
  }

  private alike({ lanes }: Bundle, id: ValueId): string {
    return lanes.map((lane) => this.knowledge.lanes[id][lane].root).join();
  }

  /** What stands for each lane of a bundle; undefined entries where nobody may read it. */
  private removalsFor({ lanes }: Bundle, other: Bundle | undefined, id: ValueId): (Removal | undefined)[] | undefined {
    const known = this.knowledge.lanes[id];
    switch (this.reason) {
      case 'dead': return lanes.map(() => undefined);
      case 'constant': return lanes.every((lane) => isConstant(known[lane])) ? lanes.map((lane) => ({ scale: 0, offset: known[lane].offset })) : undefined;
      case 'duplicate': {
        if (other === undefined || other.lanes === lanes || isConstant(known[lanes[0]])) return undefined;
        const removals = lanes.map((lane, i): Removal => {
          const [x, y] = [known[lane], known[other.lanes[i]]];
          const scale = x.scale / y.scale;
          return { kept: other.lanes[i], scale, offset: x.offset - scale * y.offset };
        });
        return removals.every(({ scale }) => Number.isInteger(scale)) ? removals : undefined;
      }
    }
  }

  private accepted(id: ValueId, { lanes }: Bundle, removals: readonly (Removal | undefined)[]): boolean {
    return this.readers[id].every((reader) => lanes.every((lane, i) => this.accepts(reader, id, lane, removals[i])));
  }

  private accepts(reader: ValueId, id: ValueId, lane: number, removal: Removal | undefined): boolean {
    const { graph, lanes } = this.knowledge;
    const node = graph.nodes[reader];
    const count = lanes[id].length;
    if (isDense(node)) return node.columns % count === 0 && this.products.get(reader)!.accepts(lane, count, removal);
    if (node.op === 'gather') {
      const copies = this.context.style === 'unrolled' && removal?.kept !== undefined && removal.scale === 1 && removal.offset === 0;
      return copies || this.bundles[reader].length > 0 && [...this.gatheredOf(reader).get(`${id}:${lane}`) ?? []].every((result) => this.removed[reader].has(result));
    }
    const carrying = this.carriers[reader].get(lane);
    return carrying !== undefined && carrying.every((bundle) => this.removed[reader].has(bundle.lanes[0]));
  }

  /** By value and lane: the lanes of a gather that its elements become. */
  private gatheredOf(reader: ValueId): ReadonlyMap<string, ReadonlySet<number>> {
    return remembered(this.gathered, reader, () => {
      const node = this.knowledge.graph.nodes[reader] as GatherNode;
      const places = placesOf(node, this.knowledge);
      const count = this.knowledge.lanes[reader].length;
      const found = new Map<string, Set<number>>();
      // Lanes repeat: each comes from the same lane everywhere.
      for (let lane = 0; lane < count; lane++) remembered(found, `${places.args[lane]}:${places.lanes[lane]}`, () => new Set<number>()).add(lane);
      return found;
    });
  }

  private apply(id: ValueId, { lanes }: Bundle, removals: readonly (Removal | undefined)[]): void {
    const { graph } = this.knowledge;
    const count = this.knowledge.lanes[id].length;
    lanes.forEach((lane, i) => {
      const removal = removals[i] ?? NOTHING;
      this.removed[id].set(lane, removal);
      for (const reader of this.readers[id]) {
        const node = graph.nodes[reader];
        if (isDense(node)) this.products.get(reader)!.apply(lane, count, removal);
      }
    });
  }
}
