import type { FlatDesign } from '../codegen/rtl/flatten.ts';
import type { Signal } from '../codegen/rtl/ir.ts';
import { operandsOf } from '../codegen/rtl/operands.ts';
import { isState } from '../codegen/rtl/order.ts';

/** In which order state changes at a clock edge, so that every node still reads what was there before. */
export interface EdgeOrder {
  readonly order: readonly Signal[];
  /** State that is read in or after its turn: its next value waits until all nodes had theirs. */
  readonly late: ReadonlySet<Signal>;
}

/** Nodes that do something at a clock edge: state, and memories that are read directly. */
export function clockedNodes(flat: FlatDesign): Signal[] {
  return flat.nodes.flatMap((node, signal) => (isState(node) || node.op === 'ram' ? [signal] : []));
}

/** Readers before what they read; where that runs in a circle, a value has to wait. */
export function edgeOrder(flat: FlatDesign): EdgeOrder {
  const clocked = clockedNodes(flat);
  const readers = new Map<Signal, Signal[]>(clocked.map((signal) => [signal, []]));
  for (const reader of clocked) {
    for (const operand of new Set(operandsOf(flat.nodes[reader]))) if (operand !== reader) readers.get(operand)?.push(reader);
  }
  const order: Signal[] = [];
  // What reads itself reads on while it writes: words of a wide value, a memory's old output that is stored.
  const late = new Set(clocked.filter((signal) => isState(flat.nodes[signal]) && operandsOf(flat.nodes[signal]).includes(signal)));
  const open = new Set<Signal>();
  const done = new Set<Signal>();
  for (const root of clocked) {
    if (done.has(root)) continue;
    const stack = [{ signal: root, next: 0 }];
    open.add(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const list = readers.get(top.signal)!;
      if (top.next === list.length) {
        order.push(top.signal);
        open.delete(top.signal);
        done.add(top.signal);
        stack.pop();
        continue;
      }
      const reader = list[top.next++];
      if (open.has(reader)) late.add(top.signal);
      else if (!done.has(reader)) {
        open.add(reader);
        stack.push({ signal: reader, next: 0 });
      }
    }
  }
  return { order, late };
}
