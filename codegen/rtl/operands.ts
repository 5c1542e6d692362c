import { dispatch, type OpTable } from '../../src/base/table.ts';
import type { Node, Pipelined, Signal } from './ir.ts';

/** The node with every signal that it reads replaced; complete over all operators. */
export function mapOperands(node: Node, change: (signal: Signal) => Signal): Node {
  return dispatch(OPERANDS, node, change);
}

/** The signals that the node reads, with repetitions, in the order in which `mapOperands` changes them. */
export function operandsOf(node: Node): readonly Signal[] {
  return dispatch(LISTS, node);
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

const NONE: readonly Signal[] = [];

/** Operands and the enable, if there is one. */
function clocked(operands: readonly Signal[], enable: Signal | undefined): readonly Signal[] {
  return enable === undefined ? operands : [...operands, enable];
}

/** Compilers list operands again and again: nothing else is made here. */
const LISTS: OpTable<Node, readonly Signal[]> = {
  input: () => NONE,
  constant: () => NONE,
  slice: ({ arg }) => [arg],
  concat: ({ args }) => args,
  extend: ({ arg }) => [arg],
  not: ({ arg }) => [arg],
  bitwise: ({ args }) => args,
  reduce: ({ arg }) => [arg],
  mux: ({ select, args }) => [select, ...args],
  compare: ({ left, right }) => [left, right],
  shift: ({ arg, amount }) => [arg, amount],
  lookup: ({ index }) => [index],
  sum: ({ terms, enable }) => clocked(terms.map(({ arg }) => arg), enable),
  multiply: ({ left, right, enable }) => clocked([left, right], enable),
  popcount: ({ arg, enable }) => clocked([arg], enable),
  thresholds: ({ arg, enable }) => clocked([arg], enable),
  linear: ({ arg, enable }) => clocked([arg], enable),
  register: ({ next, enable }) => clocked([next], enable),
  delay: ({ arg, enable }) => clocked([arg], enable),
  rom: ({ address, enable }) => clocked([address], enable),
  ram: ({ writeEnable, writeAddress, writeData, readAddress, readEnable }) =>
    clocked([writeEnable, writeAddress, writeData, readAddress], readEnable),
  'instance-output': () => NONE,
};
