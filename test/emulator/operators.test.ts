import { describe, expect, it } from 'vitest';
import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Design, Module } from '../../codegen/rtl/ir.ts';
import { emulate } from '../../emulator/index.ts';
import { gallery, stimuli } from '../verilog/gallery.ts';
import { operatorModule, sampledOperators } from '../verilog/operator-modules.ts';
import { Random } from '../verilog/random.ts';
import { sameState } from './same-state.ts';

const CYCLES = 60;

/** Runs evaluator and emulator side by side with the same inputs and resets. */
function runBoth(design: Design, seed: number): number {
  checkDesign(design);
  const random = new Random(seed);
  const [evaluator, emulator] = [evaluateDesign(design), emulate(design)];
  const same = sameState(evaluator, emulator);
  stimuli(random, CYCLES).forEach((stimulus, cycle) => {
    const reset = random.chance(5);
    for (const simulator of [evaluator, emulator]) {
      simulator.input('stimulus').set(stimulus);
      simulator.setReset(reset);
      simulator.settle();
    }
    same(cycle);
    evaluator.clock();
    emulator.clock();
  });
  return [...evaluator.signals()].length;
}

/** The modules in a ring: what comes out of them in one cycle is mixed into what all of them see in the next. */
function ring(modules: readonly Module[], random: Random): Design {
  const { modules: [...inner] } = gallery(modules, random);
  const core = inner[inner.length - 1];
  const b = new ModuleBuilder('ring', ['A gallery that feeds itself.']);
  const stimulus = b.input('stimulus', 512);
  const state = b.register(512, { name: 'state', reset: 1 });
  const outputs = b.instance('core', core, { stimulus: b.xor([stimulus, state]) });
  const all = b.concat(Object.values(outputs));
  const width = b.width(all);
  let mixed = b.resize(all, 512, false);
  for (let low = 512; low < width; low += 512) mixed = b.xor([mixed, b.resize(b.slice(all, low, Math.min(512, width - low)), 512, false)]);
  b.drive(state, mixed);
  b.output('result', state);
  return { modules: [...inner, b.finish()] };
}

describe('emulator', () => {
  for (const op of sampledOperators) {
    it(`${op}: every signal and memory word equals the evaluator's in every cycle`, () => {
      const random = new Random(op.length * 7 + 1);
      const modules = Array.from({ length: 40 }, (_, i) => operatorModule(op, `${op}_${i}`, random));
      expect(runBoth(gallery(modules, random), 5)).toBeGreaterThan(40);
    });
  }

  it('all operators together, feeding each other', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = new Random(seed);
      const modules = sampledOperators.flatMap((op) => [0, 1].map((i) => operatorModule(op, `${op}_${i}`, random)));
      expect(runBoth(ring(modules, random), seed)).toBeGreaterThan(100);
    }
  });

  it('run(n) is n clocks', () => {
    const random = new Random(99);
    const design = ring(sampledOperators.map((op) => operatorModule(op, op, random)), random);
    const [one, many] = [emulate(design), emulate(design)];
    for (const simulator of [one, many]) simulator.input('stimulus').set(stimuli(new Random(3), 1)[0]);
    for (let cycle = 0; cycle < 37; cycle++) one.clock();
    many.run(37);
    one.settle();
    many.settle();
    expect(many.signal('result').get()).toBe(one.signal('result').get());
    expect(many.cycle).toBe(37);
  });
});
