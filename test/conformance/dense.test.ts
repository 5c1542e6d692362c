import { beforeAll, expect, it } from 'vitest';
import { rightAnswers } from '../../src/compiler/accuracy.ts';
import type { FixedGraph } from '../../src/fixed/ir.ts';
import { compileNetwork, lowerNetwork, type CompiledNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, samplesOf, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import type { Sample } from '../../src/compiler/host.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { DENSE_CASES, describeCorpus, expectedCodes, modelPath, npy } from '../corpus.ts';
import { compareCodes, compareOutputs, NEURON_PASSES } from './compare.ts';

describeCorpus('dense networks of the corpus', () => {
  for (const corpusCase of DENSE_CASES) {
    let compiled: CompiledNetwork;
    let whole: FixedGraph;
    let samples: Sample[];
    let activations: number;

    beforeAll(async () => {
      const network = await loadNetwork(modelPath(corpusCase));
      compiled = compileNetwork(network, { style: 'streaming', target: 'xc7', inputType: corpusCase.inputType });
      whole = lowerNetwork(network, { inputType: corpusCase.inputType, without: NEURON_PASSES }).fixed;
      samples = samplesOf(compiled, corpusCase.input(), corpusCase.id);
    });

    it(`${corpusCase.id}: graph engine gives every output and every code, weights included`, () => {
      const engine = new GraphEngine(compiled);
      const results = samples.map((sample) => engine.run(sample));
      compareOutputs(results, corpusCase);
      expect(compareCodes(results, corpusCase, { constants: engine.constantCodes })).toBe(expectedCodes(corpusCase).size);
      activations = compareCodes(results, corpusCase);
    });

    it(`${corpusCase.id}: fixed-point engine gives every output and every activation's code`, () => {
      const results = [whole, compiled.fixed].map((graph) => {
        const engine = new FixedEngine(graph);
        return samples.map((sample) => engine.run(sample));
      });
      for (const each of results) compareOutputs(each, corpusCase);
      expect(compareCodes(results[0], corpusCase)).toBe(activations);
      expect(compareCodes(results[1], corpusCase, { removed: true })).toBe(activations);
    });

    it(`${corpusCase.id}: emulator gives every output and every activation's code, streaming`, () => {
      const results = simulate(compiled.accelerator, simulatorFor(compiled.accelerator, 'emulator'), samples, { probes: true }).samples;
      compareOutputs(results, corpusCase);
      expect(compareCodes(results, corpusCase, { removed: true })).toBe(activations);
    });
  }

  for (const [id, right] of [['tfc_1w1a', 913], ['tfc_1w2a', 938]] as const) {
    it(`${id} recognizes ${right} of the first 1000 MNIST digits`, async () => {
      const corpusCase = DENSE_CASES.find((each) => each.id === id)!;
      const network = compileNetwork(await loadNetwork(modelPath(corpusCase)), { style: 'streaming', target: 'xc7' });
      const engine = new FixedEngine(network.fixed);
      const results = samplesOf(network, corpusCase.input(), id).map((sample) => engine.run(sample));
      expect(rightAnswers(results, npy('data/mnist/first1000_labels.npy').data, 'labels')).toBe(right);
    });
  }
});
