import fc from 'fast-check';
import { expect, it } from 'vitest';
import { roundedShift } from '../../codegen/units/elementwise/constant.ts';
import { clamped, element, type Bus } from '../../codegen/units/integer.ts';
import { DesignBuilder, ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { flatten } from '../../codegen/rtl/flatten.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { emulate } from '../../emulator/index.ts';
import { simplify } from '../../emulator/lean/simplify.ts';
import { bitsOf, integerType, type IntegerType } from '../../src/fixed/ir.ts';
import { Random } from '../verilog/random.ts';

const LANES = 9;

/** Numbers of one range, each limited to another range and kept for a cycle. */
function limiter(from: IntegerType, to: IntegerType): Design {
  const builder = new ModuleBuilder('limiter', []);
  const bus: Bus = { signal: builder.input('in', LANES * bitsOf(from)), count: LANES, type: from };
  builder.output('out', builder.concat(Array.from({ length: LANES }, (_, i) => builder.delay(clamped(builder, element(builder, bus, i), to), 1))));
  const design = new DesignBuilder();
  design.add(builder.finish());
  return design.finish();
}

const ends = fc.tuple(fc.integer({ min: -300, max: 300 }), fc.integer({ min: 0, max: 500 }));
const powers = fc.tuple(fc.constantFrom(0, -1, -2, -8, -64), fc.constantFrom(0, 1, 3, 7, 63, 127));

it('numbers are limited as the hardware has it, at any ends', () => {
  fc.assert(fc.property(ends, fc.oneof(powers, ends.map(([low, span]) => [low, low + span] as const)), fc.integer(), ([low, span], [least, most], seed) => {
    const from = integerType(low, low + span);
    if (most < least) return;
    const to = integerType(least, most);
    const design = limiter(from, to);
    const engines = [evaluateDesign(design), emulate(design)];
    const random = new Random(seed);
    for (let cycle = 0; cycle < 8; cycle++) {
      let word = 0n;
      for (let lane = 0; lane < LANES; lane++) {
        const value = random.integer(from.low, from.high);
        word |= BigInt.asUintN(bitsOf(from), BigInt(value)) << BigInt(lane * bitsOf(from));
      }
      for (const engine of engines) {
        engine.input('in').set(word);
        engine.clock();
        engine.settle();
      }
      expect(engines[1].signal('out').get()).toBe(engines[0].signal('out').get());
    }
  }), { numRuns: 150 });
});

it('limits of powers of two, which hardware tells by gates, are comparisons with lanes', () => {
  for (const [low, high] of [[0, 63], [-64, 63], [0, 127], [-8, 7]]) {
    const { nodes, order } = simplify(flatten(limiter(integerType(-1000, 1000), integerType(low, high))));
    const count = (op: string): number => order.filter((signal) => nodes[signal].op === op).length;
    expect([count('mux'), count('bitwise'), count('reduce')], `${low} to ${high}`).toEqual([2 * LANES, 0, 0]);
  }
});

it('ties to the even one, which hardware tells from the bits below, are sums with lanes', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer(), (shift, seed) => {
    const width = shift + 6;
    const builder = new ModuleBuilder('rounder', []);
    const bus: Bus = { signal: builder.input('in', LANES * width), count: LANES, type: integerType(-(2 ** (width - 1)), 2 ** (width - 1) - 1) };
    const none = { terms: [], constant: 0n, low: 0n, high: 0n };
    builder.output('out', builder.concat(Array.from({ length: LANES }, (_, i) => {
      const { signal, type: { low, high } } = element(builder, bus, i);
      return builder.delay(roundedShift(builder, { signal, low: BigInt(low), high: BigInt(high) }, none, { shift, rounding: 'half-even' }).signal, 1);
    })));
    const design = new DesignBuilder();
    design.add(builder.finish());
    const finished = design.finish();
    const { nodes, order } = simplify(flatten(finished));
    if (shift > 1) expect(order.filter((signal) => nodes[signal].op === 'bitwise')).toEqual([]);
    const engines = [evaluateDesign(finished), emulate(finished)];
    const random = new Random(seed);
    for (let cycle = 0; cycle < 12; cycle++) {
      const word = random.value(LANES * width);
      // Every other time the lowest bits are those of a tie.
      const tie = Array.from({ length: LANES }, (_, i) => ((1n << BigInt(shift)) - 1n) << BigInt(i * width)).reduce((a, b) => a | b);
      const half = Array.from({ length: LANES }, (_, i) => 1n << BigInt(i * width + shift - 1)).reduce((a, b) => a | b);
      for (const engine of engines) {
        engine.input('in').set(cycle % 2 === 0 ? word : (word & ~tie) | half);
        engine.clock();
        engine.settle();
      }
      expect(engines[1].signal('out').get()).toBe(engines[0].signal('out').get());
    }
  }), { numRuns: 60 });
});
