import { dispatch, type OpTable } from '../../src/base/table.ts';
import type { Node, RamNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import { multiply, popcount, sum } from './arithmetic.ts';
import { bitwise, compare, concat, extend, lookup, mux, not, reduce, shift, slice } from './bits.ts';
import { linear } from './linear.ts';
import { pushInside } from './table.ts';
import { thresholds } from './thresholds.ts';
import type { Value } from './value.ts';

/** The value of a combinational node, or of a big operation's operands. `memory` is where a ram's words lie. */
export function valueOf(node: Node, emitter: Emitter, memory: number): Value {
  return dispatch(VALUES, node, emitter, memory);
}

const none = (): never => { throw new Error('this node has no combinational value'); };

const VALUES: OpTable<Node, Value, [Emitter, number]> = {
  input: none,
  constant: none,
  slice, concat, extend, not, bitwise, reduce, mux, compare, shift, lookup, sum, multiply, popcount, thresholds, linear,
  register: none,
  delay: none,
  rom: none,
  ram: (node, emitter, memory) => ({ clean: true, words: (k) => pushRamWord(node, emitter, memory, k) }),
  'instance-output': none,
};

/** Pushes word k of the word at the read address; 0 past the end. */
export function pushRamWord(node: RamNode, e: Emitter, memory: number, k: number): void {
  const { code } = e;
  const bytes = 8 * Math.ceil(node.width / 64);
  const covered = e.width(node.readAddress) <= 30 && 2 ** e.width(node.readAddress) <= node.depth;
  if (covered) {
    e.scaledIndex(node.readAddress, bytes);
    code.loadAt(memory + 8 * k);
    return;
  }
  const inside = code.local('i32');
  pushInside(e, node.readAddress, node.depth);
  code.set(inside);
  code.i64(0n);
  e.scaledIndex(node.readAddress, bytes);
  code.i32(0);
  code.get(inside);
  code.emit(op.select);
  code.loadAt(memory + 8 * k);
  code.get(inside);
  code.emit(op.i32Eqz, op.select);
}
