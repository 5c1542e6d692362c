import { op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { DotNode, FixedNode } from '../ir.ts';
import { loadElement, pushOffset, storeElement } from './scalar.ts';
import type { Place, Room } from './values.ts';

/** Rows that are summed side by side. */
const ROWS = 4;

export interface DotContext {
  readonly code: FunctionBuilder;
  readonly room: Room;
  readonly from: Place;
  readonly to: Place;
  readonly arg: FixedNode;
}

/** Whether weights are -1, 0 and 1 and elements -1 and 1. */
function isBinary(node: DotNode, arg: FixedNode): boolean {
  return arg.type.bipolar && node.columns >= 32 && node.weights.every((weight) => weight >= -1 && weight <= 1);
}

/** Whether 16-bit products and 32-bit sums are exact. */
function isShort(node: DotNode, arg: FixedNode, from: Place): boolean {
  if (from.bytes !== 2 || node.weights.some((weight) => weight < -32768 || weight > 32767)) return false;
  const largest = Math.max(Math.abs(arg.type.low), Math.abs(arg.type.high));
  for (let row = 0; row < node.groups * node.rows; row++) {
    let sum = 0;
    for (let c = 0; c < node.columns; c++) sum += Math.abs(node.weights[row * node.columns + c]);
    if (sum * largest >= 2 ** 31) return false;
  }
  return true;
}

export function emitDot(node: DotNode, context: DotContext): void {
  if (isBinary(node, context.arg)) emitBinary(node, context);
  else if (isShort(node, context.arg, context.from)) emitShort(node, context);
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

/** Eight products at a time, four rows side by side. */
function emitShort(node: DotNode, context: DotContext): void {
  const { code, room, from, to } = context;
  const vectors = Math.ceil(node.columns / 8);
  const blocks = Math.ceil(node.rows / ROWS);
  const table = new Int16Array(node.groups * blocks * ROWS * vectors * 8);
  for (let row = 0; row < node.groups * node.rows; row++) {
    const [group, own] = [Math.floor(row / node.rows), row % node.rows];
    for (let c = 0; c < node.columns; c++) {
      const block = (group * blocks + Math.floor(own / ROWS)) * vectors + (c >> 3);
      table[(block * ROWS + (own % ROWS)) * 8 + (c & 7)] = node.weights[row * node.columns + c];
    }
  }
  const weights = room.place(table);
  const [block, pointer, x, at] = [code.local('i32'), code.local('i32'), code.local('v128'), code.local('i32')];
  const blockBytes = vectors * ROWS * 16;
  const straight = vectors <= 8;
  forEachPart(node, context, blocks * blockBytes, ({ element, result, weight }) => {
    code.get(weight);
    code.set(pointer);
    code.loop(block, 1, blocks, () => {
      // Rows past the last one of a group have weights of zero and are not stored.
      const sums = Array.from({ length: Math.min(ROWS, node.rows) }, () => code.local('v128'));
      const accumulate = (k: number, base: () => void): void => {
        base();
        code.emit(...simd.v128Load, 0);
        code.offset(from.address + 16 * k);
        code.set(x);
        sums.forEach((sum, r) => {
          code.get(x);
          code.get(pointer);
          code.emit(...simd.v128Load, 0);
          code.offset(weights + 16 * (ROWS * k + r));
          code.emit(...simd.i32x4DotI16x8S);
          code.get(sum);
          code.emit(...simd.i32x4Add);
          code.set(sum);
        });
      };
      for (const sum of sums) {
        code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
        code.set(sum);
      }
      if (straight) {
        for (let k = 0; k < vectors; k++) accumulate(k, () => code.get(element));
        code.add(pointer, blockBytes);
      } else {
        const even = vectors - (vectors % 2);
        code.loop(at, 32, 16 * even, () => {
          const base = (): void => {
            code.get(at);
            code.get(element);
            code.emit(op.i32Add);
          };
          for (let k = 0; k < 2; k++) accumulate(k, base);
          code.add(pointer, 2 * ROWS * 16);
        });
        if (vectors % 2 === 1) {
          accumulate(0, () => {
            code.get(element);
            code.i32(16 * even);
            code.emit(op.i32Add);
          });
          code.add(pointer, ROWS * 16);
        }
      }
      sums.forEach((sum, r) => {
        const store = (): void => {
          pushOffset(code, block, ROWS * to.bytes);
          code.get(result);
          code.emit(op.i32Add);
          pushTotal(code, sum);
          storeElement(code, to.bytes, to.address + r * to.bytes);
        };
        // Only the last block can be short.
        if (r < node.rows - (blocks - 1) * ROWS) {
          store();
          return;
        }
        code.get(block);
        code.i32(blocks - 1);
        code.emit(op.i32Ne);
        code.if(store);
      });
    });
  });
}

/** Pushes the sum of four lanes as i64. */
function pushTotal(code: FunctionBuilder, vector: number): void {
  const pick = (...lanes: readonly number[]): void => code.emit(...simd.i8x16Shuffle, ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)));
  code.get(vector);
  code.get(vector);
  code.get(vector);
  pick(2, 3, 0, 1);
  code.emit(...simd.i32x4Add);
  code.tee(vector);
  code.get(vector);
  code.get(vector);
  pick(1, 0, 3, 2);
  code.emit(...simd.i32x4Add);
  code.emit(...simd.i32x4ExtractLane, 0, op.i64ExtendI32S);
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
