import { describe, expect, it } from 'vitest';
import { parseDesign } from '../../codegen/rtl/parser.ts';
import { printDesign } from '../../codegen/rtl/printer.ts';
import { compileNetwork, STYLES } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine } from '../../src/compiler/engines.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { climb } from '../ladder/climb.ts';
import { DOCUMENTED, noFiles } from './programs.ts';

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
