import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Deadlock } from '../../src/schedule/deadlock.ts';
import { withDepths } from '../../src/schedule/fifos.ts';
import { predict, type Network, type Stage } from '../../src/schedule/performance.ts';
import { splitGathers } from '../../src/passes/split-gathers.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { foldOf, timing } from '../ladder/climb.ts';
import { IMAGE_LAYERS, imageNetwork } from '../ladder/random-images.ts';
import { randomNetwork } from '../ladder/random-network.ts';

/** What the model predicts, or where and how it stands still. */
function outcome(network: Network, everyCycle: boolean): unknown {
  try {
    return predict(network, 3, everyCycle);
  } catch (error) {
    if (!(error instanceof Deadlock)) throw error;
    return error.report;
  }
}

function expectSame(network: Network): void {
  expect(outcome(network, false)).toEqual(outcome(network, true));
}

/** FIFOs of 1 to 9 beats, or without end. */
function random(network: Network, seed: number): Network {
  const depths = new Map(network.names.map((name, i) => [name, (seed >> i % 20) % 10 || Infinity]));
  return withDepths(network, depths);
}

it('stages that go on by themselves do what they would do cycle by cycle: networks over images', () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.array(fc.constantFrom(...IMAGE_LAYERS), { minLength: 1, maxLength: 6 }), fc.constantFrom(2, 4, 10),
    (seed, layers, clock) => {
      const { graph, samples } = imageNetwork(seed, layers, 1);
      const network = { graph: splitGathers.run(graph), samples };
      const { network: model } = streamingAccelerator(network.graph, { timing: timing(clock), folding: foldOf(network, seed) });
      expectSame(model);
      expectSame(random(model, seed));
    },
  ), { numRuns: 150 });
});

it('stages that go on by themselves do what they would do cycle by cycle: networks of all operators', () => {
  fc.assert(fc.property(randomNetwork, fc.integer({ min: 1, max: 1e6 }), (network, seed) => {
    const { network: model } = streamingAccelerator(network.graph, { timing: timing(4), folding: foldOf(network, seed) });
    expectSame(model);
    expectSame(random(model, seed));
  }), { numRuns: 100 });
});

/** A stage with one input and one output, with long and short counts. */
const stage: fc.Arbitrary<Stage> = fc.oneof(
  fc.integer({ min: 2, max: 40 }).map((depth): Stage => ({ kind: 'fifo', depth })),
  fc.constant<Stage>({ kind: 'slice' }),
  fc.record({ groups: fc.integer({ min: 1, max: 9 }), beats: fc.integer({ min: 1, max: 9 }), latency: fc.integer({ min: 1, max: 9 }) })
    .map((rest): Stage => ({ kind: 'matrix', burst: 1, ...rest })),
  fc.record({ blocks: fc.integer({ min: 1, max: 9 }), beats: fc.integer({ min: 1, max: 9 }), latency: fc.integer({ min: 1, max: 9 }) })
    .map(({ blocks, beats, latency }): Stage => ({ kind: 'matrix', groups: 1, beats: beats * blocks, burst: blocks, latency })),
  fc.integer({ min: 1, max: 9 }).map((latency): Stage => ({ kind: 'pipeline', latency })),
  fc.record({ lengths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), latency: fc.integer({ min: 1, max: 9 }) })
    .map(({ lengths, latency }): Stage => ({ kind: 'runs', lengths: Int32Array.from(lengths), latency })),
  fc.record({
    frames: fc.integer({ min: 1, max: 3 }).chain((frames) => fc.array(
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }), { minLength: frames, maxLength: frames })),
    beats: fc.integer({ min: 1, max: 4 }), rounds: fc.integer({ min: 1, max: 9 }), latency: fc.integer({ min: 1, max: 9 }), overlaps: fc.boolean(),
  }).map(({ frames, beats, ...rest }): Stage => ({
    kind: 'delta', value: 0, simd: 3, beats, passes: Int32Array.from(frames.flatMap((frame) => [...frame.slice(1, beats), frame[0] + 1])), ...rest,
  })),
);

it('stages that go on by themselves do what they would do cycle by cycle: chains', () => {
  fc.assert(fc.property(fc.array(stage, { minLength: 1, maxLength: 8 }), fc.integer({ min: 2, max: 7 }), (chain, ratio) => {
    // As many beats come out as go in: a matrix takes `beats` for each `groups`.
    const taken = (each: Stage): number => (each.kind === 'matrix' || each.kind === 'delta'
      ? each.beats : each.kind === 'runs' ? each.lengths.reduce((sum, length) => sum + length) : 1);
    const given = (each: Stage): number => (each.kind === 'delta' ? each.rounds
      : each.kind === 'matrix' ? each.groups * each.burst : each.kind === 'runs' ? each.lengths.length : 1);
    const beats = chain.reduce((count, each) => count * taken(each), ratio);
    const made = chain.reduce((count, each) => (count / taken(each)) * given(each), beats);
    fc.pre(beats < 20_000 && made < 20_000);
    const stages: Stage[] = [
      { kind: 'source', beats }, ...chain, { kind: 'widen', ratio }, { kind: 'narrow', ratio }, { kind: 'sink', beats: Math.max(ratio, Math.floor(made / ratio) * ratio) },
    ];
    fc.pre(made % ratio === 0);
    expectSame({ stages, inputs: stages.map((_, i) => (i === 0 ? [] : [i - 1])), names: stages.map((_, i) => `stage_${i}`) });
  }), { numRuns: 300 });
});
