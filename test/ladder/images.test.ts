import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFixed } from '../../src/fixed/checker.ts';
import { splitGathers } from '../../src/passes/split-gathers.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { foldsOf, type Fold } from '../../src/schedule/plan.ts';
import { unitsOf } from '../../src/schedule/units.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { climb, foldOf, timing } from './climb.ts';
import { IMAGE_LAYERS, imageNetwork, type ImageLayer } from './random-images.ts';
import type { RandomNetwork } from './random-network.ts';

/** For each unit the fold that does the most in a clock cycle: windows come whole. */
function unfolded({ graph }: RandomNetwork): Map<string, Fold> {
  const most = (folds: readonly Fold[]): Fold => folds.reduce((best, each) => (each.pe * each.simd > best.pe * best.simd ? each : best));
  return new Map(unitsOf(graph).map((unit) => [unit.name, most(foldsOf(unit, graph))]));
}

function climbed(seed: number, layers: readonly ImageLayer[], clock: number, folding: (network: RandomNetwork, seed: number) => Map<string, Fold> = foldOf): Accelerator {
  const { graph, samples } = imageNetwork(seed, layers);
  checkFixed(graph, 'the generator');
  const network = { graph: splitGathers.run(graph), samples };
  checkFixed(network.graph, 'split-gathers');
  const accelerator = streamingAccelerator(network.graph, { timing: timing(clock), folding: folding(network, seed) });
  climb(network, accelerator);
  return accelerator;
}

describe('hardware units over images', () => {
  for (const layer of IMAGE_LAYERS) {
    it(`${layer}: streaming computes the same integers in the predicted cycles`, () => {
      for (let seed = 1; seed <= 12; seed++) climbed(seed * 7919, [layer], 4);
    });
  }

  for (const layer of ['convolution', 'depthwise', 'maxpool'] as const) {
    it(`${layer}, unfolded: a window each clock cycle from line buffers`, () => {
      let lines = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const { network } = climbed(seed * 104729, [layer], 4, unfolded);
        lines += network.stages.filter(({ kind }) => kind === 'lines').length;
      }
      expect(lines).toBeGreaterThan(3);
    });
  }

  it('global pooling keeps a result a channel, not the image', () => {
    const least = ({ graph }: RandomNetwork): Map<string, Fold> => new Map(unitsOf(graph).map((unit) => [unit.name, foldsOf(unit, graph)
      .reduce((best, each) => (each.pe * each.simd < best.pe * best.simd ? each : best))]));
    for (let seed = 1; seed <= 12; seed++) {
      const { graph, network } = climbed(seed * 15_485_863, ['global'], 4, least);
      // Several results of one channel would need its image again.
      const several = graph.nodes.some((node) => node.op === 'dot' && node.rows > 1);
      expect(network.stages.filter(({ kind }) => kind === 'lines' || kind === 'access').length).toBe(several ? 1 : 0);
    }
  });

  it('random layers, folds and clocks', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.array(fc.constantFrom(...IMAGE_LAYERS), { minLength: 2, maxLength: 4 }), fc.constantFrom(2, 4, 10),
      (seed, layers, clock) => { climbed(seed, layers, clock); },
    ), { numRuns: 40 });
  });
});
