import type { ShiftNode } from '../../codegen/rtl/ir.ts';
import { op, simd } from '../../src/base/wasm/instructions.ts';
import type { LaneEmitter } from './emitter.ts';
import { fitting, type Computed } from './operators.ts';
import type { Form } from './range.ts';

const FORMS: { readonly [K in ShiftNode['kind']]: { readonly shift: 'shl' | 'shrU' | 'shrS'; readonly operand: Form; readonly result: Form } } = {
  left: { shift: 'shl', operand: 'any', result: 'any' },
  right: { shift: 'shrU', operand: 'zero', result: 'zero' },
  'right-signed': { shift: 'shrS', operand: 'sign', result: 'sign' },
};

/** Shifts by an amount that copies share take one instruction, others one step for each bit of the amount. */
export function shift(node: ShiftNode, e: LaneEmitter): Computed {
  const bits = fitting(node.width);
  const { operand, result } = FORMS[node.kind];
  const push = (chunk: number): void => e.push(node.arg, 0, node.width, bits, operand, chunk);
  const by = e.design.own(node.amount) ? ownAmount : sharedAmount;
  return { bits, form: result, push: (chunk) => by(node, e, bits, push, chunk) };
}

type Amount = (node: ShiftNode, e: LaneEmitter, bits: 16 | 32 | 64, push: (chunk: number) => void, chunk: number) => void;

const sharedAmount: Amount = (node, e, bits, push, chunk) => {
  const { code, unit } = e;
  const instruction = unit.of(bits)[FORMS[node.kind].shift];
  push(chunk);
  e.scalarOf(node.amount);
  if (2 ** e.width(node.amount) <= bits) {
    code.emit(op.i32WrapI64, ...instruction);
    return;
  }
  // Machines take an amount modulo the bits of a cell: past them it is all but one, and then that one.
  const amount = code.local('i64');
  code.set(amount);
  const inside = (): void => {
    code.get(amount);
    code.i64(BigInt(bits));
    code.emit(op.i64LtU);
  };
  code.get(amount);
  code.i64(BigInt(bits - 1));
  inside();
  code.emit(op.select, op.i32WrapI64, ...instruction);
  inside();
  code.emit(op.i32Eqz, ...instruction);
};

const ownAmount: Amount = (node, e, bits, push, chunk) => {
  const { code, unit } = e;
  const { shift: kind } = FORMS[node.kind];
  const [value, moved] = [code.local('v128'), code.local('v128')];
  push(chunk);
  code.set(value);
  for (let k = 0; k < e.width(node.amount); k++) {
    const by = 2 ** k;
    code.get(value);
    unit.shift(kind, Math.min(by, bits - 1), bits);
    if (by >= bits) unit.shift(kind, 1, bits);
    code.set(moved);
    code.get(moved);
    code.get(value);
    e.push(node.amount, k, 1, bits, 'sign', chunk);
    code.emit(...simd.v128Bitselect);
    code.set(value);
  }
  code.get(value);
};
