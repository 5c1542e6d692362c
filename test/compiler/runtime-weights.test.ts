import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileNetwork, lowerNetwork, type CompiledNetwork, type CompileOptions } from '../../src/compiler/compile.ts';
import { FixedEngine, samplesOf, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import type { Sample } from '../../src/compiler/host.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { predictTimes } from '../../src/compiler/latency.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import { adopted, madeFor } from '../../src/compiler/weights/adopt.ts';
import { madeUp } from '../../src/compiler/weights/made-up.ts';
import { reload } from '../../src/compiler/weights/reload.ts';
import type { FixedGraph } from '../../src/fixed/ir.ts';
import { parseFixed } from '../../src/fixed/parser.ts';
import { printFixed } from '../../src/fixed/printer.ts';
import { isRewritable } from '../../src/fixed/rewritable.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { EXAMPLE_FORMATS } from '../../src/number/formats/index.ts';
import { Timing } from '../../src/schedule/timing.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { CONVOLUTIONAL_CASES, describeCorpus, modelPath } from '../corpus.ts';
import { activationsNetwork, weightsNetwork } from '../formats/networks.ts';
import { retrained } from './retrained.ts';

function agrees(graph: FixedGraph, accelerator: Accelerator, samples: readonly Sample[], loading?: readonly bigint[]): void {
  const fixed = new FixedEngine(graph);
  const comparison = new Comparison();
  const result = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples, loading === undefined ? {} : { loading });
  comparison.samples(samples.map((sample) => fixed.run(sample)), result.samples, graph.outputs.map(({ target }) => target));
  if (loading === undefined) comparison.times(predictTimes(accelerator.network, samples.length), result.times);
  expect(comparison.difference).toBeUndefined();
  expect(comparison.compared).toBeGreaterThan(0);
}

/** The hardware gives its network's integers at the predicted cycles, and after loading those of the other graph. */
function becomes(compiled: CompiledNetwork, graph: FixedGraph, samples: readonly Sample[]): void {
  const { accelerator, fixed, folding, target, clock } = compiled;
  checkDesign(accelerator.design);
  agrees(fixed, accelerator, samples);
  const { bench, beats } = reload(accelerator, graph, folding!, new Timing(target, clock));
  checkDesign(bench.design);
  agrees(graph, bench, samples, beats);
  expect(parseFixed(printFixed(graph, { complete: true }), 'dump').nodes).toEqual(graph.nodes);
}

function exchange(one: Graph, other: Graph, options: CompileOptions = {}): void {
  const compiled = compileNetwork(one, { ...options, runtimeWeights: 'all' });
  const { fixed } = lowerNetwork(other, { ...options, runtimeWeights: 'all' });
  becomes(compiled, adopted(fixed, madeFor(compiled.fixed), 'other'), randomSamples(compiled, 8));
}

describe('weights at run time', () => {
  const formats = EXAMPLE_FORMATS.filter(isRewritable);
  for (const input of ['int5', 'bipolar', 'binary']) {
    it(`weights of every format take another's place, ${input} elements`, { timeout: 200_000 }, () => {
      exchange(weightsNetwork('weights', input, formats, 11), weightsNetwork('weights', input, formats, 12));
    });
  }

  it('so do quantizers', { timeout: 200_000 }, () => {
    const activations = ['bipolar', 'binary', 'ternary', 'int4', 'int6', 'int8', 'uint4'];
    exchange(activationsNetwork('acts', activations, 11), activationsNetwork('acts', activations, 15));
  });

  for (const name of ['digits', 'digits-ternary', 'digits-shift']) {
    it(`${name} becomes what training again gives, slow and fast`, { timeout: 200_000 }, async () => {
      const network = await loadNetwork(resolve(import.meta.dirname, `../../examples/${name}/${name}.onnx`));
      for (const [seed, cycles] of [[1, 100], [2, 5000]]) exchange(network, retrained(network, seed), { goal: { kind: 'interval', cycles } });
    });
  }

  it('digits, up the ladder', { timeout: 400_000 }, async () => {
    const network = await loadNetwork(resolve(import.meta.dirname, '../../examples/digits/digits.onnx'));
    const compiled = compileNetwork(network, { runtimeWeights: 'all' });
    const other = lowerNetwork(retrained(network, 3), { runtimeWeights: 'all' });
    const options = { rtlSamples: 1, verilatorSamples: 4, netlistSamples: 0, netlist: false, other };
    const { rungs } = await verify(compiled, randomSamples(compiled, 4), options);
    expect(rungs.filter(({ name }) => name.startsWith('digits-retrained'))).toHaveLength(3);
    for (const rung of rungs.filter(({ status }) => status !== 'skipped')) expect(rung, rung.name).toMatchObject({ status: 'passed' });
  });
});

describeCorpus('weights of images at run time', () => {
  for (const id of ['separable_conv_model_ch_last_32', 'cifar10_qkeras_tiny', 'mlperftiny_kws_dscnn_int8_qdq']) {
    it(`${id} with made-up weights`, { timeout: 400_000 }, async () => {
      const found = CONVOLUTIONAL_CASES.find((each) => each.id === id)!;
      const compiled = compileNetwork(await loadNetwork(modelPath(found)), { inputType: found.inputType, runtimeWeights: 'all' });
      becomes(compiled, madeUp(compiled.fixed, 7), samplesOf(compiled, found.input(), id).slice(0, 1));
    });
  }
});
