import { op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { DotNode, FixedNode } from '../ir.ts';
import { loadElement, pushOffset, storeElement } from './scalar.ts';
import { isBinary } from './products.ts';
import type { Place, Room } from './values.ts';

export interface DotContext {
  readonly code: FunctionBuilder;
  readonly room: Room;
  readonly from: Place;
  readonly to: Place;
  readonly arg: FixedNode;
}

export function emitDot(node: DotNode, context: DotContext): void {
  if (isBinary(node, context.arg)) emitBinary(node, context);
  else emitPlain(node, context);
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
function emitPlain(node: DotNode, context: DotContext): void {
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

/**
 * Elements as one bit each (1 where negative), weights as masks: with n the negative elements, P and M the columns of weight +1 and -1,
 * the row is |P| - |M| - 2 |n and P| + 2 |n and M|; without zeros, columns - 2 |n xor M|.
 */
function emitBinary(node: DotNode, context: DotContext): void {
  const { code, room, from, to } = context;
  const words = Math.ceil(node.columns / 64);
  const dense = node.weights.every((weight) => weight !== 0);
  const rows = node.groups * node.rows;
  const each = dense ? words : 2 * words + 1;
  const table = new BigUint64Array(rows * each);
  for (let row = 0; row < rows; row++) {
    let total = 0;
    for (let c = 0; c < node.columns; c++) {
      const weight = node.weights[row * node.columns + c];
      total += weight;
      const bit = 1n << BigInt(c % 64);
      if (weight < 0) table[row * each + (c >> 6)] |= bit;
      if (weight > 0 && !dense) table[row * each + words + (c >> 6)] |= bit;
    }
    if (!dense) table[row * each + 2 * words] = BigInt.asUintN(64, BigInt(total));
  }
  const masks = room.place(table);
  const packed = room.reserve(8 * words);
  const [row, pointer] = [code.local('i32'), code.local('i32')];
  const bits = Array.from({ length: words }, () => code.local('i64'));
  forEachPart(node, context, 8 * each * node.rows, ({ element, result, weight }) => {
    packSigns(code, from, element, node.columns, packed);
    bits.forEach((local, k) => {
      code.load(packed + 8 * k);
      code.set(local);
    });
    code.get(weight);
    code.set(pointer);
    const count = (first: number, instruction: number): void => bits.forEach((local, k) => {
      code.get(local);
      code.get(pointer);
      code.loadAt(masks + 8 * (first + k));
      code.emit(instruction, op.i64Popcnt);
      if (k > 0) code.emit(op.i64Add);
    });
    code.loop(row, 1, node.rows, () => {
      pushOffset(code, row, to.bytes);
      code.get(result);
      code.emit(op.i32Add);
      if (dense) {
        code.i64(BigInt(node.columns));
        count(0, op.i64Xor);
      } else {
        code.get(pointer);
        code.loadAt(masks + 16 * words);
        count(words, op.i64And);
        count(0, op.i64And);
        code.emit(op.i64Sub);
      }
      code.i64(1n);
      code.emit(op.i64Shl, op.i64Sub);
      storeElement(code, to.bytes, to.address);
      code.add(pointer, 8 * each);
    });
  });
}

/** Writes the sign bits of 16-bit elements, zero past the last. */
function packSigns(code: FunctionBuilder, from: Place, element: number, columns: number, packed: number): void {
  for (let first = 0; first < 64 * Math.ceil(columns / 64); first += 16) {
    const left = columns - first;
    code.i32(0);
    if (left <= 0) code.i32(0);
    else {
      for (const half of [0, 8]) {
        code.get(element);
        code.emit(...simd.v128Load, 0);
        code.offset(from.address + 2 * (first + half));
      }
      code.emit(...simd.i8x16NarrowI16x8S, ...simd.i8x16Bitmask);
      if (left < 16) {
        code.i32((1 << left) - 1);
        code.emit(op.i32And);
      }
    }
    code.emit(op.i32Store16, 0);
    code.offset(packed + first / 8);
  }
}
