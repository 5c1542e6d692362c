import { bitsOf, integerType, isSigned, type DivideNode, type IntegerType } from '../../src/fixed/ir.ts';
import { roundRational, type RoundingMode } from '../../src/number/rounding.ts';
import { Rational } from '../../src/base/rational.ts';
import type { Timing } from '../../src/schedule/timing.ts';
import { term, type ModuleBuilder } from '../rtl/builder.ts';
import { bitsFor, type Signal, type Term } from '../rtl/ir.ts';
import type { Context } from './elementwise/constant.ts';
import type { Wire } from './integer.ts';

/** Widths of a divider: what it computes is |N| / D with N = numerator * n * sign(d) + offset * |d| and D = denominator * |d|. */
interface Widths {
  /** Of N, as two's complement. */
  readonly dividend: number;
  readonly divisor: number;
  /** Bits of a quotient that is not beyond the node's range. */
  readonly quotient: number;
}

function widthsOf(node: DivideNode, n: IntegerType, d: IntegerType): Widths {
  const magnitude = (type: IntegerType): bigint => BigInt(Math.max(-type.low, type.high));
  const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
  const largest = absolute(node.numerator) * magnitude(n) + absolute(node.offset) * magnitude(d);
  return {
    dividend: bitsFor(largest) + 1,
    divisor: bitsFor(node.denominator * magnitude(d)),
    quotient: bitsFor(Math.max(-node.type.low, node.type.high) + 1),
  };
}

/** The remainder's width while bit `bit` of the quotient is found. */
function remainderWidth({ divisor }: Widths, bit: number): number {
  return divisor + bit + 1;
}

/** Bits of the quotient that are found in each clock cycle. */
function rounds(widths: Widths, timing: Timing): number[] {
  const list: number[] = [];
  for (let bit = widths.quotient - 1; bit >= 0;) {
    const count = Math.min(bit + 1, timing.subtractions(remainderWidth(widths, bit)));
    list.push(count);
    bit -= count;
  }
  return list;
}

/** Clock cycles of {@link divide}. */
export function divideLatency(node: DivideNode, [n, d]: readonly IntegerType[], timing: Timing): number {
  const widths = widthsOf(node, n, d ?? integerType(1, 1));
  return preparing(widths, timing) + 1 + rounds(widths, timing).length + 1;
}

function preparing(widths: Widths, timing: Timing): number {
  return timing.sum(4, widths.dividend);
}

/** The quotient by restoring division, one bit after the other from the highest, then rounded and limited. */
export function divide(node: DivideNode, n: Wire, d: Wire, { builder, timing, enable }: Context): Signal {
  const widths = widthsOf(node, n.type, d.type);
  const keep = (signal: Signal): Signal => builder.register(builder.width(signal), { next: signal, enable });
  const stages = preparing(widths, timing);

  // A negative divisor changes the signs of both.
  const swapped = d.type.low < 0 ? builder.slice(d.signal, bitsOf(d.type) - 1, 1) : builder.constant(0, 1);
  const unsigned = d.type.low < 0 ? negatedWhere(builder, swapped, builder.resize(d.signal, bitsOf(d.type) + 1, true)) : d.signal;
  const dividend = builder.resize(n.signal, bitsOf(n.type) + 1, isSigned(n.type));
  const turned = d.type.low < 0 ? negatedWhere(builder, swapped, dividend) : dividend;
  const over = builder.sum(
    [...weighted(turned, true, node.numerator), ...weighted(unsigned, d.type.low < 0, node.offset)], 0, widths.dividend, { stages, enable },
  );
  const under = builder.sum(weighted(unsigned, d.type.low < 0, node.denominator), 0, widths.divisor, { stages, enable });

  const negative = builder.slice(over, widths.dividend - 1, 1);
  const magnitude = builder.slice(negatedWhere(builder, negative, over), 0, widths.dividend - 1);
  const zero = keep(builder.not(builder.reduce('or', under)));
  // Beyond the range: the magnitude reaches the divisor times 2^quotient.
  const reach = Math.max(widths.dividend, widths.divisor + widths.quotient) + 1;
  const limit = builder.concat([builder.constant(0, widths.quotient), under]);
  const beyond = keep(builder.compare('le', builder.resize(limit, reach, false), builder.resize(magnitude, reach, false), false));
  let remainder = keep(builder.resize(magnitude, widths.divisor + widths.quotient, false));
  let divisor = keep(under);
  let sign = keep(negative);

  const list = rounds(widths, timing);
  let quotient: Signal | undefined;
  let bit = widths.quotient - 1;
  for (const count of list) {
    for (let i = 0; i < count; i++, bit--) {
      const width = remainderWidth(widths, bit);
      const rest = builder.resize(remainder, width, false);
      const multiple = builder.concat([...(bit === 0 ? [] : [builder.constant(0, bit)]), divisor]);
      const difference = builder.sum([term(rest), term(multiple, { negative: true })], 0, width);
      const fits = builder.not(builder.slice(difference, width - 1, 1));
      remainder = builder.resize(builder.mux(fits, [rest, difference]), Math.max(1, width - 1), false);
      quotient = quotient === undefined ? fits : builder.concat([fits, quotient]);
    }
    [remainder, divisor, sign, quotient] = [keep(remainder), keep(divisor), keep(sign), keep(quotient!)];
  }
  const passed = (flag: Signal): Signal => builder.delay(flag, list.length, enable);
  return builder.register(bitsOf(node.type), {
    next: finished(node, { quotient: quotient!, remainder, divisor, negative: sign, beyond: passed(beyond), zero: passed(zero) }, builder), enable,
  });
}

interface Divided {
  readonly quotient: Signal;
  readonly remainder: Signal;
  readonly divisor: Signal;
  readonly negative: Signal;
  readonly beyond: Signal;
  readonly zero: Signal;
}

/** Rounds the magnitude, gives it its sign, limits it; the constant that belongs to a divisor of 0. */
function finished(node: DivideNode, { quotient, remainder, divisor, negative, beyond, zero }: Divided, builder: ModuleBuilder): Signal {
  const { low, high } = node.type;
  const away = goesAway(node.rounding, { quotient, remainder, divisor, negative }, builder);
  const width = Math.max(builder.width(quotient), bitsFor(Math.max(-low, high))) + 2;
  const rounded = builder.sum([term(quotient), term(away)], 0, width);
  const value = negatedWhere(builder, negative, rounded);
  const [least, most] = [builder.constant(low, width), builder.constant(high, width)];
  const below = builder.or([builder.and([beyond, negative]), builder.compare('lt', value, least, true)]);
  const above = builder.or([builder.and([beyond, builder.not(negative)]), builder.compare('lt', most, value, true)]);
  const inside = builder.mux(above, [builder.mux(below, [value, least]), most]);
  const exact = roundRational(Rational.of(node.offset, node.denominator), node.rounding);
  const constant = exact < BigInt(low) ? BigInt(low) : exact > BigInt(high) ? BigInt(high) : exact;
  return builder.slice(builder.mux(zero, [inside, builder.constant(constant, width)]), 0, bitsOf(node.type));
}

/** Whether a magnitude with a remainder becomes the next larger one. */
function goesAway(mode: RoundingMode, { quotient, remainder, divisor, negative }: Pick<Divided, 'quotient' | 'remainder' | 'divisor' | 'negative'>, builder: ModuleBuilder): Signal {
  const width = Math.max(builder.width(remainder), builder.width(divisor)) + 1;
  const twice = builder.resize(builder.concat([builder.constant(0, 1), remainder]), width, false);
  const whole = builder.resize(divisor, width, false);
  const more = builder.compare('lt', whole, twice, false);
  const tie = builder.compare('eq', whole, twice, false);
  const any = builder.reduce('or', remainder);
  const positive = builder.not(negative);
  const nearest = (up: Signal): Signal => builder.or([more, builder.and([tie, up])]);
  switch (mode) {
    case 'half-even': return nearest(builder.slice(quotient, 0, 1));
    case 'half-up': return nearest(positive);
    case 'half-down': return nearest(negative);
    case 'half-away': return nearest(builder.constant(1, 1));
    case 'half-zero': return more;
    case 'floor': return builder.and([any, negative]);
    case 'ceil': return builder.and([any, positive]);
    case 'to-zero': return builder.constant(0, 1);
    case 'away': return any;
  }
}

/** -signal where the bit is 1, in the signal's width. */
function negatedWhere(builder: ModuleBuilder, bit: Signal, signal: Signal): Signal {
  const width = builder.width(signal);
  return builder.mux(bit, [signal, builder.sum([term(signal, { negative: true })], 0, width)]);
}

/** The addends of a signal times a constant. */
function weighted(signal: Signal, signed: boolean, factor: bigint): Term[] {
  const negative = factor < 0n;
  const bits = [...(negative ? -factor : factor).toString(2)].reverse();
  return bits.flatMap((bit, shift) => (bit === '1' ? [term(signal, { signed, shift, negative })] : []));
}
