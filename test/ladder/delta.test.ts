import { describe, it } from 'vitest';
import type { Sample } from '../../src/compiler/host.ts';
import type { FixedGraph } from '../../src/fixed/ir.ts';
import { foldsOf } from '../../src/schedule/plan.ts';
import { unitsOf } from '../../src/schedule/units.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { climb, foldOf, timing } from './climb.ts';
import { anyOf, buildNetwork, Choices, type RandomNetwork } from './random-network.ts';

/** The network with frames of which each differs from the last in some elements only. */
function withFewChanges({ graph }: RandomNetwork, frames: number, percent: number, seed: number): RandomNetwork {
  const choices = new Choices(seed);
  const { type, shape: [size] } = graph.nodes[0];
  let last = Float64Array.from({ length: size }, () => anyOf(type, choices));
  const samples = Array.from({ length: frames }, (): Sample => {
    last = last.map((element) => (choices.whole(1, 100) <= percent ? anyOf(type, choices) : element));
    return new Map([['x', last]]);
  });
  return { graph, samples };
}

/** Every fold in which the product follows its changes. */
function deltaFolds(graph: FixedGraph, seed: number): ReturnType<typeof foldOf>[] {
  return unitsOf(graph).flatMap((unit) => foldsOf(unit, graph).filter((fold) => fold.delta === true)
    .map((fold) => new Map([...foldOf({ graph, samples: [] }, seed), [unit.name, fold]])));
}

describe('products of what changed', () => {
  for (const after of [[], ['threshold'], ['table'], ['requantize'], ['dot', 'argument']] as const) {
    it(`dot${after.map((each) => `, then ${each}`).join('')}: every fold gives the integers of the dense product in the predicted cycles`, () => {
      for (let seed = 1; seed <= 8; seed++) {
        const network = buildNetwork(seed * 15_485_863, ['dot', ...after]);
        for (const folding of deltaFolds(network.graph, seed)) {
          const frames = withFewChanges(network, 6, [0, 15, 60, 100][seed % 4], seed);
          climb(frames, streamingAccelerator(network.graph, { timing: timing([2, 4, 10][seed % 3]), folding }));
        }
      }
    });
  }
});
