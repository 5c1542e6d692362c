import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { emulate } from '../../emulator/index.ts';
import { designOf, inputsOf, OPERATORS, recipes } from '../rtl/random-design.ts';
import { sameState } from './same-state.ts';

it('every signal and memory word of random designs equals the evaluator\'s in every cycle', () => {
  fc.assert(fc.property(recipes(), (recipe) => {
    const design = designOf(recipe);
    checkDesign(design);
    const [evaluator, emulator] = [evaluateDesign(design), emulate(design)];
    const same = sameState(evaluator, emulator);
    recipe.stimuli.forEach(({ reset, choices }, cycle) => {
      for (const simulator of [evaluator, emulator]) {
        for (const { port, value } of inputsOf(design, choices)) simulator.input(port).set(value);
        simulator.setReset(reset);
        simulator.settle();
      }
      same(cycle);
      evaluator.clock();
      emulator.clock();
      // Nobody has to settle in order to look.
      if (cycle % 4 === 0) same(cycle);
    });
  }), { numRuns: 1000, seed: 20 });
});

it('random designs hold every operator many times, with and without state', () => {
  const counts = new Map<string, number>();
  const count = (what: string): void => { counts.set(what, (counts.get(what) ?? 0) + 1); };
  for (const recipe of fc.sample(recipes(), { numRuns: 300, seed: 20 })) {
    for (const node of designOf(recipe).modules.flatMap((module) => module.nodes)) {
      count(node.op);
      if ('stages' in node) count(`${node.op} of ${node.stages > 1 ? 'many' : node.stages} stages`);
      if (node.op === 'ram') count(`${node.read} ram`);
    }
  }
  const pipelined = ['sum', 'multiply', 'popcount', 'thresholds', 'linear'];
  const wanted = [
    ...OPERATORS, 'registered ram', 'direct ram',
    ...pipelined.flatMap((op) => [0, 1, 'many'].map((stages) => `${op} of ${stages} stages`)),
  ];
  expect(wanted.filter((what) => (counts.get(what) ?? 0) < 20)).toEqual([]);
});
