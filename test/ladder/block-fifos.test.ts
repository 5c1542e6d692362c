import { describe, expect, it } from 'vitest';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { climb, foldOf, timing } from './climb.ts';
import { imageNetwork, IMAGE_LAYERS } from './random-images.ts';

describe('FIFOs in block memory', () => {
  it('let every beat pass in the predicted cycle', () => {
    let blocks = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const layers = [0, 1, 2].map((i) => IMAGE_LAYERS[(seed * 3 + i) % IMAGE_LAYERS.length]);
      const network = imageNetwork(seed * 7919, layers, 2);
      // Deep enough for block memory, or as deep as fills up: what comes is mixed by the folds.
      const depth = seed % 3 === 0 ? 2048 : 600;
      const accelerator = streamingAccelerator(network.graph, {
        timing: timing(4), folding: foldOf(network, seed), sizeFifos: (_, widths) => new Map([...widths.keys()].map((name) => [name, depth])),
      });
      blocks += accelerator.design.modules.filter(({ template }) => template?.name === 'block_fifo').length;
      climb(network, accelerator);
    }
    expect(blocks).toBeGreaterThan(10);
  });
});
