import { op } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { DotNode } from '../ir.ts';
import { loadElement, pushOffset, storeElement } from './scalar.ts';
import type { Place, Room } from './values.ts';

export interface DotContext {
  readonly code: FunctionBuilder;
  readonly room: Room;
  readonly from: Place;
  readonly to: Place;
}

/** A loop over the vectors of the argument, each with the weights of its group; `body` gets addresses' locals. */
function forEachPart(
  node: DotNode, { code, from, to }: DotContext, weightBytes: number, body: (at: { element: number; result: number; weight: number }) => void,
): void {
  const [part, element, result, weight] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  for (const local of [element, result, weight]) {
    code.i32(0);
    code.set(local);
  }
  code.loop(part, 1, from.size / node.columns, () => {
    body({ element, result, weight });
    code.add(element, from.bytes * node.columns);
    code.add(result, to.bytes * node.rows);
    if (node.groups === 1) return;
    // The next group's weights, the first one's after the last.
    code.i32(0);
    code.get(weight);
    code.i32(weightBytes);
    code.emit(op.i32Add);
    code.tee(weight);
    code.get(weight);
    code.i32(weightBytes * node.groups);
    code.emit(op.i32Eq, op.select);
    code.set(weight);
  });
}

/** Sums modulo 2^64, which is exact: all values stay below 2^53. */
export function emitDot(node: DotNode, context: DotContext): void {
  const { code, room, from, to } = context;
  const weights = room.place(Int32Array.from(node.weights));
  const [row, column, sum, pointer] = [code.local('i32'), code.local('i32'), code.local('i64'), code.local('i32')];
  forEachPart(node, context, 4 * node.rows * node.columns, ({ element, result, weight }) => {
    code.get(weight);
    code.set(pointer);
    code.loop(row, 1, node.rows, () => {
      code.i64(0n);
      code.set(sum);
      code.loop(column, 1, node.columns, () => {
        pushOffset(code, column, from.bytes);
        code.get(element);
        code.emit(op.i32Add);
        loadElement(code, from.bytes, from.address);
        pushOffset(code, column, 4);
        code.get(pointer);
        code.emit(op.i32Add, op.i64Load32S, 2);
        code.offset(weights);
        code.emit(op.i64Mul);
        code.get(sum);
        code.emit(op.i64Add);
        code.set(sum);
      });
      pushOffset(code, row, to.bytes);
      code.get(result);
      code.emit(op.i32Add);
      code.get(sum);
      storeElement(code, to.bytes, to.address);
      code.add(pointer, 4 * node.columns);
    });
  });
}
