import type { Module, Signal } from '../rtl/ir.ts';
import { operandsOf, type Operands } from './operands.ts';

/**
 * The nodes that some output or instance depends on, each after everything it reads within the clock cycle and, where it outputs
 * through a clock edge, after everything it reads at all.
 */
export function liveOrder(module: Module): Signal[] {
  const operands = module.nodes.map(operandsOf);
  const live = liveNodes(module, operands);
  const settled = (signal: Signal) => !operands[signal].state || operands[signal].now.length > 0;
  const order: Signal[] = [];
  const visited = new Uint8Array(module.nodes.length);
  for (const root of live) {
    const stack: { signal: Signal; next: number; reads: readonly Signal[] }[] = [];
    const enter = (signal: Signal) => {
      if (visited[signal] !== 0) return;
      visited[signal] = 1;
      stack.push({ signal, next: 0, reads: settled(signal) ? operands[signal].now : operands[signal].edge.filter(settled) });
    };
    enter(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < top.reads.length) {
        enter(top.reads[top.next++]);
      } else {
        order.push(top.signal);
        stack.pop();
      }
    }
  }
  return order;
}

function liveNodes(module: Module, operands: readonly Operands[]): Signal[] {
  const live = new Uint8Array(module.nodes.length);
  const work: Signal[] = [];
  const reach = (signal: Signal) => {
    if (live[signal] === 0) {
      live[signal] = 1;
      work.push(signal);
    }
  };
  for (const port of module.ports) reach(port.signal);
  for (const instance of module.instances) Object.values(instance.inputs).forEach(reach);
  module.nodes.forEach((node, signal) => { if (node.op === 'instance-output') reach(signal); });
  while (work.length > 0) {
    const { now, edge } = operands[work.pop()!];
    now.forEach(reach);
    edge.forEach(reach);
  }
  return [...module.nodes.keys()].filter(signal => live[signal] === 1);
}
