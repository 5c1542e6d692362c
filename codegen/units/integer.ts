import { bitsOf, integerType, isSigned, type IntegerType } from '../../src/fixed/ir.ts';
import { term, type Label, type ModuleBuilder, type Pipeline } from '../rtl/builder.ts';
import type { Signal, Term } from '../rtl/ir.ts';

/** A signal that carries one integer of a known range. */
export interface Wire {
  readonly signal: Signal;
  readonly type: IntegerType;
}

/** A two's complement (or, from 0 up, unsigned) signal whose range may pass the 53 bits of the fixed-point IR: inside one operator. */
export interface WideWire {
  readonly signal: Signal;
  readonly low: bigint;
  readonly high: bigint;
}

export function wide({ signal, type }: Wire): WideWire {
  return { signal, low: BigInt(type.low), high: BigInt(type.high) };
}

/** Bits of a two's complement signal that holds the range; unsigned where it has no negative. */
export function bitsOfRange(low: bigint, high: bigint): number {
  const magnitude = (value: bigint): number => (value <= 0n ? 0 : value.toString(2).length);
  return low < 0n ? 1 + Math.max(magnitude(-low - 1n), magnitude(high)) : Math.max(1, magnitude(high));
}

/** The integers that a product of `left` and `right` can be. */
export function productRange(left: IntegerType, right: IntegerType): IntegerType {
  const corners = [left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high];
  return integerType(Math.min(...corners), Math.max(...corners));
}

/** The addend of a wire (not bipolar: its bit is not its value). */
export function addend({ signal, type }: Wire, options: { shift?: number; negative?: boolean } = {}): Term {
  if (type.bipolar) throw new Error('a bipolar bit is no addend');
  return term(signal, { signed: isSigned(type), ...options });
}

/** The wire times a constant, as the addends of a sum: one for each one of the constant. */
export function multiples(wire: Wire, coefficient: number): Term[] {
  const bits = [...Math.abs(coefficient).toString(2)].reverse();
  return bits.flatMap((bit, shift) => (bit === '1' ? [addend(wire, { shift, negative: coefficient < 0 })] : []));
}

/** The range with 0 in it: what a gated element can be, in no bit more. */
export function zeroIncluded(type: IntegerType): IntegerType {
  return integerType(Math.min(0, type.low), Math.max(0, type.high));
}

/** `wire + constant` in just the bits that its range needs. */
export function plus(builder: ModuleBuilder, wire: Wire, constant: number, pipeline: Pipeline = { stages: 0 }, label: Label = {}): Wire {
  const type = integerType(wire.type.low + constant, wire.type.high + constant);
  if (constant === 0 && pipeline.stages === 0) return wire;
  return { signal: builder.sum([addend(wire)], constant, bitsOf(type), pipeline, label), type };
}

/** The wire in the bits of a type that holds all its values. */
export function widened(builder: ModuleBuilder, wire: Wire, bits: number, label: Label = {}): Signal {
  return builder.resize(wire.signal, bits, isSigned(wire.type), label);
}

/**
 * The wire limited to the range of `to`, in its bits; between its lowest and its highest value stands what `between` makes. Zeros and ones are made by
 * gates: of a choice between a constant and a number synthesis makes the reset of a register, which then waits for the register's enable.
 */
export function clamped(builder: ModuleBuilder, wire: Wire, to: IntegerType, between = (signal: Signal): Signal => signal): Signal {
  const signed = isSigned(wire.type) || isSigned(to);
  const width = Math.max(bitsOf(wire.type) + (isSigned(wire.type) ? 0 : 1), bitsOf(to) + (isSigned(to) ? 0 : 1));
  let value = widened(builder, wire, width);
  /** The bits from that of 2^place on, below the sign. */
  const upper = (place: number): Signal => builder.slice(value, place, width - 1 - place);
  const sign = (): Signal => builder.slice(value, width - 1, 1);
  const everywhere = (bit: Signal): Signal => builder.resize(bit, width, true);
  if (wire.type.low < to.low) {
    const low = builder.constant(to.low, width);
    const place = Math.log2(-to.low);
    if (to.low === 0) {
      value = builder.and([value, everywhere(builder.not(sign()))]);
    } else {
      const below = to.low < 0 && Number.isInteger(place) && place < width - 1
        ? builder.and([sign(), builder.not(builder.reduce('and', upper(place)))]) : builder.compare('lt', value, low, signed);
      value = builder.mux(below, [value, low]);
    }
  }
  value = between(value);
  if (wire.type.high > to.high) {
    const high = builder.constant(to.high, width);
    const place = Math.log2(to.high + 1);
    const seen = Number.isInteger(place) && place < width - 1;
    const above = seen ? builder.and([builder.not(sign()), builder.reduce('or', upper(place))]) : builder.compare('lt', high, value, signed);
    value = seen && to.low >= 0 ? builder.or([value, everywhere(above)]) : builder.mux(above, [value, high]);
  }
  return builder.slice(value, 0, bitsOf(to));
}

/** A bipolar bit as a two-bit integer, -1 or +1; any other wire as it is. */
export function unipolar(builder: ModuleBuilder, wire: Wire): Wire {
  if (!wire.type.bipolar) return wire;
  const signal = builder.concat([builder.constant(1, 1), builder.not(wire.signal)]);
  return { signal, type: integerType(-1, 1) };
}

/** Elements of one type, packed; element 0 is least significant. */
export interface Bus {
  readonly signal: Signal;
  readonly count: number;
  readonly type: IntegerType;
}

export function element(builder: ModuleBuilder, bus: Bus, index: number): Wire {
  const bits = bitsOf(bus.type);
  return { signal: builder.slice(bus.signal, index * bits, bits), type: bus.type };
}
