import { expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine } from '../../src/compiler/engines.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { sameMeaning } from '../../src/frontend/text/fingerprint.ts';
import { bloomOf } from '../../src/frontend/text/export.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { climb } from '../ladder/climb.ts';
import { networkProgram } from './network-programs.ts';
import { read } from './programs.ts';

const RUNS = process.env.BITLOOM_TEST_FULL === undefined ? 25 : 1000;

it(`${RUNS} random programs compute the same in every engine, and as converted programs`, { timeout: 3_600_000 }, () => {
  let refused = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const text = networkProgram(seed);
    const told = (what: string, error: unknown): Error => new Error(`seed ${seed}: ${what}: ${(error as Error).stack}\n${text}`);
    try {
      const graph = read(text);
      const converted = bloomOf(graph);
      const again = importBloom(new TextEncoder().encode(converted.text), 'again.bloom', (path) => converted.files.get(path)!);
      expect(sameMeaning(graph, again)).toBe(true);
      const compiled = compileNetwork(graph, { style: graph.states === undefined && seed % 2 === 0 ? 'unrolled' : 'streaming' });
      const samples = randomSamples(compiled, 4);
      const [reference, fixed] = [new GraphEngine(compiled), new FixedEngine(compiled.fixed)];
      const comparison = new Comparison();
      comparison.samples(samples.map((sample) => reference.run(sample)), samples.map((sample) => fixed.run(sample)), graph.outputs);
      expect(comparison.difference).toBeUndefined();
      climb({ graph: compiled.fixed, samples }, compiled.accelerator);
    } catch (error) {
      if (!(error instanceof UserError)) throw told('fails', error);
      for (const { origin } of error.diagnostics) if (!/^test\.bloom:\d+:\d+$/.test(origin ?? '')) throw told('is refused at no place', error);
      refused++;
    }
  }
  console.log(`${RUNS} random programs, ${refused} refused`);
  expect(refused).toBeLessThan(RUNS / 2);
});
