import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine } from '../../src/compiler/engines.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { climb } from '../ladder/climb.ts';
import { read } from '../language/programs.ts';

/** An activation that is repeated to meet different constants, before a quantizer, a sum, or the host; the last two are nothing for hardware. */
const EXPRESSIONS = [
  'sigmoid(x <= [[1, 2, 3, 4], [5, 6, 7, 0]]) as ufixed<6,0>', 'x * [[1, 2, 3, 4], [5, 6, 7, 0]] as int4',
  '(x + [[1, 2, 3, 4], [5, 6, 7, 0]]) * 0.5 as int8', 'x + [[1], [2], [3]] as int8', 'reduce_sum(relu(x + [[1], [2], [3]]))',
  'relu(x + [[1], [2], [3]]) * [1, 2, 3, 4]', 'max(x, [[1], [2], [3]])',
];

describe('repeated activations', () => {
  for (const expression of EXPRESSIONS) {
    it(`${expression} is the same in every engine`, () => {
      const compiled = compileNetwork(read(`input x : [4] int4\noutput y = ${expression}`));
      const samples = randomSamples(compiled, 8);
      const [reference, fixed] = [new GraphEngine(compiled), new FixedEngine(compiled.fixed)];
      const comparison = new Comparison();
      comparison.samples(samples.map((sample) => reference.run(sample)), samples.map((sample) => fixed.run(sample)), ['y']);
      expect(comparison.difference).toBeUndefined();
      climb({ graph: compiled.fixed, samples }, compiled.accelerator);
    });
  }
});
