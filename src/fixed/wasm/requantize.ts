import { absolute } from '../../base/bigint.ts';
import { lanes, op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { IntegerType, RequantizeNode } from '../ir.ts';
import type { ElementContext } from './elementwise.ts';
import { comeInLanes, forEachVector, inLanes, lanesOf } from './lane-loop.ts';
import { forEachElement, limit, pushElement, setChannel } from './scalar.ts';
import { loadConstant, loadVector } from './vectors.ts';

/** Whether every step of a requantization is exact in 64 bits. */
export function requantizeFits(node: RequantizeNode, { low, high }: IntegerType): boolean {
  const largest = BigInt(Math.max(Math.abs(low), Math.abs(high)));
  return node.shift < 62
    && node.multipliers.every((multiplier, c) => absolute(multiplier) * largest + absolute(node.offsets[c]) < 1n << 61n);
}

export function emitRequantize(node: RequantizeNode, context: ElementContext): void {
  if (fitsFour(node, context)) fourAtATime(node, context);
  else oneByOne(node, context);
}

/** Whether factors have 32 bits, and results have them before they are limited. */
function fitsFour(node: RequantizeNode, { from, to, type }: ElementContext): boolean {
  if (node.overflow !== undefined || !comeInLanes(4, from, to, node.channels)) return false;
  const largest = BigInt(Math.max(Math.abs(type.low), Math.abs(type.high)));
  return node.shift >= 1 && node.multipliers.every((multiplier, c) => absolute(multiplier) < 1n << 31n
    && (absolute(multiplier) * largest + absolute(node.offsets[c])) >> BigInt(node.shift) < (1n << 31n) - 2n);
}

/**
 * Products of 64 bits, made positive by a bias of 2^62, so that a shift without sign divides them; the bias is taken away from the
 * low halves. To nearest: half is added before, and an odd result is lowered where the rest was exactly half.
 */
function fourAtATime(node: RequantizeNode, { code, room, from, to }: ElementContext): void {
  const even = node.rounding === 'half-even';
  const half = even ? 1n << BigInt(node.shift - 1) : 0n;
  const bias = 1n << 62n;
  const multipliers = lanesOf(room, 4, node.multipliers.map(Number));
  const offsets = room.place(BigInt64Array.from(inLanes(4, node.offsets), (offset) => offset + half + bias));
  const rests = room.place(BigInt64Array.from([0, 1], () => (1n << BigInt(node.shift)) - 1n));
  const biased = Number(BigInt.asIntN(32, bias >> BigInt(node.shift)));
  const [lows, highs, ones, biases] = [node.type.low, node.type.high, 1, biased].map((value) => lanesOf(room, 4, [value]));
  const [r, low, high, twice] = [code.local('v128'), code.local('v128'), code.local('v128'), code.local('i32')];
  const lowHalves = (): void => code.emit(...simd.i8x16Shuffle, ...[0, 8, 16, 24].flatMap((first) => [0, 1, 2, 3].map((byte) => first + byte)));
  forEachVector(code, 4, from, to, node.channels, (x, channel) => {
    // Offsets take twice the room.
    code.get(channel);
    code.i32(2);
    code.emit(op.i32Mul);
    code.set(twice);
    [low, high].forEach((product, part) => {
      code.get(x);
      loadVector(code, channel, multipliers);
      code.emit(...(part === 0 ? simd.i64x2ExtmulLowI32x4S : simd.i64x2ExtmulHighI32x4S));
      loadVector(code, twice, offsets + 16 * part);
      code.emit(...simd.i64x2Add);
      code.set(product);
    });
    for (const product of [low, high]) {
      code.get(product);
      code.i32(node.shift);
      code.emit(...simd.i64x2ShrU);
    }
    lowHalves();
    loadConstant(code, biases);
    code.emit(...lanes[32].sub);
    code.set(r);
    if (even) {
      code.get(r);
      for (const product of [low, high]) {
        code.get(product);
        loadConstant(code, rests);
        code.emit(...simd.v128And, ...simd.v128Const, ...new Array<number>(16).fill(0), ...simd.i64x2Eq);
      }
      lowHalves();
      code.get(r);
      loadConstant(code, ones);
      code.emit(...simd.v128And, ...simd.v128And, ...lanes[32].sub);
      code.set(r);
    }
    code.get(r);
    loadConstant(code, lows);
    code.emit(...simd.i32x4MaxS);
    loadConstant(code, highs);
    code.emit(...simd.i32x4MinS);
  });
}

function oneByOne(node: RequantizeNode, { code, room, from, to }: ElementContext): void {
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
    if (node.overflow === 'wrap') wrap(code, floor, low, high - low + 1);
    else limit(code, floor, node.type);
    code.get(floor);
  });
}

/** Brings an i64 local into the range of `span` numbers from `low` on, modulo their number. */
function wrap(code: FunctionBuilder, local: number, low: number, span: number): void {
  code.get(local);
  code.i64(BigInt(low));
  code.emit(op.i64Sub);
  code.i64(BigInt(span));
  code.emit(op.i64RemS);
  code.set(local);
  code.get(local);
  code.i64(BigInt(low));
  code.emit(op.i64Add);
  code.i64(BigInt(span));
  code.i64(0n);
  code.get(local);
  code.i64(0n);
  code.emit(op.i64LtS, op.select, op.i64Add);
  code.set(local);
}
