import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import type { Windows } from '../history/windows.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import { isState } from '../../codegen/rtl/order.ts';
import type { LeanDesign } from '../lean/graph.ts';
import { isShort } from '../operators/linear-shorts.ts';
import { isUseful, likeMost } from './majority.ts';
import { operandLanes } from './operators.ts';
import { signalsOf, widest, type StateGroup, type Vec } from './vec.ts';

/** Fewer lanes than these are computed one by one. */
const FEWEST = 6;
/** More lanes than these become several vectors. */
const MOST = 512;
/** A signal of which the value does not matter. */
const ANY: Signal = -1;

/** Fewer products than these are added up one by one. */
const FEWEST_PRODUCTS = 4;
/** A table of which all entries are taken apart takes so many bytes at most. */
const TABLE_BYTES = 1 << 23;

export interface VectorSum { readonly vec: Vec; readonly terms: ReadonlySet<number> }

/** Where vectors are used instead of one value after another. */
export interface Vectors {
  readonly groups: readonly StateGroup[];
  readonly groupOf: ReadonlyMap<Signal, { readonly group: StateGroup; readonly lane: number }>;
  /** Concatenations of a vector's lanes. */
  readonly packed: ReadonlyMap<Node, Vec>;
  /** Sums: the terms that are lanes of a vector, all of one kind. */
  readonly sums: ReadonlyMap<Node, VectorSum>;
  /** Elements of linear nodes. */
  readonly elements: ReadonlyMap<Node, Vec>;
  /** Linear nodes whose rows lie in cells. */
  readonly rows: ReadonlySet<Signal>;
  /** For the tap that leads a history: the signals of which samples are taken. */
  readonly sampled?: ReadonlyMap<Signal, readonly Signal[]>;
}

export function findVectors(lean: LeanDesign, windows?: Windows): Vectors {
  return new Matcher(lean, windows).find();
}

class Matcher {
  private readonly nodes: readonly Node[];
  private readonly groups: StateGroup[] = [];
  private readonly groupOf = new Map<Signal, { group: StateGroup; lane: number }>();
  private readonly known = new Map<string, Vec>();
  private readonly rows: Set<Signal>;

  constructor(private readonly lean: LeanDesign, private readonly windows?: Windows) {
    this.nodes = lean.nodes;
    this.rows = linearsInCells(lean);
  }

  find(): Vectors {
    const packed = new Map<Node, Vec>();
    const sums = new Map<Node, VectorSum>();
    const elements = new Map<Node, Vec>();
    const { nodes } = this;
    for (const signal of this.lean.order) {
      const node = nodes[signal];
      if (node.op === 'concat') {
        const vec = this.lanesOf(node.args);
        if (vec !== undefined) packed.set(node, vec);
      } else if (node.op === 'sum') {
        const found = this.sumOf(node);
        if (found !== undefined) sums.set(node, found);
      } else if (node.op === 'linear' && isShort(node)) {
        const vec = this.elementsOf(node);
        if (vec !== undefined && widest(vec) <= 32) elements.set(node, vec);
      }
    }
    const sampled = new Map(this.windows?.all.map(({ lead, samples }) => [lead, samples.map(({ signal }) => signal)]));
    return { groups: this.groups, groupOf: this.groupOf, packed, sums, elements, rows: this.rows, sampled };
  }

  /** A useful vector of the signals, if they are one. */
  private lanesOf(signals: readonly Signal[], fewest = FEWEST): Vec | undefined {
    const { nodes } = this;
    const { width } = nodes[signals[0]];
    if (signals.length < fewest || signals.length > MOST || width > 32) return undefined;
    if (signals.some((signal) => nodes[signal].width !== width || nodes[signal].op === 'constant')) return undefined;
    const vec = this.match(signals);
    return vec.kind === 'operator' || vec.kind === 'state' || vec.kind === 'rows' ? vec : undefined;
  }

  private sumOf(node: Extract<Node, { op: 'sum' }>): VectorSum | undefined {
    if (node.terms.length < FEWEST_PRODUCTS || node.width > 32) return undefined;
    const kinds = new Map<string, number[]>();
    node.terms.forEach(({ arg, signed, shift, negative }, i) => {
      const { op, width } = this.nodes[arg];
      const key = `${op} ${width} ${signed} ${shift} ${negative}`;
      kinds.set(key, [...kinds.get(key) ?? [], i]);
    });
    const largest = [...kinds.values()].sort((a, b) => b.length - a.length)[0];
    const products = this.nodes[node.terms[largest[0]].arg].op === 'multiply';
    const vec = this.lanesOf(largest.map((i) => node.terms[i].arg), products ? FEWEST_PRODUCTS : FEWEST);
    return vec === undefined ? undefined : { vec, terms: new Set(largest) };
  }

  private elementsOf({ arg, elementWidth, columns }: Extract<Node, { op: 'linear' }>): Vec | undefined {
    const node = this.nodes[arg];
    if (node.op === 'concat' && node.args.length === columns) return this.lanesOf(node.args);
    const base = node.op === 'slice' ? { arg: node.arg, low: node.low } : { arg, low: 0 };
    const vec: Vec = { kind: 'fields', ...base, stride: elementWidth, lanes: columns, width: elementWidth };
    return fitsFields(vec) && !this.rows.has(base.arg) ? vec : undefined;
  }

  /** A vector of the signals; what lanes of `ANY` hold does not matter. */
  private match(signals: readonly Signal[]): Vec {
    const key = signals.join();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const vec = this.construct(signals);
    this.known.set(key, vec);
    return vec;
  }

  private construct(signals: readonly Signal[]): Vec {
    const some = signals.find((signal) => signal !== ANY)!;
    const filled = signals.map((signal) => (signal === ANY ? some : signal));
    const nodes = filled.map((signal) => this.nodes[signal]);
    const lanes = signals.length;
    const { op, width } = nodes[0];
    const gather: Vec = { kind: 'gather', signals: filled, lanes, width };
    if (nodes.every((node) => node.op === 'constant')) {
      return { kind: 'constant', values: nodes.map((node) => (node as Extract<Node, { op: 'constant' }>).value), lanes, width };
    }
    if (filled.every((signal) => signal === some)) return { kind: 'splat', signal: some, lanes, width };
    if (nodes.some((node) => node.op !== op || node.width !== width) || width > 32) return gather;
    const fields = this.fields(signals, width);
    if (fields !== undefined) return fields;
    if (filled.some((signal) => this.windows?.taps.has(signal) === true)) return gather;
    if (isState(nodes[0])) return (signals.includes(ANY) ? undefined : this.state(signals, nodes)) ?? gather;
    return this.operator(signals, nodes) ?? gather;
  }

  private fields(signals: readonly Signal[], width: number): Vec | undefined {
    const lanes = signals.length;
    const known = signals.flatMap((signal, lane) => (signal === ANY ? [] : [{ lane, node: this.nodes[signal] }]));
    if (known.length < 2) return undefined;
    const [{ lane: a, node: first }, { lane: b, node: second }] = known;
    if (first.op !== 'slice' || second.op !== 'slice') return undefined;
    const { arg } = first;
    const stride = (second.low - first.low) / (b - a);
    const low = first.low - a * stride;
    if (!known.every(({ lane, node }) => node.op === 'slice' && node.arg === arg && node.low === low + lane * stride)) return undefined;
    const source = this.nodes[arg];
    if (!Number.isInteger(stride) || low < 0 || low + (lanes - 1) * stride + width > source.width) return undefined;
    if (this.rows.has(arg)) {
      const linear = source as Extract<Node, { op: 'linear' }>;
      const aligned = width === linear.resultWidth && stride === width && low % width === 0;
      return aligned ? { kind: 'rows', linear: arg, first: low / width, lanes, width } : undefined;
    }
    const tap = this.windows?.taps.get(arg);
    if (tap?.sample.elements !== undefined) {
      const { elements } = tap.sample;
      const aligned = width === elements.width && stride === width && low % width === 0;
      return aligned ? { kind: 'sample', tap: arg, first: low / width, signed: elements.signed, lanes, width } : undefined;
    }
    const tabled = source.op === 'lookup' && 2 * Math.ceil(source.width / stride) * source.contents.length <= TABLE_BYTES;
    if (this.windows !== undefined && tabled && stride >= width && width <= 16) {
      return { kind: 'entry', lookup: source, low, stride, lanes, width };
    }
    const vec: Vec = { kind: 'fields', arg, low, stride, lanes, width };
    return stride >= width && fitsFields(vec) ? vec : undefined;
  }

  private operator(signals: readonly Signal[], nodes: readonly Node[]): Vec | undefined {
    const lists = operandLanes(nodes, (signal) => this.nodes[signal]);
    if (lists === undefined) return undefined;
    const operands = lists.map((list) => this.match(list.map((operand, lane) => (signals[lane] === ANY ? ANY : operand))));
    // Lanes that must be brought together first gain nothing; one number times many constants does.
    const scaled = nodes[0].op === 'multiply' && operands.every(({ kind }) => kind === 'constant' || kind === 'splat');
    if (!scaled && operands.every(({ kind }) => kind === 'gather' || kind === 'constant' || kind === 'splat')) return undefined;
    if (operands.some(({ width }) => width > 32)) return undefined;
    return { kind: 'operator', nodes, operands, lanes: nodes.length, width: nodes[0].width };
  }

  /** Lanes of a group that is there, or a new one. */
  private state(signals: readonly Signal[], nodes: readonly Node[]): Vec | undefined {
    const lanes = signals.length;
    const { width } = nodes[0];
    const place = this.groupOf.get(signals[0]);
    if (place !== undefined) {
      const { group, lane } = place;
      const together = signals.every((signal, i) => group.members[lane + i] === signal);
      return together && lane % 8 === 0 ? { kind: 'state', group, first: lane, lanes, width } : undefined;
    }
    if (signals.some((signal) => this.groupOf.has(signal)) || new Set(signals).size !== lanes || !moveTogether(nodes)) return undefined;
    const group: StateGroup = { members: signals, width, next: undefined, alone: new Map() };
    signals.forEach((signal, lane) => this.groupOf.set(signal, { group, lane }));
    const first = nodes[0];
    group.next = first.op === 'register' ? this.nextOf(group, nodes.map((node) => (node as typeof first).next))
      : first.op === 'delay' ? this.match(nodes.map((node) => (node as typeof first).arg)) : this.operator(signals, nodes);
    if (group.next === undefined || !isUseful(group.next)) {
      for (const signal of signals) this.groupOf.delete(signal);
      return undefined;
    }
    this.groups.push(group);
    return { kind: 'state', group, first: 0, lanes, width };
  }

  /** What registers become, lanes that are unlike most of them by themselves. */
  private nextOf(group: StateGroup, nexts: readonly Signal[]): Vec {
    const all = this.match(nexts);
    if (isUseful(all)) return all;
    const alike = likeMost(nexts, this.nodes);
    if (alike === undefined) return all;
    nexts.forEach((next, lane) => { if (!alike[lane]) group.alone.set(lane, next); });
    return this.match(nexts.map((next, lane) => (alike[lane] ? next : ANY)));
  }
}

/** Whether nodes with state change at the same edges and start alike. */
function moveTogether(nodes: readonly Node[]): boolean {
  const moves = (node: Node): string => {
    if (node.op === 'register') return `register ${node.enable} ${node.reset}`;
    if (node.op === 'delay') return `delay ${node.enable} ${node.cycles}`;
    return 'stages' in node && node.op !== 'linear' ? `${node.op} ${node.enable} ${node.stages}` : '';
  };
  const first = moves(nodes[0]);
  return first !== '' && nodes.every((node) => moves(node) === first);
}

/** Whether a vector instruction can take the fields apart: see fields.ts. */
export function fitsFields({ stride, width, low }: Extract<Vec, { kind: 'fields' }>): boolean {
  if (width <= 16 && stride % 8 === 0 && low % 8 === 0 && stride <= 16) return true;
  return width <= 9 ? stride <= 15 : false;
}

/** Linear nodes with state that are read row by row only. */
function linearsInCells({ nodes, order }: LeanDesign): Set<Signal> {
  const found = new Set<Signal>();
  for (const signal of order) {
    const node = nodes[signal];
    if (node.op === 'linear' && node.stages > 0 && node.resultWidth <= 32 && node.elementWidth <= 64 && node.rows >= FEWEST) found.add(signal);
  }
  const operands = (node: Node, see: (signal: Signal) => void): void => {
    if (node.op === 'slice') {
      const source = nodes[node.arg];
      if (source.op === 'linear' && node.width === source.resultWidth && node.low % node.width === 0) return;
    }
    for (const operand of operandsOf(node)) see(operand);
  };
  for (const signal of order) operands(nodes[signal], (operand) => found.delete(operand));
  return found;
}

/** What code that uses vectors reads one by one, for a node or for the group that it leads. */
export function scalarOperands(signal: Signal, nodes: readonly Node[], { groupOf, packed, sums, elements, sampled }: Vectors): readonly Signal[] {
  const node = nodes[signal];
  const samples = sampled?.get(signal);
  if (samples !== undefined) return [...samples, ...('enable' in node && node.enable !== undefined ? [node.enable] : [])];
  const place = groupOf.get(signal);
  if (place !== undefined) {
    const enable = 'enable' in node && node.enable !== undefined ? [node.enable] : [];
    return place.lane === 0 ? [...enable, ...signalsOf(place.group.next!), ...place.group.alone.values()] : [];
  }
  const vec = packed.get(node);
  if (vec !== undefined) return signalsOf(vec);
  const total = sums.get(node);
  if (total !== undefined && node.op === 'sum') {
    const others = node.terms.flatMap((term, i) => (total.terms.has(i) ? [] : [term.arg]));
    return [...signalsOf(total.vec), ...others, ...(node.enable === undefined ? [] : [node.enable])];
  }
  const own = elements.get(node);
  if (own !== undefined && node.op === 'linear') return [...signalsOf(own), ...(node.enable === undefined ? [] : [node.enable])];
  return operandsOf(node);
}
