import { bitsOf, type IntegerType } from '../../src/fixed/ir.ts';
import type { Timing } from '../../src/schedule/timing.ts';
import { term } from '../rtl/builder.ts';
import type { Signal } from '../rtl/ir.ts';
import type { Context } from './elementwise/constant.ts';
import type { Wire } from './integer.ts';

/** Clock cycles of {@link squareRoot}. */
export function squareRootLatency(type: IntegerType, timing: Timing): number {
  return rounds(type, timing).length;
}

/** Bits of the root that are found in each clock cycle. */
function rounds(type: IntegerType, timing: Timing): number[] {
  const bits = Math.ceil(bitsOf(type) / 2);
  const each = timing.subtractions(bits + 2);
  return Array.from({ length: Math.ceil(bits / each) }, (_, i) => Math.min(each, bits - i * each));
}

/**
 * The root of an integer that is not negative, rounded down: digit by digit, two bits of the radicand for each bit of the root. The
 * remainder is at most twice the root.
 */
export function squareRoot(x: Wire, { builder, timing, enable }: Context): Signal {
  const list = rounds(x.type, timing);
  const bits = list.reduce((sum, count) => sum + count, 0);
  const keep = (signal: Signal): Signal => builder.register(builder.width(signal), { next: signal, enable });
  const width = bits + 2;
  let radicand = builder.resize(x.signal, 2 * bits, false);
  let root = builder.constant(0, width);
  let remainder = builder.constant(0, width);
  for (const count of list) {
    for (let i = 0; i < count; i++) {
      const next = builder.concat([builder.slice(radicand, 2 * bits - 2, 2), builder.slice(remainder, 0, width - 2)]);
      radicand = builder.resize(builder.concat([builder.constant(0, 2), radicand]), 2 * bits, false);
      const trial = builder.concat([builder.constant(1, 1), builder.constant(0, 1), builder.slice(root, 0, width - 2)]);
      const fits = builder.compare('le', trial, next, false);
      remainder = builder.mux(fits, [next, builder.sum([term(next), term(trial, { negative: true })], 0, width)]);
      root = builder.concat([fits, builder.slice(root, 0, width - 1)]);
    }
    [radicand, remainder, root] = [keep(radicand), keep(remainder), keep(root)];
  }
  return builder.slice(root, 0, bits);
}
