import { expect, it } from 'vitest';
import { compileNetwork, type CompiledNetwork } from '../../src/compiler/compile.ts';
import { emulateBatch } from '../../src/compiler/emulate-batch.ts';
import { FixedEngine, samplesOf, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { predictTimes } from '../../src/compiler/latency.ts';
import { Comparison, describeRung } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { whyNoVerilator } from '../../sim/verilator/index.ts';
import { CONVOLUTIONAL_CASES, describeCorpus, modelPath, type CorpusCase } from '../corpus.ts';
import { compareCodes, compareOutputs } from './compare.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;
const missing = await whyNoVerilator();
/** Networks whose accelerators the ordinary suite emulates, and on how many samples; the long one takes all of both. */
const SHORT: Readonly<Record<string, number>> = { separable_conv_model_ch_last_32: 1, qkeras_mnist_cnn: 3, cifar10_qkeras_tiny: 1 };
/** Networks whose images are larger than 32 x 32 pixels, or whose frames take so long: Verilator simulates one frame of them, ten of the others. */
const LARGE = new Set(['espcn_nn_resize', 'branched_model_ch_last', 'mlperftiny_vww_mobilenet_int8_qdq']);

async function compile(corpusCase: CorpusCase): Promise<CompiledNetwork> {
  return compileNetwork(await loadNetwork(modelPath(corpusCase)), { style: 'streaming', target: 'xc7', inputType: corpusCase.inputType });
}

describeCorpus('streaming accelerators of images and signals', () => {
  for (const corpusCase of CONVOLUTIONAL_CASES.filter(({ id }) => SHORT[id] !== undefined)) {
    it(`${corpusCase.id}: fixed = emulator, and the predicted cycle of every beat`, async () => {
      const compiled = await compile(corpusCase);
      const samples = samplesOf(compiled, corpusCase.input(), corpusCase.id).slice(0, SHORT[corpusCase.id]);
      const { accelerator } = compiled;
      const fixed = new FixedEngine(compiled.fixed);
      const comparison = new Comparison();
      const result = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples, { probes: true });
      comparison.samples(samples.map((sample) => fixed.run(sample)), result.samples, compiled.graph.outputs);
      comparison.times(predictTimes(accelerator.network, samples.length), result.times);
      expect(comparison.difference).toBeUndefined();
      expect(comparison.compared).toBeGreaterThan(1000);
    }, 600_000);
  }

  for (const corpusCase of CONVOLUTIONAL_CASES) {
    const large = LARGE.has(corpusCase.id);

    it.skipIf(!FULL)(`${corpusCase.id}: the emulator gives every expected output, on all samples`, async () => {
      const compiled = await compile(corpusCase);
      const samples = samplesOf(compiled, corpusCase.input(), corpusCase.id);
      const { results } = await emulateBatch(compiled.accelerator, samples);
      compareOutputs(results, corpusCase, true);
      compareCodes(results, corpusCase, { removed: true });
    }, 1_800_000);

    it.skipIf(!FULL || missing !== undefined)(`${corpusCase.id}: the whole ladder, ${large ? 'one sample' : 'ten samples'}`, async () => {
      const compiled = await compile(corpusCase);
      const count = large ? 1 : 10;
      const given = samplesOf(compiled, corpusCase.input(), corpusCase.id).slice(0, count);
      // Where the corpus has too few, made-up samples follow.
      const samples = [...given, ...randomSamples(compiled, count - given.length)];
      const { rungs } = await verify(compiled, samples, { rtlSamples: 1, verilatorSamples: count, netlistSamples: 0, netlist: false });
      for (const rung of rungs) expect(rung.status, describeRung(rung)).toBe(rung.name.includes('netlist') ? 'skipped' : 'passed');
    }, 1_800_000);
  }
});
