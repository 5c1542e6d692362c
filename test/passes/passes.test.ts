import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { unrolledAccelerator } from '../../codegen/units/unrolled/accelerator.ts';
import { FixedEngine } from '../../src/compiler/engines.ts';
import { checkFixed } from '../../src/fixed/checker.ts';
import type { FixedGraph } from '../../src/fixed/ir.ts';
import type { Style } from '../../src/passes/pass.ts';
import { findPass, PASSES, runPasses } from '../../src/passes/pipeline.ts';
import { amountsOf } from '../../src/passes/savings.ts';
import { climb, foldOf, timing } from '../ladder/climb.ts';
import { imageNetwork, IMAGE_LAYERS } from '../ladder/random-images.ts';
import { randomNetwork, type RandomNetwork } from '../ladder/random-network.ts';
import { buildPlanted, plantedNetwork } from './planted.ts';

const RUNS = process.env.BITLOOM_TEST_FULL === undefined ? 150 : 3000;
const STYLES: readonly Style[] = ['streaming', 'unrolled'];

const images: fc.Arbitrary<RandomNetwork> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }), layers: fc.array(fc.constantFrom(...IMAGE_LAYERS), { minLength: 1, maxLength: 4 }),
}).map(({ seed, layers }) => imageNetwork(seed, layers));

/** The same outputs, sample after sample. */
function keeps({ graph, samples }: RandomNetwork, after: FixedGraph): void {
  const [before, now] = [new FixedEngine(graph), new FixedEngine(after)];
  for (const sample of samples) {
    const [expected, found] = [before.run(sample).outputs, now.run(sample).outputs];
    expected.forEach((output, i) => expect([...found[i].values]).toEqual([...output.values]));
  }
}

describe.each(PASSES)('$name', (pass) => {
  it.each(STYLES)('keeps the integers of random networks, %s', (style) => {
    fc.assert(fc.property(fc.oneof({ weight: 3, arbitrary: plantedNetwork }, { weight: 1, arbitrary: randomNetwork }, { weight: 1, arbitrary: images }), (network) => {
      const after = pass.run(network.graph, { style });
      checkFixed(after, pass.name);
      keeps(network, after);
    }), { numRuns: RUNS });
  });
});

describe.each(STYLES)('%s', (style) => {
  it.each(['constant-neurons', 'duplicate-neurons', 'dead-neurons', 'narrow-ranges'])('%s finds what is planted', (name) => {
    let smaller = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { graph } = buildPlanted(seed * 7919, seed % 2 === 0 ? ['dense', 'dense'] : ['convolution', 'depthwise', 'dense']);
      const [before, after] = [amountsOf(graph), amountsOf(findPass(name).run(graph, { style }))];
      if (name === 'narrow-ranges' ? after.bits < before.bits : after.rows < before.rows) smaller++;
    }
    expect(smaller).toBeGreaterThan(5);
  });
});

it.each(STYLES)('all passes in their order keep the integers of random networks, %s', (style) => {
  fc.assert(fc.property(plantedNetwork, (network) => {
    // Each pass by what the ones before it left.
    let before = network.graph;
    runPasses(network.graph, undefined, (_, graph) => {
      keeps({ ...network, graph: before }, graph);
      before = graph;
    }, { style });
  }), { numRuns: RUNS });
});

describe('hardware of what the passes left', () => {
  it.each(STYLES)('computes the integers of the network before them, %s', (style) => {
    fc.assert(fc.property(plantedNetwork, fc.integer({ min: 1, max: 1e6 }), (network, seed) => {
      fc.pre(style === 'streaming' || network.graph.nodes.every(({ op }) => op !== 'window' && op !== 'extreme'));
      const { graph } = runPasses(network.graph, undefined, undefined, { style });
      const after = { ...network, graph };
      keeps(network, graph);
      climb(after, style === 'unrolled' ? unrolledAccelerator(graph, timing(4)) : streamingAccelerator(graph, { timing: timing(4), folding: foldOf(after, seed) }));
    }), { numRuns: RUNS / 5 });
  });
});
