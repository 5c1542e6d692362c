import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SourceText } from '../../src/base/text/source.ts';
import { parseDesign } from '../../codegen/rtl/parser.ts';
import { printDesign } from '../../codegen/rtl/printer.ts';
import { compileNetwork, STYLES } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine } from '../../src/compiler/engines.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { parseWhole } from '../../src/frontend/text/parse.ts';
import { printProgram } from '../../src/frontend/text/print.ts';
import { climb } from '../ladder/climb.ts';
import { DOCUMENTED, EXAMPLES, noFiles } from './programs.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;

describe('docs/language.md', () => {
  it('has five examples', () => expect(DOCUMENTED.size).toBe(5));

  for (const [name, text] of DOCUMENTED) {
    const graph = importBloom(new TextEncoder().encode(text), `${name}.bloom`, noFiles);
    // A new inference each clock cycle cannot wait for what the last one left.
    for (const style of STYLES.filter((each) => each === 'streaming' || graph.states === undefined)) {
      it(`${name} compiles to ${style} hardware that computes the same in every engine`, async () => {
        const compiled = compileNetwork(graph, { style });
        const samples = randomSamples(compiled, 5);
        const [reference, fixed] = [new GraphEngine(compiled), new FixedEngine(compiled.fixed)];
        const comparison = new Comparison();
        // Each engine sees the samples in order, and keeps its states.
        comparison.samples(samples.map((sample) => reference.run(sample)), samples.map((sample) => fixed.run(sample)), graph.outputs);
        expect(comparison.difference).toBeUndefined();
        climb({ graph: compiled.fixed, samples }, compiled.accelerator);
        const { design } = compiled.accelerator;
        expect(parseDesign(printDesign(design))).toEqual(design);
        if (!FULL) return;
        const { rungs } = await verify(compiled, samples, { rtlSamples: 1, verilatorSamples: 5, netlistSamples: 5, netlist: true });
        expect(rungs.filter((rung) => rung.status === 'failed')).toEqual([]);
      });
    }
  }
});

describe('examples', () => {
  for (const path of EXAMPLES) {
    it(`${basename(path)} compiles, for a device that is too small for it too`, async () => {
      const graph = await loadNetwork(path);
      const targets = FULL ? ['xc7', 'ice40'] : ['ice40'];
      for (const target of targets) expect(compileNetwork(graph, { target }).accelerator.layers.length).toBeGreaterThan(0);
    });

    it(`${basename(path)} is in the canonical form`, () => {
      const text = readFileSync(path, 'utf8');
      expect(printProgram(parseWhole(new SourceText(basename(path), text)))).toBe(text);
    });
  }
});
