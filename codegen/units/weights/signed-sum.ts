import { bitsOf, integerType, isSigned, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import { term, type ModuleBuilder } from '../../rtl/builder.ts';
import type { Signal } from '../../rtl/ir.ts';
import type { Wire } from '../integer.ts';
import type { ProductContext } from './encoding.ts';

/** An element and the bit that says whether it is subtracted. */
export interface SignedElement {
  readonly x: Wire;
  readonly negative: Signal;
}

/** The sum of elements, each added or subtracted: -x is the complement of x plus one, and the ones are counted. */
export function signedSum(elements: readonly SignedElement[], { builder, timing, enable }: ProductContext): Wire {
  const input = elements[0].x.type;
  const type = signedSumRange(elements.length, input);
  const width = bitsOf(integerType(Math.min(input.low, -1), input.high));
  const terms = elements.map(({ x, negative }) => {
    const wide = builder.resize(x.signal, width, isSigned(x.type));
    const flip = width === 1 ? negative : builder.resize(negative, width, true);
    return term(builder.xor([wide, flip]), { signed: true });
  });
  const ones = builder.popcount(builder.concat(elements.map(({ negative }) => negative)));
  const signal = builder.sum([...terms, term(ones)], 0, bitsOf(type), { stages: signedSumLatency(elements.length, input, timing), enable });
  return { signal, type };
}

/** The signal where the bit is 1, zero elsewhere. */
export function gated(builder: ModuleBuilder, signal: Signal, bit: Signal): Signal {
  const width = builder.width(signal);
  return builder.and([signal, width === 1 ? bit : builder.resize(bit, width, true)]);
}

/** The wire times 2^amount in `width` bits, which hold the result; the wire in those bits without an amount. */
export function shifted(builder: ModuleBuilder, wire: Wire, amount: Signal | undefined, width: number): Signal {
  const wide = builder.resize(wire.signal, width, isSigned(wire.type));
  return amount === undefined ? wide : builder.shift('left', wide, amount);
}

export function signedSumRange(length: number, input: IntegerType): IntegerType {
  const extreme = length * Math.max(Math.abs(input.low), Math.abs(input.high));
  return integerType(-extreme, extreme);
}

export function signedSumLatency(length: number, input: IntegerType, timing: Timing): number {
  return timing.sum(length + 1, bitsOf(signedSumRange(length, input)));
}

/** The number of ones, as a wire. */
export function popcountOf(bits: Signal, { builder, timing, enable }: ProductContext): Wire {
  const length = builder.width(bits);
  return { signal: builder.popcount(bits, { stages: timing.popcount(length), enable }), type: integerType(0, length) };
}
