import type { Node, Signal } from './ir.ts';
import { operandsOf } from './operands.ts';

/** Whether the node's value in a cycle is state, given by earlier cycles alone. */
export function isState(node: Node): boolean {
  switch (node.op) {
    case 'register':
    case 'delay':
    case 'rom': return true;
    case 'ram': return node.read === 'registered';
    case 'sum':
    case 'multiply':
    case 'popcount':
    case 'thresholds':
    case 'linear': return node.stages > 0;
    case 'input':
    case 'constant':
    case 'slice':
    case 'concat':
    case 'extend':
    case 'not':
    case 'bitwise':
    case 'reduce':
    case 'mux':
    case 'compare':
    case 'shift':
    case 'lookup':
    case 'instance-output': return false;
  }
}

/** The operands that the node's value in this cycle depends on. */
function combinationalOperands(node: Node): readonly Signal[] {
  if (isState(node)) return [];
  if (node.op === 'ram') return [node.readAddress];
  // Without stages there is no register for an enable to stop.
  return operandsOf('enable' in node ? { ...node, enable: undefined } : node);
}

/**
 * All signals, each after those that its value in this cycle depends on.
 * @throws Error on a combinational loop, naming the signals in it
 */
export function evaluationOrder(nodes: readonly Node[]): Signal[] {
  const UNSEEN = 0;
  const OPEN = 1;
  const DONE = 2;
  const state = new Uint8Array(nodes.length);
  const order: Signal[] = [];
  nodes.forEach((node, signal) => {
    if (!isState(node)) return;
    state[signal] = DONE;
    order.push(signal);
  });
  for (let root = 0; root < nodes.length; root++) {
    if (state[root] !== UNSEEN) continue;
    const stack = [{ signal: root, operands: combinationalOperands(nodes[root]), next: 0 }];
    state[root] = OPEN;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next === top.operands.length) {
        state[top.signal] = DONE;
        order.push(top.signal);
        stack.pop();
        continue;
      }
      const operand = top.operands[top.next++];
      if (state[operand] === DONE) continue;
      if (state[operand] === OPEN) {
        const loop = stack.slice(stack.findIndex((entry) => entry.signal === operand)).map((entry) => nodes[entry.signal].name);
        throw new Error(`combinational loop: ${loop.join(' <- ')}`);
      }
      state[operand] = OPEN;
      stack.push({ signal: operand, operands: combinationalOperands(nodes[operand]), next: 0 });
    }
  }
  return order;
}
