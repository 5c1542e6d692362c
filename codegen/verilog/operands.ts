import type { Node, Pipelined, Signal } from '../rtl/ir.ts';
import { dispatch, type OpTable } from '../../src/base/table.ts';

/** What a node reads: `now` reaches its output within the clock cycle, `edge` only through a clock edge. */
export interface Operands {
  readonly now: readonly Signal[];
  readonly edge: readonly Signal[];
  /** Remembers something from one clock cycle to the next. */
  readonly state: boolean;
}

const now = (...signals: Signal[]): Operands => ({ now: signals, edge: [], state: false });
const edge = (...signals: (Signal | undefined)[]): Operands => (
  { now: [], edge: signals.filter(signal => signal !== undefined), state: true }
);

function pipelined(node: Pipelined, signals: readonly Signal[]): Operands {
  return node.stages === 0 ? now(...signals) : edge(...signals, node.enable);
}

const table: OpTable<Node, Operands> = {
  input: () => now(),
  constant: () => now(),
  slice: node => now(node.arg),
  concat: node => now(...node.args),
  extend: node => now(node.arg),
  not: node => now(node.arg),
  bitwise: node => now(...node.args),
  reduce: node => now(node.arg),
  mux: node => now(node.select, ...node.args),
  compare: node => now(node.left, node.right),
  shift: node => now(node.arg, node.amount),
  lookup: node => now(node.index),
  sum: node => pipelined(node, node.terms.map(term => term.arg)),
  multiply: node => pipelined(node, [node.left, node.right]),
  popcount: node => pipelined(node, [node.arg]),
  thresholds: node => pipelined(node, [node.arg]),
  linear: node => pipelined(node, [node.arg]),
  register: node => edge(node.next, node.enable),
  delay: node => edge(node.arg, node.enable),
  rom: node => edge(node.address, node.enable),
  ram: node => {
    const write = [node.writeEnable, node.writeAddress, node.writeData];
    return node.read === 'direct'
      ? { now: [node.readAddress], edge: write, state: true }
      : edge(...write, node.readAddress, node.readEnable);
  },
  'instance-output': () => now(),
};

export function operandsOf(node: Node): Operands {
  return dispatch<Node, Operands>(table, node);
}
