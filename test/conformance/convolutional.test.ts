import { beforeAll, expect, it } from 'vitest';
import { lowerNetwork, type LoweredNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, samplesOf } from '../../src/compiler/engines.ts';
import type { Sample } from '../../src/compiler/host.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { CONVOLUTIONAL_CASES, describeCorpus, expectedCodes, modelPath } from '../corpus.ts';
import { compareCodes, compareOutputs } from './compare.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;
/** Samples of each network in the ordinary suite; the long one takes all. */
const SAMPLES = 20;
/** Networks that only the long suite runs: their images are large. */
const LONG = new Set(['espcn_nn_resize', 'branched_model_ch_last']);

describeCorpus('networks of images and signals in the corpus', () => {
  for (const corpusCase of CONVOLUTIONAL_CASES.filter(({ id }) => FULL || !LONG.has(id))) {
    let lowered: LoweredNetwork;
    let samples: readonly Sample[];
    let activations: number;

    beforeAll(async () => {
      lowered = lowerNetwork(await loadNetwork(modelPath(corpusCase)), { inputType: corpusCase.inputType });
      samples = samplesOf(lowered, corpusCase.input(), corpusCase.id);
      if (!FULL) samples = samples.slice(0, SAMPLES);
    });

    it(`${corpusCase.id}: graph engine gives every output and every code, weights included`, () => {
      const engine = new GraphEngine(lowered);
      const results = samples.map((sample) => engine.run(sample));
      compareOutputs(results, corpusCase, FULL);
      const codes = expectedCodes(corpusCase);
      expect(compareCodes(results, corpusCase, engine.constantCodes)).toBe(codes.size);
      activations = compareCodes(results, corpusCase);
    });

    it(`${corpusCase.id}: fixed-point engine gives every output and every activation's code`, () => {
      const engine = new FixedEngine(lowered.fixed);
      const results = samples.map((sample) => engine.run(sample));
      compareOutputs(results, corpusCase, FULL);
      expect(compareCodes(results, corpusCase)).toBe(activations);
    });
  }
});
