import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FixedGraph } from '../../src/fixed/ir.ts';
import { agree } from './agree.ts';
import { NetworkBuilder } from './networks.ts';

function operators({ nodes }: FixedGraph): string[] {
  return nodes.map((node) => node.op);
}

it('padding is joined with the windows that read it', () => {
  fc.assert(fc.property(fc.gen(), (draw) => {
    const n = new NetworkBuilder(draw);
    const [channels, size] = [n.integer(1, 3), n.integer(2, 5)];
    const x = n.input([1, channels, size, size]);
    const padded = n.layer('Pad', [x, n.list(0, 0, n.integer(0, 2), 1, 0, 0, 1, n.integer(0, 2)), n.scalar(0)]);
    const pads = n.chance(50) ? [1, 1, 1, 1] : [0, 0, 0, 0];
    const fixed = agree(n, n.layer('Conv', [padded, n.weights([2, channels, 2, 2])], { pads }));
    if (fixed !== undefined) expect(operators(fixed).filter((op) => op === 'window')).toHaveLength(1);
  }), { numRuns: 60 });
});

it('padding with another number stays apart from padding with zeros', () => {
  fc.assert(fc.property(fc.gen(), (draw) => {
    const n = new NetworkBuilder(draw);
    const x = n.layer('Quant', [n.input([1, 1, 3, 3]), n.scalar(0.5), n.scalar(0), n.scalar(4)], { signed: 1, narrow: 0, rounding_mode: 'ROUND' });
    const padded = n.layer('Pad', [x, n.list(0, 0, 1, 0, 0, 0, 0, 1), n.scalar(1)]);
    const fixed = agree(n, n.layer('Conv', [padded, n.weights([1, 1, 2, 2])], { pads: [1, 0, 0, 0] }))!;
    expect(operators(fixed).filter((op) => op === 'window')).toHaveLength(2);
  }), { numRuns: 20 });
});

it('windows of maxima hold codes, not accumulators', () => {
  let moved = 0;
  fc.assert(fc.property(fc.gen(), (draw) => {
    const n = new NetworkBuilder(draw);
    const channels = n.integer(1, 3);
    const x = n.input([1, channels, 5, 5]);
    const sums = n.layer('Conv', [x, n.weights([3, channels, 2, 2])]);
    const factor = n.choice(-1, 0.5);
    const scaled = n.layer('Mul', [sums, n.constant([3, 1, 1], () => (n.chance(20) ? -factor : factor))]);
    const pooled = n.layer(n.choice('MaxPool', 'MaxPool'), [n.chance(50) ? n.layer('Relu', [scaled]) : scaled],
      { kernel_shape: [2, 2], strides: [n.integer(1, 2), 2], pads: [n.integer(0, 1), 0, 0, 1] });
    const fixed = agree(n, n.quantizer(pooled));
    if (fixed === undefined) return;
    const [kinds, extreme] = [operators(fixed), fixed.nodes.find((node) => node.op === 'extreme')!];
    if (kinds[kinds.length - 1] === 'extreme') moved++;
    if (extreme.codes !== undefined) expect(fixed.nodes[(fixed.nodes[(extreme as { arg: number }).arg] as { arg: number }).arg].op).not.toBe('dot');
  }), { numRuns: 100 });
  expect(moved).toBeGreaterThan(30);
});
