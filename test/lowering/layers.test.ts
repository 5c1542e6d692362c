import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agree } from './agree.ts';
import { image, LAYERS } from './layers.ts';
import { NetworkBuilder } from './networks.ts';

describe('the fixed-point graph of a layer computes what the layer means', () => {
  it.each(Object.keys(LAYERS))('%s', (name) => {
    let compiled = 0;
    let tried = 0;
    fc.assert(fc.property(fc.gen(), (draw) => {
      const n = new NetworkBuilder(draw);
      const x = image(n);
      const result = LAYERS[name](n, x);
      tried++;
      if (agree(n, n.chance(50) ? n.quantizer(result) : result) !== undefined) compiled++;
    }), { numRuns: 60 });
    expect(compiled / tried, `${compiled} of ${tried} networks were compiled`).toBeGreaterThan(0.9);
  });
});
