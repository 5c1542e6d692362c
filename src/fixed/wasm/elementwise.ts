import { lanes, op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { IntegerType, RequantizeNode, TableNode, ThresholdNode } from '../ir.ts';
import { forEachElement, loadElement, pushElement, setChannel } from './scalar.ts';
import type { Place, Room } from './values.ts';

/** More levels than these are searched. */
const COMPARED = 40;

export interface ElementContext {
  readonly code: FunctionBuilder;
  readonly room: Room;
  readonly from: Place;
  readonly to: Place;
  readonly type: IntegerType;
}

/** An element's value for each number of reached levels is `base + step * count`. */
function stairs(node: ThresholdNode): { base: number[]; step: number[] } {
  const { bipolar, low } = node.type;
  const size = bipolar ? 2 : 1;
  const first = bipolar ? -1 : low;
  return {
    base: node.falling.map((falling) => (falling ? first + size * node.steps : first)),
    step: node.falling.map((falling) => (falling ? -size : size)),
  };
}

/** A level limited to where it matters: always reached at the range's low end, never one past its high end. */
function levelsOf(node: ThresholdNode, { low, high }: IntegerType): Float64Array {
  return node.levels.map((level) => Math.min(Math.max(level, low), high + 1));
}

export function emitThreshold(node: ThresholdNode, context: ElementContext): void {
  const { from, to, type } = context;
  const fits = from.bytes < 8 && to.bytes < 8 && type.high + 1 < 2 ** 31;
  const even = node.channels === 1 || node.channels % 4 === 0;
  if (fits && even && to.size % 4 === 0 && node.steps <= COMPARED) fourAtATime(node, context);
  else oneByOne(node, context);
}

/** Repeats constants so that four lanes of channels lie side by side. */
function lanesOf(room: Room, values: readonly number[]): number {
  return room.place(Int32Array.from(values.length === 1 ? [0, 1, 2, 3].map(() => values[0]) : values));
}

function fourAtATime(node: ThresholdNode, { code, room, from, to, type }: ElementContext): void {
  const unit = lanes[32];
  const { base, step } = stairs(node);
  const levels = levelsOf(node, type);
  const [bases, steps] = [lanesOf(room, base), lanesOf(room, step)];
  const tables = Array.from({ length: node.steps }, (_, k) =>
    lanesOf(room, Array.from({ length: node.channels }, (_unused, channel) => levels[channel * node.steps + k])));
  const [x, count, turn, channel, input, output] = [
    code.local('v128'), code.local('v128'), code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32'),
  ];
  const load = (address: number): void => {
    code.get(channel);
    code.emit(...simd.v128Load, 0);
    code.offset(address);
  };
  const block = Math.max(4, node.channels);
  for (const local of [input, output]) {
    code.i32(0);
    code.set(local);
  }
  code.loop(turn, 1, to.size / block, () => {
    code.loop(channel, 16, 4 * block, () => {
      code.get(input);
      code.emit(...(from.bytes === 2 ? simd.v128Load16x4S : simd.v128Load), 0);
      code.offset(from.address);
      code.set(x);
      code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
      code.set(count);
      // A comparison that holds gives -1.
      for (const table of tables) {
        code.get(count);
        code.get(x);
        load(table);
        code.emit(...unit.geS, ...unit.sub);
        code.set(count);
      }
      code.get(output);
      code.get(count);
      load(steps);
      code.emit(...unit.mul);
      load(bases);
      code.emit(...unit.add);
      storeFour(code, to, x);
      code.add(input, 4 * from.bytes);
      code.add(output, 4 * to.bytes);
    });
  });
}

/** Stores the four numbers on the stack at the address below them. */
function storeFour(code: FunctionBuilder, to: Place, spare: number): void {
  if (to.bytes === 4) {
    code.emit(...simd.v128Store, 0);
    code.offset(to.address);
    return;
  }
  code.set(spare);
  code.get(spare);
  code.get(spare);
  code.emit(...simd.i16x8NarrowI32x4S, ...simd.v128Store64Lane, 0);
  code.offset(to.address);
  code.emit(0);
}

/** Finds the number of reached levels by halving. */
function oneByOne(node: ThresholdNode, { code, room, from, to, type }: ElementContext): void {
  const { base, step } = stairs(node);
  const levels = room.place(BigInt64Array.from(levelsOf(node, type), BigInt));
  const bases = room.place(BigInt64Array.from(base, BigInt));
  const steps = room.place(BigInt64Array.from(step, BigInt));
  const [channel, first, at, x] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i64')];
  const constant = (address: number): void => {
    code.get(channel);
    code.i32(8);
    code.emit(op.i32Mul);
    code.loadAt(address);
  };
  forEachElement(code, to, (index) => {
    setChannel(code, channel, index, node.channels);
    pushElement(code, from, index);
    code.set(x);
    code.get(channel);
    code.i32(8 * node.steps);
    code.emit(op.i32Mul);
    code.tee(first);
    code.set(at);
    const reaches = (level: number): void => {
      code.get(x);
      code.get(at);
      code.loadAt(levels + 8 * level);
      code.emit(op.i64GeS);
    };
    let length = node.steps;
    for (; length > 1; length -= length >> 1) {
      const half = length >> 1;
      code.get(at);
      code.i32(8 * half);
      code.emit(op.i32Add);
      code.get(at);
      reaches(half - 1);
      code.emit(op.select);
      code.set(at);
    }
    constant(bases);
    constant(steps);
    code.get(at);
    code.get(first);
    code.emit(op.i32Sub);
    code.i32(3);
    code.emit(op.i32ShrU);
    reaches(0);
    code.emit(op.i32Add, op.i64ExtendI32U, op.i64Mul, op.i64Add);
  });
}

export function emitTable(node: TableNode, { code, room, from, to, type }: ElementContext): void {
  const entries = type.high - type.low + 1;
  const table = room.place(BigInt64Array.from(node.contents, BigInt));
  const channel = code.local('i32');
  forEachElement(code, to, (index) => {
    setChannel(code, channel, index, node.channels);
    code.get(channel);
    code.i32(entries);
    code.emit(op.i32Mul);
    pushElement(code, from, index);
    code.emit(op.i32WrapI64, op.i32Add);
    code.i32(type.low);
    code.emit(op.i32Sub);
    code.i32(8);
    code.emit(op.i32Mul);
    code.loadAt(table);
  });
}

/** Whether every step of a requantization is exact in 64 bits. */
export function requantizeFits(node: RequantizeNode, { low, high }: IntegerType): boolean {
  const largest = BigInt(Math.max(Math.abs(low), Math.abs(high)));
  const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
  return node.overflow === undefined && node.shift < 62
    && node.multipliers.every((multiplier, c) => magnitude(multiplier) * largest + magnitude(node.offsets[c]) < 1n << 61n);
}

export function emitRequantize(node: RequantizeNode, { code, room, from, to }: ElementContext): void {
  const parameters = room.place(BigInt64Array.from(node.multipliers.flatMap((multiplier, c) => [multiplier, node.offsets[c]])));
  const [channel, at, value, floor, rest] = [code.local('i32'), code.local('i32'), code.local('i64'), code.local('i64'), code.local('i64')];
  const { low, high } = node.type;
  const unit = 1n << BigInt(node.shift);
  forEachElement(code, to, (index) => {
    setChannel(code, channel, index, node.channels);
    code.get(channel);
    code.i32(16);
    code.emit(op.i32Mul);
    code.set(at);
    pushElement(code, from, index);
    code.get(at);
    code.loadAt(parameters);
    code.emit(op.i64Mul);
    code.get(at);
    code.loadAt(parameters + 8);
    code.emit(op.i64Add);
    code.tee(value);
    code.i64(BigInt(node.shift));
    code.emit(op.i64ShrS);
    code.set(floor);
    if (node.rounding === 'half-even' && node.shift > 0) {
      // Up where the rest is more than half, or half and the number below is odd.
      code.get(value);
      code.i64(unit - 1n);
      code.emit(op.i64And);
      code.set(rest);
      code.get(floor);
      code.get(rest);
      code.get(floor);
      code.i64(1n);
      code.emit(op.i64And, op.i64Add);
      code.i64(unit / 2n);
      code.emit(op.i64GtS, op.i64ExtendI32U, op.i64Add);
      code.set(floor);
    }
    const limit = (bound: number, instruction: number): void => {
      code.i64(BigInt(bound));
      code.get(floor);
      code.get(floor);
      code.i64(BigInt(bound));
      code.emit(instruction, op.select);
      code.set(floor);
    };
    limit(low, op.i64LtS);
    limit(high, op.i64GtS);
    code.get(floor);
  });
}

/** Copies elements by index; elements of an 8-byte table of constants where the index lies past the arguments. */
export function emitGather(code: FunctionBuilder, room: Room, args: readonly Place[], index: Int32Array, to: Place): void {
  const same = args.every((arg) => arg.bytes === args[0].bytes);
  const total = args.reduce((sum, arg) => sum + arg.size, 0);
  const bounds = args.map((_, i) => args.slice(0, i + 1).reduce((sum, arg) => sum + arg.size, 0));
  const addresses = Int32Array.from(index, (source) => {
    if (source < 0 || source >= total) throw new Error(`index ${source} of ${total} elements`);
    const which = bounds.findIndex((bound) => source < bound);
    return args[which].address + (source - (bounds[which] - args[which].size)) * args[which].bytes;
  });
  if (!same) {
    // Arguments of different sizes: stretch by stretch.
    let start = 0;
    while (start < index.length) {
      const which = bounds.findIndex((bound) => index[start] < bound);
      let end = start;
      while (end < index.length && bounds.findIndex((bound) => index[end] < bound) === which) end++;
      copy(code, room, addresses.subarray(start, end), args[which].bytes, { ...to, address: to.address + start * to.bytes, size: end - start });
      start = end;
    }
    return;
  }
  copy(code, room, addresses, args[0].bytes, to);
}

function copy(code: FunctionBuilder, room: Room, addresses: Int32Array, bytes: Place['bytes'], to: Place): void {
  const table = room.place(addresses.slice());
  forEachElement(code, to, (index) => {
    code.get(index);
    code.i32(4);
    code.emit(op.i32Mul, op.i32Load, 2);
    code.offset(table);
    loadElement(code, bytes, 0);
  });
}
