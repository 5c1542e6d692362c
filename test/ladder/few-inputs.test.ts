import { describe, expect, it } from 'vitest';
import { integerType } from '../../src/fixed/ir.ts';
import { unrolledAccelerator } from '../../codegen/units/unrolled/accelerator.ts';
import { climb, timing } from './climb.ts';
import { FEW_BITS, fewInputs } from './few-inputs.ts';

describe('neurons that read few bits', () => {
  it.each(Object.entries(FEW_BITS))('are tables of the same integers: %s', (_, type) => {
    for (let seed = 1; seed <= 12; seed++) {
      const network = fewInputs(seed * 7919, { type, fanIn: 1 + (seed % 3), size: 6, layers: 2, dense: seed % 4 === 0 ? 2 : 0 });
      climb(network, unrolledAccelerator(network.graph, timing(4)));
    }
  });

  it('layers of nothing but tables take a clock cycle each', () => {
    const network = fewInputs(5, { type: integerType(0, 3), fanIn: 3, size: 8, layers: 3 });
    const { design, network: { stages } } = unrolledAccelerator(network.graph, timing(4));
    const operations = design.modules.flatMap(({ nodes }) => nodes.map(({ op }) => op));
    expect(operations.filter((op) => op === 'lookup')).toHaveLength(24);
    expect(operations).not.toContain('linear');
    expect(stages.find(({ kind }) => kind === 'pipeline')).toMatchObject({ latency: 3 });
  });

  it('sums are taken where nobody looks for tables, and where rows read much', () => {
    const network = fewInputs(5, { type: integerType(0, 3), fanIn: 3, size: 8, layers: 1, dense: 2 });
    const count = (truthTables: boolean): number => unrolledAccelerator(network.graph, timing(4), { truthTables, rowRanges: true }).design.modules
      .flatMap(({ nodes }) => nodes).filter(({ op }) => op === 'lookup').length;
    expect([count(true), count(false)]).toEqual([6, 0]);
  });
});
