import { dispatch, type OpTable } from '../../../src/base/table.ts';
import { bitsOf, integerType, isSigned, type IntegerType, type RequantizeNode, type ThresholdNode } from '../../../src/fixed/ir.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';
import { term } from '../../rtl/builder.ts';
import type { Signal } from '../../rtl/ir.ts';
import { memory } from '../memory.ts';
import { bitsOfRange, unipolar, wide, type WideWire, type Wire } from '../integer.ts';
import {
  codeOfCount, constantElementwise, constantLatency, encode, indexOf, limited, roundedShift, type Context,
} from './constant.ts';

/**
 * The same operator where one piece of hardware serves several channels in turn: parameters come from a memory. `address` counts the
 * turns and stands one clock cycle before the element does; `channels[turn]` is the channel served then.
 */
export function storedElementwise(node: ElementwiseNode, x: Wire, address: Signal, channels: readonly number[], context: Context): Signal {
  if (uniform(node, channels)) return constantElementwise(node, x, channels[0] % node.channels, context);
  const wire = node.op === 'table' ? x : unipolar(context.builder, x);
  return dispatch(OPERATORS, node, wire, address, channels.map((channel) => channel % node.channels), context);
}

/** Latency in clock cycles of {@link storedElementwise}, whichever form it takes. */
export function storedLatency(node: ElementwiseNode, type: IntegerType, timing: Timing): number {
  return node.op === 'requantize' ? requantizeStages(node, type, timing) + 1 : constantLatency(node, type, timing);
}

function uniform(node: ElementwiseNode, channels: readonly number[]): boolean {
  if (node.op === 'requantize') return false;
  return channels.every((channel) => channel % node.channels === channels[0] % node.channels);
}

const OPERATORS: OpTable<ElementwiseNode, Signal, [Wire, Signal, readonly number[], Context]> = {
  threshold: (node, x, address, channels, { builder, timing, enable }) => {
    const width = bitsOf(integerType(x.type.low, x.type.high + 1));
    const signed = isSigned(x.type);
    const mask = (value: number): bigint => BigInt.asUintN(width, BigInt(value));
    const words = channels.map((channel) => {
      let word = 0n;
      for (let step = node.steps - 1; step >= 0; step--) {
        word = (word << BigInt(width)) | mask(levelAt(node, x.type, channel, step));
      }
      return word;
    });
    const levels = memory(builder, address, words, width * node.steps, { enable });
    const value = builder.resize(x.signal, width, signed);
    const reached = Array.from({ length: node.steps }, (_, step) =>
      builder.compare('le', builder.slice(levels, step * width, width), value, signed));
    // The comparisons and their count share the stages: the first register comes after the comparisons.
    const stages = timing.thresholds(node.steps, bitsOf(x.type));
    const flags = builder.register(node.steps, { next: builder.concat(reached), enable });
    const count = builder.popcount(flags, { stages: stages - 1, enable });
    const falling = fallingAt(node, channels);
    const direction = typeof falling === 'boolean' ? falling
      : builder.delay(memory(builder, address, falling, 1, { enable }), stages, enable);
    return codeOfCount(builder, count, node.steps, direction, node.type);
  },

  table: (node, x, address, channels, { builder, enable }) => {
    const entries = x.type.high - x.type.low + 1;
    const index = indexOf(builder, x, entries);
    const turn = builder.register(builder.width(address), { next: address, enable });
    const span = 1 << builder.width(index);
    const bits = bitsOf(node.type);
    const contents = channels.flatMap((channel) => Array.from({ length: span }, (_, i) =>
      (i < entries ? encode(node.contents[channel * entries + i], node.type, bits) : 0n)));
    return builder.rom(builder.concat([index, turn]), contents, bits, { enable });
  },

  requantize: (node, x, address, channels, { builder, timing, enable }) => {
    const multipliers = channels.map((channel) => node.multipliers[channel]);
    const offsets = channels.map((channel) => node.offsets[channel]);
    const stages = requantizeStages(node, x.type, timing);
    const product = times(x, address, multipliers, stages, { builder, timing, enable });
    const [low, high] = extremes(offsets);
    const width = bitsOfRange(low, high);
    const offset = builder.delay(memory(builder, address, offsets.map((o) => BigInt.asUintN(width, o)), width, { enable }), stages, enable);
    const rounded = roundedShift(builder, product, { terms: [term(offset, { signed: low < 0n })], constant: 0n, low, high }, node);
    return builder.register(bitsOf(node.type), { next: limited(builder, rounded, node), enable });
  },
};

export function requantizeStages(node: RequantizeNode, type: IntegerType, timing: Timing): number {
  const factorBits = node.rewritable?.multiplierBits ?? 0;
  if (factorBits > 0) return timing.multiply(bitsOf(type), factorBits);
  const [low, high] = extremes(node.multipliers);
  if (low === high && isPowerOfTwo(low)) return 0;
  return timing.multiply(bitsOf(type), bitsOfRange(low, high));
}

function isPowerOfTwo(value: bigint): boolean {
  return value > 0n && (value & (value - 1n)) === 0n;
}

/** The wire times the multiplier of the turn, from a memory; with `stages` 0 times their common power of two. */
export function times(x: Wire, address: Signal, multipliers: readonly bigint[], stages: number, { builder, enable }: Context): WideWire {
  const [low, high] = extremes(multipliers);
  const value = wide(x);
  const corners = [low * value.low, low * value.high, high * value.low, high * value.high];
  const range = { low: smallest(corners), high: largest(corners) };
  if (stages === 0) {
    if (low === 1n) return value;
    const shift = low.toString(2).length - 1;
    const signal = builder.sum([term(x.signal, { signed: isSigned(x.type), shift })], 0, bitsOfRange(range.low, range.high));
    return { signal, ...range };
  }
  const width = bitsOfRange(low, high);
  const factor = memory(builder, address, multipliers.map((m) => BigInt.asUintN(width, m)), width, { enable });
  const signal = builder.multiply(
    x.signal, isSigned(x.type), factor, low < 0n, bitsOfRange(range.low, range.high), { stages, enable },
  );
  return { signal, ...range };
}

/** A level limited to where it can matter: the range's low end is always reached, one past its high end never. */
export function levelAt(node: ThresholdNode, type: IntegerType, channel: number, step: number): number {
  return Math.min(Math.max(node.levels[channel * node.steps + step], type.low), type.high + 1);
}

/** One direction for all channels, or a bit for each turn. */
function fallingAt(node: ThresholdNode, channels: readonly number[]): boolean | bigint[] {
  const falling = channels.map((channel) => node.falling[channel]);
  return falling.every((each) => each === falling[0]) ? falling[0] : falling.map((each) => (each ? 1n : 0n));
}

function extremes(values: readonly bigint[]): [bigint, bigint] {
  return [smallest(values), largest(values)];
}

function smallest(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (a < b ? a : b));
}

function largest(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (a > b ? a : b));
}
