import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/base/npy.ts';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, samplesOf } from '../../src/compiler/engines.ts';
import { runFixedBatch } from '../../src/compiler/fixed-batch.ts';
import { encodeSample } from '../../src/compiler/host.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { evaluateExpression } from '../../src/graph/expression.ts';
import { reals } from '../../src/graph/reals.ts';
import { DENSE_CASES, describeCorpus, modelPath } from '../corpus.ts';

describe('data sets', () => {
  it('give the same on one thread, on several, and in the plain evaluator', async () => {
    const network = lowerNetwork(await loadNetwork('examples/digits/digits.onnx'));
    const images = 'examples/digits/test-images.npy';
    const samples = samplesOf(network, readNpy(readFileSync(images), images), images);
    const engine = new FixedEngine(network.fixed);
    const expected = samples.map((sample) => engine.run(sample));
    for (const threads of [1, 3]) {
      let last = 0;
      const { results, plain } = await runFixedBatch(network.fixed, samples, { threads, codes: true, progress: (done) => { last = done; } });
      expect(plain).toBeUndefined();
      expect(last).toBe(samples.length);
      expect(results.map(({ outputs }) => [...outputs[0].values])).toEqual(expected.map(({ outputs }) => [...outputs[0].values]));
      expect(results.map(({ codes }) => [...codes].map(([name, values]) => `${name} ${values.join()}`).sort()))
        .toEqual(expected.map(({ codes }) => [...codes].map(([name, values]) => `${name} ${values.join()}`).sort()));
    }
  });
});

describeCorpus('data sets of published networks', () => {
  for (const each of DENSE_CASES) {
    it(`${each.id}: remembered encodings are exact, and the batch gives what the evaluator does`, async () => {
      const network = lowerNetwork(await loadNetwork(modelPath(each)), each);
      const samples = samplesOf(network, each.input(), each.id).slice(0, 12);
      const algebra = reals();
      for (const sample of samples) {
        const encoded = encodeSample(network.fixed, sample);
        for (const { value, source, encoder } of network.fixed.inputs) {
          const values = sample.get(source)!;
          expect(encoded.get(value)).toEqual(evaluateExpression(encoder, { shape: [values.length], values }, algebra).values);
        }
      }
      const engine = new FixedEngine(network.fixed);
      const { results } = await runFixedBatch(network.fixed, samples);
      expect(results.map(({ outputs }) => [...outputs[0].values])).toEqual(samples.map((sample) => [...engine.run(sample).outputs[0].values]));
    });
  }
});
