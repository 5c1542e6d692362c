import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DesignBuilder, ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { flatten } from '../../codegen/rtl/flatten.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { compileDesign, emulate, Emulator } from '../../emulator/index.ts';
import { Random } from '../verilog/random.ts';
import { sameState } from './same-state.ts';

interface Shape {
  readonly lanes: number;
  readonly rows: number;
  readonly elementWidth: number;
  readonly elementSigned: boolean;
  readonly weightWidth: number;
  readonly weightSigned: boolean;
  /** Bits that products lose. */
  readonly cut: number;
  readonly productStages: number;
  readonly sumStages: number;
  readonly constant: bigint;
  readonly words: number;
  readonly adds: boolean;
  readonly seed: number;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  lanes: fc.integer({ min: 1, max: 20 }),
  rows: fc.integer({ min: 1, max: 8 }),
  elementWidth: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 16),
  elementSigned: fc.boolean(),
  weightWidth: fc.constantFrom(1, 2, 3, 4, 6, 8, 9, 16),
  weightSigned: fc.boolean(),
  cut: fc.constantFrom(0, 0, 0, 1, 3),
  productStages: fc.integer({ min: 1, max: 3 }),
  sumStages: fc.integer({ min: 0, max: 2 }),
  constant: fc.constantFrom(0n, 0n, 5n, -3n),
  words: fc.integer({ min: 1, max: 9 }),
  adds: fc.boolean(),
  seed: fc.integer(),
});

/** A unit as products have it: elements and words of weights meet, products are added up, thresholds follow; all moves with `enable`. */
function unit(shape: Shape): Design {
  const { lanes, rows, elementWidth, elementSigned, weightWidth, weightSigned, cut, productStages, sumStages, constant, words, adds, seed } = shape;
  const random = new Random(seed);
  const b = new ModuleBuilder('unit');
  const [data, enable, take, step] = [b.input('data', lanes * elementWidth), b.input('enable', 1), b.input('take', 1), b.input('step', 1)];
  const address = b.register(4, { name: 'address', reset: 0 });
  const last = b.compare('eq', address, b.constant(words - 1, 4));
  b.drive(address, b.mux(last, [b.sum([term(address)], 1, 4), b.constant(0, 4)]), enable);
  const elements = b.register(lanes * elementWidth, { next: data, enable, name: 'elements' });
  const weights = b.rom(address, Array.from({ length: words }, () => random.value(rows * lanes * weightWidth)), rows * lanes * weightWidth, { enable, name: 'weights' });
  const width = Math.max(1, elementWidth + weightWidth - cut);
  const signed = elementSigned || weightSigned;
  const sumWidth = width + 6;
  const results = Array.from({ length: rows }, (_, row) => {
    const products = Array.from({ length: lanes }, (_unused, lane) => b.multiply(
      b.slice(elements, lane * elementWidth, elementWidth), elementSigned,
      b.slice(weights, (row * lanes + lane) * weightWidth, weightWidth), weightSigned, width, { stages: productStages, enable },
    ));
    const sum = b.sum(products.map((product) => term(product, { signed })), constant, sumWidth, sumStages === 0 ? { stages: 0 } : { stages: sumStages, enable });
    let total = sum;
    if (adds) {
      total = b.register(sumWidth, { name: `total_${row}` });
      b.drive(total, b.sum([term(total), term(sum)], 0, sumWidth), b.and([enable, step]));
    }
    return b.thresholds(total, signed, [-2n, 1n, 7n], { stages: 1, enable });
  });
  const packed = b.register(2 * rows, { next: b.concat(results), enable, name: 'packed' });
  const taken = b.register(2 * rows, { next: b.not(packed), enable: take, name: 'taken' });
  b.output('result', taken);
  b.output('late', b.delay(address, 5, enable));
  const design = new DesignBuilder();
  design.add(b.finish());
  return design.finish();
}

describe('pipelines that compute when they are asked', () => {
  it('hold in every register what the evaluator holds, while their histories start again', () => {
    let derived = 0;
    fc.assert(fc.property(shapes, (shape) => {
      const design = unit(shape);
      const compiled = compileDesign(flatten(design));
      derived += compiled.derived.size;
      const [evaluator, emulator] = [evaluateDesign(design), new Emulator(compiled)];
      const same = sameState(evaluator, emulator);
      const random = new Random(shape.seed);
      const width = shape.lanes * shape.elementWidth;
      for (let cycle = 0; cycle < 130; cycle++) {
        const values = { data: random.value(width), enable: random.integer(0, 3) > 0 ? 1n : 0n, take: random.value(1), step: random.value(1) };
        for (const engine of [evaluator, emulator]) {
          engine.setReset(cycle % 41 === 40);
          for (const [port, value] of Object.entries(values)) engine.input(port).set(value);
          engine.settle();
        }
        // Looking at some cycles only must not matter.
        if (cycle < 12 || cycle % 7 === 0) same(cycle);
        evaluator.clock();
        emulator.clock();
      }
    }), { numRuns: 120, seed: 3 });
    expect(derived).toBeGreaterThan(1000);
  });

  it('a saved state brings its history back', () => {
    const design = unit({
      lanes: 9, rows: 4, elementWidth: 6, elementSigned: false, weightWidth: 6, weightSigned: true, cut: 0, productStages: 2, sumStages: 1,
      constant: 0n, words: 7, adds: true, seed: 1,
    });
    const emulator = emulate(design);
    for (const port of ['enable', 'step', 'take']) emulator.input(port).set(1n);
    emulator.drive('data', Array.from({ length: 11 }, (_, i) => BigInt(i) * 0x123456789n));
    emulator.play(45);
    const before = emulator.save();
    const state = (): string[] => [...emulator.signals()].map(({ path }) => `${path} ${emulator.signal(path).get()}`);
    emulator.play(70);
    const expected = state();
    emulator.restore(before);
    emulator.play(70);
    expect(state()).toEqual(expected);
  });

  it('faults are put into any register where that is asked for, and refused with a way out elsewhere', () => {
    const design = unit({
      lanes: 4, rows: 1, elementWidth: 4, elementSigned: false, weightWidth: 4, weightSigned: true, cut: 0, productStages: 1, sumStages: 1,
      constant: 0n, words: 3, adds: true, seed: 1,
    });
    expect(() => emulate(design).poke('elements', 1n)).toThrow('elements follows from earlier cycles: poke it in what emulate(design, { faults: true }) gives');
    const fast = emulate(design);
    fast.poke('total_0', 5n);
    expect(fast.signal('total_0').get()).toBe(5n);
    const [hit, other] = [emulate(design, { faults: true }), emulate(design, { faults: true })];
    for (const each of [hit, other]) {
      for (const port of ['enable', 'step']) each.input(port).set(1n);
      each.run(6);
    }
    // A product that is one too large makes the total one larger, two edges later and for good.
    const product = [...hit.signals()].find(({ path }) => path.startsWith('product'))!.path;
    hit.poke(product, hit.signal(product).get() + 1n);
    for (const each of [hit, other]) each.run(2);
    expect(hit.signal('total_0').get()).toBe(other.signal('total_0').get() + 1n);
    for (const each of [hit, other]) each.run(9);
    expect(hit.signal('total_0').get()).toBe(other.signal('total_0').get() + 1n);
  });
});
