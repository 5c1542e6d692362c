import type { LookupNode, Node, Signal } from '../../codegen/rtl/ir.ts';

/**
 * A vector of narrow values that are computed alike: lane i is the value of one signal, zero above its `width` bits. Vectors are
 * found in the logic (see match.ts) and computed with vector instructions.
 */
export type Vec = { readonly lanes: number; readonly width: number } & (
  | { readonly kind: 'constant'; readonly values: readonly bigint[] }
  /** One signal in all lanes. */
  | { readonly kind: 'splat'; readonly signal: Signal }
  /** Lanes of a group of state, from lane `first` on. */
  | { readonly kind: 'state'; readonly group: StateGroup; readonly first: number }
  /** Rows of a linear node that keeps them in cells, from row `first` on. */
  | { readonly kind: 'rows'; readonly linear: Signal; readonly first: number }
  /** Bit fields of a packed signal at equal distances. */
  | { readonly kind: 'fields'; readonly arg: Signal; readonly low: number; readonly stride: number }
  /** Elements of a history's sample, from element `first` on; `signed` says how they are stored. */
  | { readonly kind: 'sample'; readonly tap: Signal; readonly first: number; readonly signed: boolean }
  /** Bit fields at equal distances of a table's entry. */
  | { readonly kind: 'entry'; readonly lookup: LookupNode; readonly low: number; readonly stride: number }
  /** Signals that have nothing in common. */
  | { readonly kind: 'gather'; readonly signals: readonly Signal[] }
  /** One operator on vectors: `nodes[i]` is lane i. */
  | { readonly kind: 'operator'; readonly nodes: readonly Node[]; readonly operands: readonly Vec[] }
);

export type OperatorVec = Extract<Vec, { kind: 'operator' }>;

/** Nodes with state that change alike, their values side by side in cells of 2 or 4 bytes. */
export interface StateGroup {
  readonly members: readonly Signal[];
  readonly width: number;
  /** What the members become at the clock edge (before they wait in a ring, if they do). */
  next: Vec | undefined;
  /** Lanes of registers that are not computed like the others: what they become. */
  readonly alone: Map<number, Signal>;
}

/** Bytes of a cell that holds a value of so many bits. */
export function cellBytes(width: number): 2 | 4 {
  return width <= 16 ? 2 : 4;
}

/** Bits of the widest value in the computation of a vector. */
export function widest(vec: Vec): number {
  return vec.kind === 'operator' ? Math.max(vec.width, ...vec.operands.map(widest)) : vec.width;
}

/** The signals that vector code reads one by one. */
export function signalsOf(vec: Vec): Signal[] {
  switch (vec.kind) {
    case 'constant':
    case 'state':
    case 'rows':
    case 'sample': return [];
    case 'entry': return [vec.lookup.index];
    case 'splat': return [vec.signal];
    case 'fields': return [vec.arg];
    case 'gather': return [...vec.signals];
    case 'operator': return vec.operands.flatMap(signalsOf);
  }
}
