import { describe, expect, it } from 'vitest';
import { Rational } from '../../src/base/rational.ts';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine } from '../../src/compiler/engines.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { EXAMPLE_FORMATS, parseFormat, valueOf } from '../../src/number/formats/index.ts';
import { climb } from '../ladder/climb.ts';
import { read } from './programs.ts';

/** Some number of the format. */
function someNumber(format: string): number {
  const parsed = parseFormat(format);
  for (let code = 0; ; code++) {
    const value = valueOf(parsed, code);
    if (value !== undefined && Rational.compare(Rational.fromDouble(Rational.toDouble(value)), value) === 0) return Rational.toDouble(value);
  }
}

/** Its numbers span more than the 53 bits that integers have. */
const TOO_WIDE = ['bf16'];

describe('a state', () => {
  for (const format of [...EXAMPLE_FORMATS, 'fixed<1,4>', 'uint1']) {
    it(`of ${format} is the same in every engine`, () => {
      const graph = read(`input x : [3] int4 * 0.5\nstate h : [3] ${format} = ${someNumber(format)}\nnext h = (x + h) * 0.5\noutput y = h + x`);
      if (TOO_WIDE.includes(format)) {
        expect(() => compileNetwork(graph, { style: 'streaming' })).toThrow(/^error\[too-wide\]: test\.bloom:3:/);
        return;
      }
      const compiled = compileNetwork(graph, { style: 'streaming' });
      const samples = randomSamples(compiled, 6);
      const [reference, fixed] = [new GraphEngine(compiled), new FixedEngine(compiled.fixed)];
      const comparison = new Comparison();
      comparison.samples(samples.map((sample) => reference.run(sample)), samples.map((sample) => fixed.run(sample)), ['y']);
      expect(comparison.difference).toBeUndefined();
      climb({ graph: compiled.fixed, samples }, compiled.accelerator);
    });
  }
});
