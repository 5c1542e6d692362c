import { describe, expect, it } from 'vitest';
import { compileNetwork, lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { predictTimes } from '../../src/compiler/latency.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { adopted, madeFor } from '../../src/compiler/weights/adopt.ts';
import { reload } from '../../src/compiler/weights/reload.ts';
import { isRewritable } from '../../src/fixed/rewritable.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { EXAMPLE_FORMATS } from '../../src/number/formats/index.ts';
import { Timing } from '../../src/schedule/timing.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { activationsNetwork, weightsNetwork } from '../formats/networks.ts';

/** The hardware of one network gives its integers, and, after loading, those of the other. */
function exchange(one: Graph, other: Graph): void {
  const compiled = compileNetwork(one, { runtimeWeights: 'all', target: 'xc7' });
  const { accelerator, target, clock } = compiled;
  checkDesign(accelerator.design);
  const samples = randomSamples(compiled, 8);
  const agrees = (what: typeof compiled.fixed, accelerator_: typeof accelerator, engine: 'rtl' | 'emulator', loading?: readonly bigint[]): void => {
    const fixed = new FixedEngine(what);
    const comparison = new Comparison();
    const result = simulate(accelerator_, simulatorFor(accelerator_, engine), samples, loading === undefined ? {} : { loading });
    comparison.samples(samples.map((sample) => fixed.run(sample)), result.samples, compiled.graph.outputs);
    if (loading === undefined) comparison.times(predictTimes(accelerator_.network, samples.length), result.times);
    expect(comparison.difference).toBeUndefined();
    expect(comparison.compared).toBeGreaterThan(0);
  };
  agrees(compiled.fixed, accelerator, 'emulator');
  const lowered = lowerNetwork(other, { runtimeWeights: 'all' });
  const graph = adopted(lowered.fixed, madeFor(compiled.fixed), 'other');
  const { bench, beats } = reload(accelerator, graph, compiled.folding!, new Timing(target, clock));
  checkDesign(bench.design);
  agrees(lowered.fixed, bench, 'emulator', beats);
}

const FORMATS = EXAMPLE_FORMATS.filter(isRewritable);

describe('weights at run time', () => {
  for (const input of ['int5', 'bipolar', 'binary']) {
    it(`weights of every format take another's place, ${input} elements`, { timeout: 200_000 }, () => {
      exchange(weightsNetwork('weights', input, FORMATS, 11), weightsNetwork('weights', input, FORMATS, 12));
    });
  }
  it('quantizers too', { timeout: 200_000 }, () => {
    const formats = ['bipolar', 'int4', 'int6', 'int8', 'uint4'];
    exchange(activationsNetwork('acts', formats, 11), activationsNetwork('acts', formats, 15));
  });
});
