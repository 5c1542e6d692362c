import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { compileNetwork, lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { image, LAYERS } from './layers.ts';
import { NetworkBuilder } from './networks.ts';

const RUNS = process.env.BITLOOM_TEST_FULL === undefined ? 3 : 30;

/** Streaming hardware gives what the fixed-point engine gives, with stalls at both ends. */
function climbs(graph: Graph): void {
  try {
    // What only changes places is left to the host's ends: there is no hardware.
    if (lowerNetwork(graph).fixed.nodes.every((node) => node.op === 'input')) return;
  } catch (error) {
    if (error instanceof UserError) return;
    throw error;
  }
  const compiled = compileNetwork(graph, { style: 'streaming' });
  const samples = randomSamples(compiled, 2);
  const { accelerator } = compiled;
  const { samples: found } = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples, { stall: { seed: 1, percent: 30 } });
  const engine = new FixedEngine(compiled.fixed);
  samples.forEach((sample, i) => expect([...found[i].outputs[0].values]).toEqual([...engine.run(sample).outputs[0].values]));
}

describe('streaming hardware of a layer computes what its integers are', () => {
  it.each(Object.keys(LAYERS))('%s', (name) => {
    fc.assert(fc.property(fc.gen(), (draw) => {
      const n = new NetworkBuilder(draw);
      const result = LAYERS[name](n, image(n));
      climbs(n.graph(n.chance(50) ? n.quantizer(result) : result));
    }), { numRuns: RUNS });
  }, 600_000);
});
