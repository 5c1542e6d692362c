import { expect, it } from 'vitest';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, samplesOf } from '../../src/compiler/engines.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { CONVOLUTIONAL_CASES, describeCorpus, modelPath, npy } from '../corpus.ts';

const SAMPLES = process.env.BITLOOM_TEST_FULL === undefined ? 40 : Infinity;

describeCorpus('codes of int8 networks, by both rules', () => {
  const cases = CONVOLUTIONAL_CASES.filter(({ id }) => id.endsWith('_int8_qdq'));
  for (const [rule, file] of [['exact', 'codes'], ['tflite', 'tflite_int8_codes']] as const) {
    it.each(cases.map((each) => [each.id, each] as const))(`%s, ${rule}`, async (id, corpusCase) => {
      const lowered = lowerNetwork(await loadNetwork(modelPath(corpusCase)), { requantize: rule });
      const samples = samplesOf(lowered, corpusCase.input(), id).slice(0, SAMPLES);
      const { data } = npy(`expected/${id}.${file}.npy`);
      const [last] = lowered.graph.nodes.slice(-1);
      for (const engine of [new GraphEngine(lowered), new FixedEngine(lowered.fixed)]) {
        const found = samples.flatMap((sample) => [...engine.run(sample).codes.get(last.inputs[0])!]);
        expect(found).toEqual(Array.from(data.subarray(0, found.length), Number));
      }
    }, 600_000);
  }
});
