import { expect, it } from 'vitest';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { samplesOf } from '../../src/compiler/engines.ts';
import { runFixedBatch } from '../../src/compiler/fixed-batch.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { CONVOLUTIONAL_CASES, DENSE_CASES, describeCorpus, expectedCodes, modelPath } from '../corpus.ts';
import { compareCodes, compareOutputs, NEURON_PASSES } from './compare.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;
/** Networks that only the long suite runs: their images are large. */
const LONG = new Set(['espcn_nn_resize', 'branched_model_ch_last']);

describeCorpus('the functional engine on all samples of the corpus', () => {
  for (const corpusCase of [...DENSE_CASES, ...CONVOLUTIONAL_CASES].filter(({ id }) => FULL || !LONG.has(id))) {
    it(`${corpusCase.id}: every output, and every code that it shows`, async () => {
      const network = await loadNetwork(modelPath(corpusCase));
      const lowered = lowerNetwork(network, { inputType: corpusCase.inputType });
      const whole = lowerNetwork(network, { inputType: corpusCase.inputType, without: NEURON_PASSES }).fixed;
      const samples = samplesOf(lowered, corpusCase.input(), corpusCase.id);
      const { results, plain } = await runFixedBatch(lowered.fixed, samples);
      expect(plain).toBeUndefined();
      compareOutputs(results, corpusCase);
      // Those of which the corpus has codes; outputs alone are computed by other, fused code.
      const known = Math.max(...[...expectedCodes(corpusCase)].map(([, { shape }]) => shape[0]), 0);
      const { results: shown } = await runFixedBatch(whole, samples.slice(0, known), { codes: true });
      if (known > 0) compareCodes(shown, corpusCase);
    }, 600_000);
  }
});
