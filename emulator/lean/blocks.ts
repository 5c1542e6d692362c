import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { isState } from '../../codegen/rtl/order.ts';
import { wordsOf } from '../layout.ts';
import { scalarOperands, type Vectors } from '../vector/match.ts';
import type { StateGroup, Vec } from '../vector/vec.ts';
import type { LeanDesign } from './graph.ts';
import type { EdgeFunction } from './plan.ts';

/** Clocked nodes that change under the same condition. */
export interface Block {
  readonly enable: Signal | undefined;
  readonly signals: Signal[];
}

export interface Context {
  readonly lean: LeanDesign;
  /** State and rams that each clocked node's next value is computed from. */
  readonly reads: ReadonlyMap<Signal, Set<Signal>>;
  readonly late: Set<Signal>;
  readonly stored: (signal: Signal) => boolean;
  readonly vectors: Vectors;
  /** Whether a narrow value is read from memory part by part too. */
  readonly apart: (signal: Signal) => boolean;
  /** Logic that is not computed ahead of the blocks that read it. */
  readonly heavy: ReadonlySet<Signal>;
}

/** The signal without which a clocked node keeps its value; reads of a ram have their own. */
function enableOf(node: Node): Signal | undefined {
  if (node.op === 'ram' && node.read === 'direct') return node.writeEnable;
  return 'enable' in node ? node.enable : undefined;
}

/** Orders the nodes of one function so that values are read before they change, as far as that goes; wide ones in circles become late. */
export function scheduleEdges(signals: readonly Signal[], context: Context): EdgeFunction {
  const { lean: { nodes }, reads, late, stored, vectors } = context;
  const own = new Set(signals);
  const isWide = (signal: Signal): boolean => isInMemory(signal, context);
  // Wide values are written word by word: what reads itself reads on while it writes.
  for (const signal of signals) {
    const group = vectors.groupOf.get(signal)?.group;
    const reading = group === undefined ? reads.get(signal)!.has(signal) && isState(nodes[signal]) && isWide(signal) : readsMoved(group, group.next!);
    if (reading) late.add(signal);
  }

  const blocking = new Map<Signal, Set<Signal>>(signals.map((signal) => [signal, new Set<Signal>()]));
  const blocks = new Map<Signal, Signal[]>(signals.map((signal) => [signal, []]));
  for (const reader of signals) {
    for (const leaf of reads.get(reader)!) {
      if (leaf === reader || !own.has(leaf) || (late.has(leaf) && nodes[leaf].op !== 'ram')) continue;
      blocking.get(leaf)!.add(reader);
      blocks.get(reader)!.push(leaf);
    }
  }
  const ready = new Set(signals.filter((signal) => blocking.get(signal)!.size === 0));
  const waiting = new Set(signals.filter((signal) => !ready.has(signal)));
  const result: Block[] = [];
  while (ready.size + waiting.size > 0) {
    if (ready.size === 0) {
      // A circle. A narrow value can change early: its readers fetch it before. Else one of the values waits, so that all others can
      // be read in time; not a ram, which changes in place.
      const stuck = [...waiting];
      const narrow = fewestReaders(stuck.filter((signal) => !isWide(signal)), blocking);
      const victim = narrow ?? stuck.find((signal) => isState(nodes[signal]) && nodes[signal].op !== 'ram') ?? stuck[0];
      if (narrow === undefined) late.add(victim);
      waiting.delete(victim);
      blocking.get(victim)!.clear();
      ready.add(victim);
    }
    const current = result[result.length - 1];
    const next = pick(ready, current, nodes);
    ready.delete(next);
    const enable = enableOf(nodes[next]);
    if (current !== undefined && current.enable === enable) current.signals.push(next);
    else result.push({ enable, signals: [next] });
    for (const leaf of blocks.get(next)!) {
      const left = blocking.get(leaf)!;
      if (left.delete(next) && left.size === 0 && waiting.delete(leaf)) ready.add(leaf);
    }
  }
  return { blocks: result, shared: sharedSignals(result, context), fetched: fetchedSignals(result, context, stored) };
}

function fewestReaders(signals: readonly Signal[], blocking: ReadonlyMap<Signal, Set<Signal>>): Signal | undefined {
  let best: Signal | undefined;
  for (const signal of signals) if (best === undefined || blocking.get(signal)!.size < blocking.get(best)!.size) best = signal;
  return best;
}

/** Whether a value is read from memory part by part, so that it must not change before. */
function isInMemory(signal: Signal, { lean: { nodes }, vectors, apart }: Context): boolean {
  return apart(signal) || nodes[signal].op === 'ram' || wordsOf(nodes[signal].width) > 1 || vectors.groupOf.has(signal) || vectors.rows.has(signal);
}

/** Whether lanes of a group are read in other places than where they lie: a turn would read what an earlier one has changed. */
function readsMoved(group: StateGroup, vec: Vec): boolean {
  if (vec.kind === 'state') return vec.group === group && vec.first !== 0;
  return vec.kind === 'operator' && vec.operands.some((operand) => readsMoved(group, operand));
}

/** A node of the present block if there is one, else of the block with the most. */
function pick(ready: ReadonlySet<Signal>, current: Block | undefined, nodes: readonly Node[]): Signal {
  if (current !== undefined) for (const signal of ready) if (enableOf(nodes[signal]) === current.enable) return signal;
  const counts = new Map<Signal | undefined, number>();
  for (const signal of ready) counts.set(enableOf(nodes[signal]), (counts.get(enableOf(nodes[signal])) ?? 0) + 1);
  let best: Signal = -1;
  let most = 0;
  for (const signal of ready) {
    const count = counts.get(enableOf(nodes[signal]))!;
    if (count > most) [best, most] = [signal, count];
  }
  return best;
}

/** Logic that more than one block reads, operands first. */
function sharedSignals(blocks: readonly Block[], { lean, stored, vectors, heavy }: Context): Signal[] {
  const { nodes } = lean;
  const seenIn = new Map<Signal, number>();
  const shared = new Set<Signal>();
  const order: Signal[] = [];
  blocks.forEach((block, number) => {
    const visit = (signal: Signal): void => {
      const node = nodes[signal];
      if (stored(signal) || node.op === 'constant') return;
      const before = seenIn.get(signal);
      if (before === number || shared.has(signal)) return;
      if (before !== undefined && wordsOf(node.width) === 1 && !heavy.has(signal)) shared.add(signal);
      seenIn.set(signal, number);
      for (const operand of node.op === 'ram' ? [node.readAddress] : scalarOperands(signal, nodes, vectors)) visit(operand);
      if (before === undefined) order.push(signal);
    };
    for (const signal of block.signals) scalarOperands(signal, nodes, vectors).forEach(visit);
  });
  return order.filter((signal) => shared.has(signal));
}

/** Narrow state that is read by a node after its own turn. */
function fetchedSignals(blocks: readonly Block[], context: Context, stored: (signal: Signal) => boolean): Signal[] {
  const { reads, late } = context;
  const done = new Set<Signal>();
  const fetched = new Set<Signal>();
  for (const signal of blocks.flatMap((block) => block.signals)) {
    for (const leaf of reads.get(signal)!) if (done.has(leaf)) fetched.add(leaf);
    if (stored(signal) && !late.has(signal) && !isInMemory(signal, context)) done.add(signal);
  }
  return [...fetched];
}
