import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { parseDesign } from '../../codegen/rtl/parser.ts';
import { printDesign } from '../../codegen/rtl/printer.ts';
import { Dice, mutated } from '../language/mutations.ts';
import { designOf, recipes } from './random-design.ts';

describe('a printed design', () => {
  it('is read back to an equal one', () => {
    fc.assert(fc.property(recipes({ cycles: 1 }), (recipe) => {
      const design = designOf(recipe);
      expect(parseDesign(printDesign(design))).toEqual(design);
    }), { numRuns: 300 });
  });

  it('keeps every comment', () => {
    fc.assert(fc.property(fc.string(), fc.array(fc.string(), { maxLength: 3 }), (comment, header) => {
      const b = new ModuleBuilder('m', header, { name: 'thing', parameters: { A: 3, B: -2 } });
      b.output('y', b.not(b.input('x', 4, comment), { comment }));
      const design = { modules: [b.finish()] };
      expect(parseDesign(printDesign(design))).toEqual(design);
    }), { numRuns: 300 });
  });

  it('says where a line is wrong', () => {
    const text = 'module m {\n  input x : 4\n  x : 4 = input\n  output y : 4 = %z\n  y : 4 = nto %x\n  w : 4 = mux %x with %x\n';
    expect(() => parseDesign(text, 'm.rtl')).toThrow(UserError);
    try {
      parseDesign(text, 'm.rtl');
    } catch (error) {
      expect((error as UserError).diagnostics.map(({ origin, code }) => `${origin} ${code}`)).toEqual([
        'm.rtl:1:8 unclosed', 'm.rtl:4:18 unknown-name', 'm.rtl:5:11 syntax', 'm.rtl:6:18 syntax',
      ]);
    }
  });

  it('cannot be read where it is abbreviated', () => {
    const b = new ModuleBuilder('table');
    b.output('y', b.lookup(b.input('x', 4), Array.from({ length: 10 }, (_, i) => BigInt(i)), 4));
    expect(() => parseDesign(printDesign({ modules: [b.finish()] }, { abbreviate: true }))).toThrow(/abbreviated[\s\S]*--complete/);
  });

  it('survives mutations', () => {
    const [recipe] = fc.sample(recipes({ cycles: 1 }), { numRuns: 1, seed: 3 });
    const text = printDesign(designOf(recipe));
    let refused = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const dice = new Dice(seed * 7919);
      try {
        parseDesign(mutated(text, dice));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        for (const { origin } of error.diagnostics) expect(origin).toMatch(/^design:\d+:\d+$/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(250);
  });
});
