import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { rightAnswers } from '../../src/compiler/accuracy.ts';
import type { FixedGraph } from '../../src/fixed/ir.ts';
import { lowerNetwork, type LoweredNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, samplesOf } from '../../src/compiler/engines.ts';
import type { Sample } from '../../src/compiler/host.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { CONVOLUTIONAL_CASES, CORPUS, describeCorpus, expectedCodes, modelPath, npy } from '../corpus.ts';
import { compareCodes, compareOutputs, NEURON_PASSES } from './compare.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;
/** Samples of each network in the ordinary suite; the long one takes all. */
const SAMPLES = 40;
/** Networks that only the long suite runs: their images are large. */
const LONG = new Set(['espcn_nn_resize', 'branched_model_ch_last']);

describeCorpus('networks of images and signals in the corpus', () => {
  it('mnist_conv_float: graph engine gives every output of the float network', async () => {
    const graph = await loadNetwork(join(CORPUS, 'models/float/mnist_conv_float.onnx'));
    // This file takes pixels from 0 to 255.
    const { shape, data } = npy('data/mnist/first1000_f32.npy');
    const pixels = { shape, data: Float64Array.from(data as ArrayLike<number>, (x) => Math.round(x * 255)) };
    const network = { graph, fixed: { name: '', nodes: [], inputs: [], outputs: [] }, notes: [], passes: [] };
    const engine = new GraphEngine(network);
    const results = samplesOf(network, pixels, 'pixels').slice(0, FULL ? 1000 : 100).map((sample) => engine.run(sample));
    compareOutputs(results, { id: 'mnist_conv_float', model: '', input: () => pixels }, FULL);
    const labels = Array.from(npy('data/mnist/first1000_labels.npy').data, Number);
    if (FULL) expect(rightAnswers(results, labels, 'labels')).toBe(987);
  });

  for (const corpusCase of CONVOLUTIONAL_CASES.filter(({ id }) => FULL || !LONG.has(id))) {
    let lowered: LoweredNetwork;
    let whole: FixedGraph;
    let samples: readonly Sample[];
    let activations: number;

    beforeAll(async () => {
      const network = await loadNetwork(modelPath(corpusCase));
      lowered = lowerNetwork(network, { inputType: corpusCase.inputType });
      whole = lowerNetwork(network, { inputType: corpusCase.inputType, without: NEURON_PASSES }).fixed;
      samples = samplesOf(lowered, corpusCase.input(), corpusCase.id);
      if (!FULL) samples = samples.slice(0, SAMPLES);
    });

    it(`${corpusCase.id}: graph engine gives every output and every code, weights included`, () => {
      const engine = new GraphEngine(lowered);
      const results = samples.map((sample) => engine.run(sample));
      compareOutputs(results, corpusCase, FULL);
      const codes = expectedCodes(corpusCase);
      expect(compareCodes(results, corpusCase, { constants: engine.constantCodes })).toBe(codes.size);
      activations = compareCodes(results, corpusCase);
    }, 600_000);

    it(`${corpusCase.id}: fixed-point engine gives every output and every activation's code`, () => {
      const engine = new FixedEngine(whole);
      const results = samples.map((sample) => engine.run(sample));
      compareOutputs(results, corpusCase, FULL);
      expect(compareCodes(results, corpusCase)).toBe(activations);
    }, 600_000);
  }
});
