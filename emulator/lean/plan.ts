import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import { isState } from '../../codegen/rtl/order.ts';
import { wordsOf } from '../layout.ts';
import type { Windows } from '../history/windows.ts';
import { findVectors, scalarOperands, type Vectors } from '../vector/match.ts';
import { scheduleEdges, type Block } from './blocks.ts';
import type { LeanDesign } from './graph.ts';

/** A function of about so many bytes of code is what engines optimize well. */
const FUNCTION_WEIGHT = 16000;

/** Code that runs at the clock edge, as one WebAssembly function. */
export interface EdgeFunction {
  /** Clocked nodes by their enable, in an order in which each reads wide values before they change. */
  readonly blocks: readonly Block[];
  /** Narrow combinational signals that several blocks read: computed first. */
  readonly shared: readonly Signal[];
  /** State that is read after it changed: its old value is fetched first. */
  readonly fetched: readonly Signal[];
}

export interface Plan {
  /** Combinational signals that are stored in each cycle, function by function. */
  readonly settle: readonly (readonly Signal[])[];
  readonly edges: readonly EdgeFunction[];
  /** State whose next value waits until all functions have run. */
  readonly late: ReadonlySet<Signal>;
  /** Whether a signal lies in memory: state, inputs, and combinational signals that several functions read. */
  readonly stored: (signal: Signal) => boolean;
  /** How often a signal is read. */
  readonly uses: Int32Array;
  readonly vectors: Vectors;
  readonly windows?: Windows;
}

const SETTLE = -1;

/** What is not as it is for the code of one copy. */
interface PlanOptions {
  readonly windows?: Windows;
  readonly vectors?: Vectors;
  /** How much larger the code of a node is. */
  readonly scale?: number;
  /** Narrow values that lie in several parts. */
  readonly apart?: (signal: Signal) => boolean;
}

/** How the code of a design is cut into functions and in which order it runs. */
export function plan(lean: LeanDesign, { windows, vectors = findVectors(lean, windows), scale = 1, apart = () => false }: PlanOptions = {}): Plan {
  const { nodes } = lean;
  const live = new Set(lean.order);
  const { groupOf } = vectors;
  // A group acts as its first member.
  const leads = (signal: Signal): boolean => (groupOf.get(signal)?.lane ?? 0) === 0 && (windows?.taps.get(signal)?.window.lead ?? signal) === signal;
  const clocked = nodes.flatMap((node, signal) => (live.has(signal) && leads(signal) && (isState(node) || node.op === 'ram') ? [signal] : []));
  const functions = inFunctions(clocked, (signal) => scale * edgeWeight(nodes, signal, vectors), (signal) => regionOf(nodes[signal].name));
  const uses = countUses(lean);
  const heavy = windows === undefined ? new Set<Signal>() : heavyLogic(lean, windows);
  const { settle, kept } = storedSignals(lean, functions, vectors, scale, heavy);
  const stored = (signal: Signal): boolean => {
    const node = nodes[signal];
    return node.op === 'input' || isState(node) || kept.has(signal);
  };
  const reads = new Map(clocked.map((signal) => [signal, leavesOf(nodes, signal, stored, vectors, windows)]));
  const order = orderFunctions(functions, reads);
  const late = lateSignals(order, reads);
  const edges = order.map((signals) => scheduleEdges(signals, { lean, reads, late, stored, vectors, apart, heavy }));
  return { settle, edges, late, stored, uses, vectors, windows };
}

function regionOf(path: string): string {
  return path.slice(0, path.lastIndexOf('.') + 1);
}

function inFunctions(signals: readonly Signal[], weightOf: (signal: Signal) => number, keyOf: (signal: Signal) => string): Signal[][] {
  const functions: Signal[][] = [];
  let [weight, key] = [Infinity, ''];
  for (const signal of signals) {
    const own = keyOf(signal);
    if (weight > FUNCTION_WEIGHT || (own !== key && weight > FUNCTION_WEIGHT / 4)) {
      functions.push([]);
      weight = 0;
    }
    key = own;
    functions[functions.length - 1].push(signal);
    weight += weightOf(signal);
  }
  return functions;
}

/** Bytes of code, roughly. */
function weightOf(nodes: readonly Node[], signal: Signal): number {
  const node = nodes[signal];
  switch (node.op) {
    case 'linear': return 600;
    case 'thresholds': return 30 + 15 * Math.min(node.levels.length, 20);
    case 'popcount': return 16 * wordsOf(nodes[node.arg].width);
    case 'concat': return 12 * node.args.length;
    default: return 8 + 12 * wordsOf(node.width) * Math.max(1, operandsOf(node).length);
  }
}

function edgeWeight(nodes: readonly Node[], signal: Signal, { groupOf, sampled }: Vectors): number {
  const samples = sampled?.get(signal);
  if (samples !== undefined) return samples.reduce((sum, sample) => sum + 20 + weightOf(nodes, sample), 40);
  const group = groupOf.get(signal)?.group;
  return 20 + (group === undefined ? weightOf(nodes, signal) : 40 + group.members.length * weightOf(nodes, signal) / 8);
}

/** Operands that code reads several times count several times. */
function countUses(lean: LeanDesign): Int32Array {
  const uses = new Int32Array(lean.nodes.length);
  for (const signal of lean.order) {
    const node = lean.nodes[signal];
    const again = node.op === 'ram' || node.op === 'rom' || node.op === 'lookup' || node.op === 'shift' || (node.op === 'mux' && node.args.length > 2);
    const wide = wordsOf(node.width) > 1;
    for (const operand of operandsOf(node)) {
      const wideOperand = wordsOf(lean.nodes[operand].width) > 1;
      const cut = wideOperand && ((node.op === 'slice' && node.low % 64 !== 0) || node.op === 'concat' || node.op === 'sum');
      uses[operand] += again || cut || (wide && !wideOperand) ? 2 : 1;
    }
  }
  return uses;
}

/** Which combinational signals are computed once and stored: those that several functions read, and output ports. */
function storedSignals(
  lean: LeanDesign, functions: readonly Signal[][], vectors: Vectors, scale: number, heavy: ReadonlySet<Signal>,
): { settle: Signal[][]; kept: Set<Signal> } {
  const { nodes, order } = lean;
  const readers: (Set<number> | undefined)[] = new Array(nodes.length);
  const read = (operand: Signal, by: Iterable<number>): void => {
    const set = readers[operand] ??= new Set();
    for (const reader of by) set.add(reader);
  };
  functions.forEach((signals, number) => {
    for (const signal of signals) for (const operand of scalarOperands(signal, nodes, vectors)) read(operand, [number]);
  });
  const kept = new Set<Signal>();
  const isLogic = (signal: Signal): boolean => {
    const node = nodes[signal];
    return !isState(node) && node.op !== 'input' && node.op !== 'constant';
  };
  for (const signal of lean.outputs.values()) if (isLogic(lean.standIn[signal])) kept.add(lean.standIn[signal]);
  for (let i = order.length - 1; i >= 0; i--) {
    const signal = order[i];
    if (!isLogic(signal)) continue;
    const by = readers[signal] ?? new Set<number>();
    if (by.size > 1 && !isCheap(nodes[signal]) && !heavy.has(signal)) kept.add(signal);
    const through = kept.has(signal) ? [SETTLE] : by;
    // A direct ram's write port belongs to the clock edge.
    const node = nodes[signal];
    for (const operand of node.op === 'ram' ? [node.readAddress] : scalarOperands(signal, nodes, vectors)) read(operand, through);
  }
  const wanted = order.filter((signal) => isLogic(signal) && (kept.has(signal) || readers[signal]?.has(SETTLE) === true));
  const settle = inFunctions(wanted, (signal) => scale * weightOf(nodes, signal), () => '');
  const home = new Map(settle.flatMap((signals, number) => signals.map((signal) => [signal, number] as const)));
  for (const signal of wanted) {
    for (const operand of scalarOperands(signal, nodes, vectors)) {
      if (isLogic(operand) && home.has(operand) && home.get(operand) !== home.get(signal)) kept.add(operand);
    }
  }
  return { settle: settle.map((signals) => signals.filter((signal) => kept.has(signal))), kept };
}

/**
 * Logic that computes much on samples: it is computed where it is wanted and not ahead, since at most edges nobody wants it. That it
 * may be computed twice costs less.
 */
function heavyLogic({ nodes, order }: LeanDesign, { taps }: Windows): Set<Signal> {
  const sampled = new Set<Signal>();
  const heavy = new Set<Signal>();
  for (const signal of order) {
    const node = nodes[signal];
    if (isState(node) || node.op === 'ram') continue;
    const operands = operandsOf(node);
    if (!operands.some((operand) => taps.has(operand) || sampled.has(operand))) continue;
    sampled.add(signal);
    const much = node.op === 'multiply' || node.op === 'popcount' || node.op === 'thresholds' || node.op === 'lookup' || (node.op === 'sum' && node.terms.length > 1);
    if (much || operands.some((operand) => heavy.has(operand))) heavy.add(signal);
  }
  return heavy;
}

/** Computed again wherever it is read. */
function isCheap(node: Node): boolean {
  return node.op === 'slice' || node.op === 'extend' || node.op === 'not';
}

/**
 * State and rams that are read on the way to a clocked node's next value, through logic that is not stored; groups by their first
 * members. Vectors are computed from their leaves on, whatever of them is stored.
 */
function leavesOf(
  nodes: readonly Node[], root: Signal, stored: (signal: Signal) => boolean, vectors: Vectors, windows: Windows | undefined,
): Set<Signal> {
  const { groupOf, packed, sums, elements } = vectors;
  const leaves = new Set<Signal>();
  const seen = [new Set<Signal>(), new Set<Signal>()];
  const group = groupOf.get(root)?.group;
  const isVector = (node: Node): boolean => packed.has(node) || sums.has(node) || elements.has(node);
  const pending: { signal: Signal; deep: boolean }[] = [];
  const push = (signals: readonly Signal[], deep: boolean): void => { for (const signal of signals) pending.push({ signal, deep }); };
  for (const member of group?.members ?? windows?.taps.get(root)?.window.taps ?? [root]) push(operandsOf(nodes[member]), group !== undefined || isVector(nodes[member]));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { signal, deep } = next;
    if (seen[1].has(signal) || seen[deep ? 1 : 0].has(signal)) continue;
    seen[deep ? 1 : 0].add(signal);
    const node = nodes[signal];
    // All read a history as it was before the edge.
    if (windows?.taps.has(signal) === true) continue;
    if (isState(node)) leaves.add(groupOf.get(signal)?.group.members[0] ?? signal);
    else if (node.op === 'ram' && (deep || !stored(signal))) {
      leaves.add(signal);
      push([node.readAddress], deep);
    } else if (deep || !stored(signal)) push(operandsOf(node), deep || isVector(node));
  }
  return leaves;
}

/** Functions that read state before those that change it, as far as that is possible. */
function orderFunctions(functions: readonly Signal[][], reads: ReadonlyMap<Signal, Set<Signal>>): Signal[][] {
  const home = new Map(functions.flatMap((signals, number) => signals.map((signal) => [signal, number] as const)));
  const readers = functions.map(() => new Set<number>());
  functions.forEach((signals, number) => {
    for (const signal of signals) for (const leaf of reads.get(signal)!) if (home.get(leaf) !== number) readers[home.get(leaf)!].add(number);
  });
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (number: number): void => {
    if (seen.has(number)) return;
    seen.add(number);
    for (const reader of readers[number]) visit(reader);
    order.push(number);
  };
  functions.forEach((_, number) => visit(number));
  return order.map((number) => functions[number]);
}

/** State that a later function still reads. */
function lateSignals(order: readonly Signal[][], reads: ReadonlyMap<Signal, Set<Signal>>): Set<Signal> {
  const place = new Map(order.flatMap((signals, number) => signals.map((signal) => [signal, number] as const)));
  const late = new Set<Signal>();
  order.forEach((signals, number) => {
    for (const signal of signals) for (const leaf of reads.get(signal)!) if (place.get(leaf)! < number) late.add(leaf);
  });
  return late;
}
