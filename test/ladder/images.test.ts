import fc from 'fast-check';
import { describe, it } from 'vitest';
import { checkFixed } from '../../src/fixed/checker.ts';
import { splitGathers } from '../../src/passes/split-gathers.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { climb, foldOf, timing } from './climb.ts';
import { IMAGE_LAYERS, imageNetwork, type ImageLayer } from './random-images.ts';

function climbed(seed: number, layers: readonly ImageLayer[], clock: number): void {
  const { graph, samples } = imageNetwork(seed, layers);
  checkFixed(graph, 'the generator');
  const network = { graph: splitGathers.run(graph), samples };
  checkFixed(network.graph, 'split-gathers');
  climb(network, streamingAccelerator(network.graph, { timing: timing(clock), folding: foldOf(network, seed) }));
}

describe('hardware units over images', () => {
  for (const layer of IMAGE_LAYERS) {
    it(`${layer}: streaming computes the same integers in the predicted cycles`, () => {
      for (let seed = 1; seed <= 12; seed++) climbed(seed * 7919, [layer], 4);
    });
  }

  it('random layers, folds and clocks', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.array(fc.constantFrom(...IMAGE_LAYERS), { minLength: 2, maxLength: 4 }), fc.constantFrom(2, 4, 10),
      (seed, layers, clock) => climbed(seed, layers, clock),
    ), { numRuns: 40 });
  });
});
