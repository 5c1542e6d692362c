import { expect, it } from 'vitest';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, samplesOf, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { predictTimes } from '../../src/compiler/latency.ts';
import { Comparison, describeRung } from '../../src/compiler/ladder.ts';
import { verify } from '../../src/compiler/verify.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { whyNoVerilator } from '../../sim/verilator/index.ts';
import { CONVOLUTIONAL_CASES, describeCorpus, modelPath } from '../corpus.ts';

const FULL = process.env.BITLOOM_TEST_FULL !== undefined;
const missing = await whyNoVerilator();
/** Networks whose accelerators the ordinary suite emulates; the long one takes all but those, and simulates them in Verilator. */
const SHORT: Readonly<Record<string, number>> = { separable_conv_model_ch_last_32: 1, qkeras_mnist_cnn: 3, cifar10_qkeras_tiny: 1 };
/** Images too large for cycle by cycle simulation of more than a part of them. */
const LARGE = new Set(['espcn_nn_resize', 'branched_model_ch_last']);

describeCorpus('streaming accelerators of images and signals', () => {
  for (const corpusCase of CONVOLUTIONAL_CASES.filter(({ id }) => SHORT[id] !== undefined)) {
    it(`${corpusCase.id}: fixed = emulator, and the predicted cycle of every beat`, async () => {
      const compiled = compileNetwork(await loadNetwork(modelPath(corpusCase)), { style: 'streaming', target: 'xc7', inputType: corpusCase.inputType });
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

  for (const corpusCase of CONVOLUTIONAL_CASES.filter(({ id }) => !LARGE.has(id))) {
    it.skipIf(!FULL || missing !== undefined)(`${corpusCase.id}: the whole ladder`, async () => {
      const compiled = compileNetwork(await loadNetwork(modelPath(corpusCase)), { style: 'streaming', target: 'xc7', inputType: corpusCase.inputType });
      const samples = samplesOf(compiled, corpusCase.input(), corpusCase.id).slice(0, 1);
      const { rungs } = await verify(compiled, samples, { rtlSamples: 1, verilatorSamples: 1, netlistSamples: 0, netlist: false });
      for (const rung of rungs) expect(rung.status, describeRung(rung)).toBe(rung.name.includes('netlist') ? 'skipped' : 'passed');
    }, 1_800_000);
  }
});
