import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import type { LeanDesign } from '../lean/graph.ts';

/** What depends on the data of input streams: all else is the same in copies whose streams start and pause alike. */
export function dependsOnData({ nodes, order }: LeanDesign): Uint8Array {
  const readers = new Map<Signal, Signal[]>();
  for (const signal of order) {
    for (const operand of operandsOf(nodes[signal])) {
      const list = readers.get(operand);
      if (list === undefined) readers.set(operand, [signal]);
      else list.push(signal);
    }
  }
  const found = new Uint8Array(nodes.length);
  const pending: Signal[] = [];
  const visit = (signal: Signal): void => {
    if (found[signal] === 1) return;
    found[signal] = 1;
    pending.push(signal);
  };
  for (const signal of order) if (isData(nodes[signal])) visit(signal);
  for (let signal = pending.pop(); signal !== undefined; signal = pending.pop()) readers.get(signal)?.forEach(visit);
  return found;
}

/** Whether a node is the data of an input stream. */
function isData(node: Node): boolean {
  return node.op === 'input' && node.name.endsWith('_tdata');
}
