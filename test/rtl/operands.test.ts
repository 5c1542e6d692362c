import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Node } from '../../codegen/rtl/ir.ts';
import { mapOperands, operandsOf } from '../../codegen/rtl/operands.ts';
import { designOf, OPERATORS, recipes } from './random-design.ts';

it('lists of every operator\'s operands are what changes of them see, in that order', () => {
  const seen = new Set<Node['op']>();
  fc.assert(fc.property(recipes(), (recipe) => {
    for (const { nodes } of designOf(recipe).modules) {
      for (const node of nodes) {
        const changed: number[] = [];
        mapOperands(node, (signal) => {
          changed.push(signal);
          return signal;
        });
        expect(operandsOf(node)).toEqual(changed);
        seen.add(node.op);
      }
    }
  }), { numRuns: 200, seed: 3 });
  expect([...seen].sort()).toEqual([...OPERATORS].sort());
});
