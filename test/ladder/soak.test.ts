import fc from 'fast-check';
import { describe, it } from 'vitest';
import { splitGathers } from '../../src/passes/split-gathers.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { climb, foldOf, timing } from './climb.ts';
import { IMAGE_LAYERS, imageNetwork } from './random-images.ts';

describe.runIf(process.env.BITLOOM_TEST_FULL !== undefined)('many random networks over images', () => {
  it('compute the same integers in the predicted cycles', { timeout: 1_800_000 }, () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.array(fc.constantFrom(...IMAGE_LAYERS), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(2, 4, 10),
      (seed, layers, clock) => {
        const { graph, samples } = imageNetwork(seed, layers, 4);
        const network = { graph: splitGathers.run(graph), samples };
        climb(network, streamingAccelerator(network.graph, { timing: timing(clock), folding: foldOf(network, seed) }));
      },
    ), { numRuns: 1500 });
  });
});
