import { beforeAll, expect, it } from 'vitest';
import { rightAnswers } from '../../src/compiler/accuracy.ts';
import { compileNetwork, type CompiledNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, samplesOf, simulate, simulatorFor, type SampleResult } from '../../src/compiler/engines.ts';
import type { Sample } from '../../src/compiler/host.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { DENSE_CASES, describeCorpus, expectedCodes, expectedOutputs, modelPath, npy, type CorpusCase } from '../corpus.ts';

/** Integer outputs must be equal; reals to a relative difference of 1e-9, the precision of the expected ones. */
function compareOutputs(found: readonly SampleResult[], corpusCase: CorpusCase): void {
  const { data } = expectedOutputs(corpusCase);
  const perSample = found[0].outputs[0].values.length;
  let wrong = 0;
  let first = '';
  found.forEach((result, sample) => result.outputs[0].values.forEach((value, i) => {
    const expected = data[sample * perSample + i];
    const close = Number.isInteger(expected) ? value === expected : Math.abs(value - expected) <= 1e-9 * Math.abs(expected);
    if (!close && wrong++ === 0) first = `sample ${sample}, element ${i}: ${value} for ${expected}`;
  }));
  expect(first).toBe('');
  expect(found.length * perSample).toBe(data.length);
}

/** Compares the codes of every quantizer that is shown; gives their number. */
function compareCodes(found: readonly SampleResult[], corpusCase: CorpusCase, constants: ReadonlyMap<string, Float64Array> = new Map()): number {
  let compared = 0;
  for (const [name, { data }] of expectedCodes(corpusCase)) {
    const constant = constants.get(name);
    if (constant !== undefined) {
      expect([...constant], name).toEqual([...data]);
      compared++;
      continue;
    }
    if (!found[0].codes.has(name)) continue;
    const size = found[0].codes.get(name)!.length;
    for (let sample = 0; sample < data.length / size; sample++) {
      expect([...found[sample].codes.get(name)!], `${name}, sample ${sample}`).toEqual([...data.subarray(sample * size, (sample + 1) * size)]);
    }
    compared++;
  }
  return compared;
}

describeCorpus('dense networks of the corpus', () => {
  for (const corpusCase of DENSE_CASES) {
    let compiled: CompiledNetwork;
    let samples: Sample[];
    let activations: number;

    beforeAll(async () => {
      const network = await loadNetwork(modelPath(corpusCase));
      compiled = compileNetwork(network, { style: 'streaming', target: 'xc7', inputType: corpusCase.inputType });
      samples = samplesOf(compiled, corpusCase.input(), corpusCase.id);
    });

    it(`${corpusCase.id}: graph engine gives every output and every code, weights included`, () => {
      const engine = new GraphEngine(compiled);
      const results = samples.map((sample) => engine.run(sample));
      compareOutputs(results, corpusCase);
      expect(compareCodes(results, corpusCase, engine.constantCodes)).toBe(expectedCodes(corpusCase).size);
      activations = compareCodes(results, corpusCase);
    });

    it(`${corpusCase.id}: fixed-point engine gives every output and every activation's code`, () => {
      const engine = new FixedEngine(compiled.fixed);
      const results = samples.map((sample) => engine.run(sample));
      compareOutputs(results, corpusCase);
      expect(compareCodes(results, corpusCase)).toBe(activations);
    });

    it(`${corpusCase.id}: emulator gives every output and every activation's code, streaming`, () => {
      const results = simulate(compiled.accelerator, simulatorFor(compiled.accelerator, 'emulator'), samples, { probes: true }).samples;
      compareOutputs(results, corpusCase);
      expect(compareCodes(results, corpusCase)).toBe(activations);
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
