import { lanes as instructions, op, simd } from '../../base/wasm/instructions.ts';
import type { IntegerType, TableNode, ThresholdNode } from '../ir.ts';
import type { KernelContext } from './context.ts';
import { comeInLanes, forEachVector, lanesOf, type LaneCount } from './lane-loop.ts';
import { forEachElement, pushElement, setChannel } from './scalar.ts';
import { loadVector } from './vectors.ts';

/** More levels than these are searched. */
const COMPARED = 40;

export interface ElementContext extends KernelContext {
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
  const count = node.steps > COMPARED ? undefined
    : ([8, 4] as const).find((lanes) => {
      const most = lanes === 8 ? 2 ** 15 : 2 ** 31;
      return comeInLanes(lanes, from, to, node.channels) && type.high < most && type.low > -most;
    });
  if (count !== undefined) allAtOnce(node, count, context);
  else oneByOne(node, context);
}

/** Compares a vector of elements with level after level. */
function allAtOnce(node: ThresholdNode, lanes: LaneCount, { code, room, from, to, type }: ElementContext): void {
  const unit = lanes === 4 ? instructions[32] : instructions[16];
  const { base, step } = stairs(node);
  const levels = levelsOf(node, type);
  const [bases, steps] = [lanesOf(room, lanes, base), lanesOf(room, lanes, step)];
  const tables = Array.from({ length: node.steps }, (_, k) =>
    lanesOf(room, lanes, Array.from({ length: node.channels }, (_unused, channel) => levels[channel * node.steps + k] - 1)));
  const count = code.local('v128');
  forEachVector(code, lanes, from, to, node.channels, (x, channel) => {
    code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
    code.set(count);
    // A comparison that holds gives -1; above the level's predecessor is one instruction, at least the level would be two.
    for (const table of tables) {
      code.get(count);
      code.get(x);
      loadVector(code, channel, table);
      code.emit(...unit.gtS, ...unit.sub);
      code.set(count);
    }
    code.get(count);
    loadVector(code, channel, steps);
    code.emit(...unit.mul);
    loadVector(code, channel, bases);
    code.emit(...unit.add);
  });
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
