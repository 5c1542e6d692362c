import { dispatch, type OpTable } from '../../src/base/table.ts';
import type { Node, Pipelined, Signal } from './ir.ts';

/** The node with every signal that it reads replaced; complete over all operators. */
export function mapOperands(node: Node, change: (signal: Signal) => Signal): Node {
  return dispatch(OPERANDS, node, change);
}

/** The signals that the node reads, with repetitions. */
export function operandsOf(node: Node): Signal[] {
  const operands: Signal[] = [];
  mapOperands(node, (signal) => {
    operands.push(signal);
    return signal;
  });
  return operands;
}

type Change = (signal: Signal) => Signal;

/** The optional enable of a node with state. */
function enabled<N extends { readonly enable?: Signal }>(node: N, change: Change): Pick<Pipelined, 'enable'> {
  return node.enable === undefined ? {} : { enable: change(node.enable) };
}

const OPERANDS: OpTable<Node, Node, [Change]> = {
  input: (node) => node,
  constant: (node) => node,
  slice: (node, change) => ({ ...node, arg: change(node.arg) }),
  concat: (node, change) => ({ ...node, args: node.args.map(change) }),
  extend: (node, change) => ({ ...node, arg: change(node.arg) }),
  not: (node, change) => ({ ...node, arg: change(node.arg) }),
  bitwise: (node, change) => ({ ...node, args: node.args.map(change) }),
  reduce: (node, change) => ({ ...node, arg: change(node.arg) }),
  mux: (node, change) => ({ ...node, select: change(node.select), args: node.args.map(change) }),
  compare: (node, change) => ({ ...node, left: change(node.left), right: change(node.right) }),
  shift: (node, change) => ({ ...node, arg: change(node.arg), amount: change(node.amount) }),
  lookup: (node, change) => ({ ...node, index: change(node.index) }),
  sum: (node, change) => ({
    ...node, terms: node.terms.map((term) => ({ ...term, arg: change(term.arg) })), ...enabled(node, change),
  }),
  multiply: (node, change) => ({ ...node, left: change(node.left), right: change(node.right), ...enabled(node, change) }),
  popcount: (node, change) => ({ ...node, arg: change(node.arg), ...enabled(node, change) }),
  thresholds: (node, change) => ({ ...node, arg: change(node.arg), ...enabled(node, change) }),
  linear: (node, change) => ({ ...node, arg: change(node.arg), ...enabled(node, change) }),
  register: (node, change) => ({ ...node, next: change(node.next), ...enabled(node, change) }),
  delay: (node, change) => ({ ...node, arg: change(node.arg), ...enabled(node, change) }),
  rom: (node, change) => ({ ...node, address: change(node.address), ...enabled(node, change) }),
  ram: (node, change) => ({
    ...node,
    writeEnable: change(node.writeEnable), writeAddress: change(node.writeAddress), writeData: change(node.writeData),
    readAddress: change(node.readAddress),
    ...(node.readEnable === undefined ? {} : { readEnable: change(node.readEnable) }),
  }),
  'instance-output': (node) => node,
};
