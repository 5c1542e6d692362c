import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFixed } from '../../src/fixed/checker.ts';
import { FixedEngine } from '../../src/compiler/engines.ts';
import { risingThresholds } from '../../src/passes/rising-thresholds.ts';
import type { Stage } from '../../src/schedule/performance.ts';
import { foldsOf } from '../../src/schedule/plan.ts';
import { unitsOf, type MatrixUnit } from '../../src/schedule/units.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { unrolledAccelerator } from '../../codegen/units/unrolled/accelerator.ts';
import { climb, foldOf, timing } from './climb.ts';
import { buildNetwork, OPERATORS, randomNetwork } from './random-network.ts';

const clocks = fc.constantFrom(2, 4, 10, 40);

describe('hardware units', () => {
  for (const operator of OPERATORS) {
    it(`${operator}: unrolled and streaming compute the same integers in the predicted cycles`, () => {
      for (let seed = 1; seed <= 12; seed++) {
        const network = buildNetwork(seed * 7919, [operator]);
        checkFixed(network.graph, 'the generator');
        if (operator !== 'state') climb(network, unrolledAccelerator(network.graph, timing(4)));
        climb(network, streamingAccelerator(network.graph, { timing: timing(4), folding: foldOf(network, seed) }));
      }
    });
  }

  it('dot without its zeros: cycles follow the words of weights that are left', () => {
    let sparse = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const network = buildNetwork(seed * 1_299_709, seed % 2 === 0 ? ['dot'] : ['dot', 'threshold']);
      for (const unit of unitsOf(network.graph)) {
        for (const fold of foldsOf(unit, network.graph).filter((each) => each.sparse)) {
          sparse++;
          const accelerator = streamingAccelerator(network.graph, { timing: timing(4), folding: new Map([...foldOf(network, seed), [unit.name, fold]]) });
          climb(network, accelerator);
          const { columns, rows, weights } = (unit as MatrixUnit).dot;
          const words = new Set([...weights.keys()].filter((i) => weights[i] !== 0)
            .map((i) => `${Math.floor(i / columns / fold.pe)}/${Math.floor((i % columns) / fold.simd)}`));
          const stage = accelerator.network.stages.find(({ kind }) => kind === 'runs') as Extract<Stage, { kind: 'runs' }>;
          const empty = stage.lengths.length - new Set([...words].map((word) => word.split('/')[0])).size;
          expect(stage.lengths.length).toBe(rows / fold.pe);
          expect(stage.lengths.reduce((sum, length) => sum + length)).toBe(words.size + empty);
        }
      }
    }
    expect(sparse).toBeGreaterThan(30);
  });

  for (const after of ['threshold', 'table', 'requantize', 'argument', 'dot'] as const) {
    it(`dot, then ${after}: unrolled and streaming compute the same integers in the predicted cycles`, () => {
      for (let seed = 1; seed <= 40; seed++) {
        const network = buildNetwork(seed * 104729, ['dot', after]);
        climb(network, unrolledAccelerator(network.graph, timing(4, seed % 2 === 0)));
        climb(network, streamingAccelerator(network.graph, { timing: timing(4), folding: foldOf(network, seed) }));
      }
    });
  }

  it('random networks, folds and clocks, streaming', () => {
    fc.assert(fc.property(randomNetwork, fc.integer({ min: 1, max: 1e6 }), clocks, (network, seed, clock) => {
      climb(network, streamingAccelerator(network.graph, { timing: timing(clock), folding: foldOf(network, seed) }));
    }), { numRuns: 60 });
  });

  it('random networks and clocks, unrolled', () => {
    fc.assert(fc.property(randomNetwork, clocks, fc.boolean(), (network, clock, cells) => {
      // What the last sample left is not there yet when the next one needs it.
      fc.pre(!network.graph.nodes.some((node) => node.op === 'state'));
      climb(network, unrolledAccelerator(network.graph, timing(clock, cells)));
    }), { numRuns: 60 });
  });
});

describe('rising-thresholds', () => {
  it('keeps the integers of random networks', () => {
    fc.assert(fc.property(randomNetwork, (network) => {
      const raised = risingThresholds.run(network.graph);
      checkFixed(raised, 'rising-thresholds');
      const [before, after] = [new FixedEngine(network.graph), new FixedEngine(raised)];
      for (const sample of network.samples) expect([...after.run(sample).outputs[0].values]).toEqual([...before.run(sample).outputs[0].values]);
    }));
  });
});
