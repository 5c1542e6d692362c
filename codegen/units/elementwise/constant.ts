import { dispatch, type OpTable } from '../../../src/base/table.ts';
import { bitsOf, integerType, isSigned, type IntegerType, type RequantizeNode } from '../../../src/fixed/ir.ts';
import type { End } from '../../arithmetic/levels.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';
import { bitsFor, type Signal, type Term } from '../../rtl/ir.ts';
import { term, type ModuleBuilder, type Pipeline } from '../../rtl/builder.ts';
import { addend, bitsOfRange, clamped, plus, unipolar, wide, type WideWire, type Wire } from '../integer.ts';

/** Where and how an elementwise operator is built: all its elements take the same number of clock cycles. */
export interface Context {
  readonly builder: ModuleBuilder;
  readonly timing: Timing;
  readonly enable?: Signal;
  /** The offset of a requantization is added where its operand is made, and takes no time here. */
  readonly offsetTaken?: boolean;
}

/** Latency in clock cycles of {@link constantElementwise} for arguments of `type`. */
export function constantLatency(node: ElementwiseNode, type: IntegerType, timing: Timing, offsetTaken = false): number {
  return dispatch(LATENCIES, node, type, timing, offsetTaken);
}

/** What is added to `x` in the first step of requantizing it without a multiplier, and the bits of both together. */
export function offsetSum(node: RequantizeNode, { low, high }: IntegerType, channel: number): { readonly constant: number; readonly width: number } {
  const offset = node.offsets[channel];
  return { constant: Number(offset + halfOf(node)), width: roundingWidth(BigInt(low) + offset, BigInt(high) + offset, node.shift) };
}

/** The elementwise operator on one element of a known channel, whose parameters become logic. The result has `bitsOf(node.type)` bits. */
export function constantElementwise(node: ElementwiseNode, x: Wire, channel: number, context: Context): Signal {
  const wire = node.op === 'table' ? x : unipolar(context.builder, x);
  return dispatch(OPERATORS, node, wire, channel, context);
}

const LATENCIES: OpTable<ElementwiseNode, number, [IntegerType, Timing, boolean]> = {
  threshold: (node, type, timing) => timing.thresholds(node.steps, bitsOf(type)),
  table: () => 1,
  requantize: (node, type, timing, taken) => (
    multiplyStages(node, type, timing) + registersOf(node, type, timing, taken).reduce((sum, count) => sum + count, 0)),
};

const OPERATORS: OpTable<ElementwiseNode, Signal, [Wire, number, Context]> = {
  threshold: (node, x, channel, { builder, timing, enable }) => {
    // Levels at or below the low end are always reached, those above the high end never: by the bits of x that is plain, and nothing is compared.
    const always = isSigned(x.type) ? -(1n << BigInt(bitsOf(x.type) - 1)) : 0n;
    const never = always + (1n << BigInt(bitsOf(x.type)));
    const levels = Array.from(node.levels.subarray(channel * node.steps, (channel + 1) * node.steps), (level) => (
      level <= x.type.low ? always : level > x.type.high ? never : BigInt(level)));
    const stages = timing.thresholds(node.steps, bitsOf(x.type));
    const count = builder.thresholds(x.signal, isSigned(x.type), levels, { stages, enable });
    return codeOfCount(builder, count, node.steps, node.falling[channel], node.type);
  },

  table: (node, x, channel, { builder, enable }) => {
    const { low, high } = x.type;
    const entries = high - low + 1;
    const index = indexOf(builder, x, entries);
    const bits = bitsOf(node.type);
    const contents = Array.from(node.contents.subarray(channel * entries, (channel + 1) * entries), (v) => encode(v, node.type, bits));
    return builder.rom(index, contents, bits, { enable, style: 'auto' });
  },

  requantize: (node, x, channel, { builder, timing, enable, offsetTaken = false }) => {
    const stages = multiplyStages(node, x.type, timing);
    const product = timesConstant(builder, x, node.multipliers[channel], { stages, enable });
    const offset = node.offsets[channel];
    const registers = registersOf(node, x.type, timing, offsetTaken);
    const keep: Keep = (signal, step) => (registers[step] === 0 ? signal : builder.delay(signal, registers[step], enable));
    const rounded = roundedShift(builder, product, { terms: [], constant: offset, low: offset, high: offset }, node, keep);
    return limited(builder, rounded, node, keep);
  },
};

/** Zero where every multiplier is a power of two: then the product is wiring. */
function multiplyStages(node: RequantizeNode, type: IntegerType, timing: Timing): number {
  const digits = Math.max(...node.multipliers.map((m) => m.toString(2).replace(/[^1]/g, '').length));
  return digits <= 1 ? 0 : timing.sum(digits, bitsOf(type) + digits);
}

/** The registers behind the steps from a product to a result, the same in every channel. */
function registersOf(node: RequantizeNode, { low, high }: IntegerType, timing: Timing, offsetTaken: boolean): number[] {
  const values = node.multipliers.flatMap((m, channel) => [m * BigInt(low) + node.offsets[channel], m * BigInt(high) + node.offsets[channel]]);
  const [least, most] = values.reduce(([a, b], value) => [value < a ? value : a, value > b ? value : b], [values[0], values[0]]);
  const quotients = { low: Number(least >> BigInt(node.shift)), high: Number((most >> BigInt(node.shift)) + 1n) };
  const end = (beyond: boolean, span: number): End => (
    !beyond || node.overflow === 'wrap' ? 'none' : span === 0 ? 'sign' : Number.isInteger(Math.log2(span)) ? 'bits' : 'compared');
  return timing.rounding({
    width: roundingWidth(least, most, node.shift), shift: node.shift, result: bitsOf(node.type),
    offset: !offsetTaken, even: node.rounding === 'half-even',
    lowest: end(quotients.low < node.type.low, -node.type.low), highest: end(quotients.high > node.type.high, node.type.high + 1),
  });
}

function timesConstant(builder: ModuleBuilder, x: Wire, multiplier: bigint, pipeline: Pipeline): WideWire {
  const ends = [multiplier * BigInt(x.type.low), multiplier * BigInt(x.type.high)];
  const [low, high] = multiplier < 0n ? [ends[1], ends[0]] : ends;
  const negative = multiplier < 0n;
  const terms: Term[] = [];
  for (let bit = 0, rest = negative ? -multiplier : multiplier; rest > 0n; bit++, rest >>= 1n) {
    if ((rest & 1n) === 1n) terms.push(addend(x, { shift: bit, negative }));
  }
  if (multiplier === 1n && pipeline.stages === 0) return wide(x);
  return { signal: builder.sum(terms, 0, bitsOfRange(low, high), pipeline), low, high };
}

/** What is added before a shift: wires, a constant, and the range of both together. */
export interface Offset {
  readonly terms: readonly Term[];
  readonly constant: bigint;
  readonly low: bigint;
  readonly high: bigint;
}

/** Steps of rounding behind which registers may stand, numbered as the levels of `roundingLevels`. */
export const STEPS = { offset: 0, even: 1, lowest: 2, highest: 3 } as const;

/** A signal behind the registers after a step. */
export type Keep = (signal: Signal, step: number) => Signal;

const UNKEPT: Keep = (signal) => signal;

/** One bit more than the range, so that rounding up cannot overflow and the sign stands on top. */
function roundingWidth(low: bigint, high: bigint, shift: number): number {
  return Math.max(bitsOfRange(low, high), shift) + 2;
}

/** What rounds up from the middle, so that the tie can be told. */
function halfOf({ rounding, shift }: Pick<RequantizeNode, 'shift' | 'rounding'>): bigint {
  return rounding === 'half-even' ? 1n << BigInt(shift - 1) : 0n;
}

/** round((value + offset) / 2^shift) by the node's rounding, in just the bits that its range needs. */
export function roundedShift(
  builder: ModuleBuilder, value: WideWire, offset: Offset, node: Pick<RequantizeNode, 'shift' | 'rounding'>, keep = UNKEPT,
): Wire {
  const low = value.low + offset.low;
  const high = value.high + offset.high;
  const width = roundingWidth(low, high, node.shift);
  const half = halfOf(node);
  const sum = keep(builder.sum([term(value.signal, { signed: value.low < 0n }), ...offset.terms], offset.constant + half, width), STEPS.offset);
  const type = integerType(Number(low >> BigInt(node.shift)), Number((high >> BigInt(node.shift)) + 1n));
  const up = builder.slice(sum, node.shift, width - node.shift);
  // Rounded up from the middle, a tie has only zeros below; then it goes to the even one.
  const quotient = half === 0n ? up : builder.concat([
    builder.and([builder.slice(up, 0, 1), builder.reduce('or', builder.slice(sum, 0, node.shift))]), builder.slice(up, 1, width - node.shift - 1),
  ]);
  return { signal: keep(builder.resize(quotient, bitsOf(type), true), STEPS.even), type };
}

/** The result brought into the node's range: by its nearest end, or by dropping bits where it wraps. */
export function limited(builder: ModuleBuilder, value: Wire, { type, overflow }: RequantizeNode, keep = UNKEPT): Signal {
  if (overflow !== 'wrap') return keep(clamped(builder, value, type, (signal) => keep(signal, STEPS.lowest)), STEPS.highest);
  return keep(keep(builder.resize(value.signal, bitsOf(type), isSigned(value.type)), STEPS.lowest), STEPS.highest);
}

/** The code of a staircase from the number of levels that were reached. */
export function codeOfCount(builder: ModuleBuilder, count: Signal, steps: number, falling: boolean | Signal, type: IntegerType): Signal {
  let risen = count;
  if (typeof falling === 'number') {
    const fallen = builder.sum([term(count, { negative: true })], steps, builder.width(count));
    risen = builder.mux(falling, [count, fallen]);
  } else if (falling) {
    risen = builder.sum([term(count, { negative: true })], steps, builder.width(count));
  }
  if (type.bipolar) return builder.slice(risen, 0, 1);
  const code = plus(builder, { signal: risen, type: integerType(0, steps) }, type.low);
  return builder.resize(code.signal, bitsOf(type), isSigned(type));
}

/** The position of x in a table that begins at the low end of its range. */
export function indexOf(builder: ModuleBuilder, x: Wire, entries: number): Signal {
  if (x.type.bipolar) {
    // -1 is entry 0, +1 entry 2.
    return builder.concat([builder.constant(0, 1), x.signal]);
  }
  const index = plus(builder, x, -x.type.low);
  return builder.resize(index.signal, bitsFor(entries - 1), false);
}

/** Bit pattern of an integer of the type. */
export function encode(value: number, type: IntegerType, bits: number): bigint {
  return type.bipolar ? BigInt(value > 0 ? 1 : 0) : BigInt.asUintN(bits, BigInt(value));
}
