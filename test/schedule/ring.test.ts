import fc from 'fast-check';
import { expect, it } from 'vitest';
import { integerType, type WindowNode } from '../../src/fixed/ir.ts';
import { windowAccess } from '../../src/schedule/access.ts';
import { ringInterval } from '../../src/schedule/ring.ts';

/** Word by word: cycles in which each is written, and from which on its place is free. */
function wordByWord(depth: number, words: number, reads: number, needs: Int32Array, releases: Int32Array): number {
  const written: number[] = [];
  const free: number[] = [];
  const ends: number[] = [];
  for (let frame = 0, end = 0; frame < 4; frame++) {
    needs.forEach((own, step) => {
      const need = frame * words + own;
      while (written.length < need) {
        const after = written.length === 0 ? 0 : written[written.length - 1] + 1;
        written.push(Math.max(after, free[written.length - depth] ?? 0));
      }
      end = Math.max(end, need === 0 ? 0 : written[need - 1] + 1) + reads;
      for (let word = 0; word < releases[step]; word++) free.push(end);
    });
    ends.push(end);
  }
  return ends[3] - ends[2];
}

it('the interval of a ring is what going through its words shows', () => {
  const side = fc.integer({ min: 1, max: 8 });
  fc.assert(fc.property(fc.record({
    height: side, width: side, channels: fc.constantFrom(1, 2, 4), kernel: fc.tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2, 3)),
    stride: fc.tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2, 3)), pad: fc.tuple(...[0, 0, 0, 0].map(() => fc.constantFrom(0, 1))),
  }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 40 }), (geometry, reads, more) => {
    const { height, width, channels, kernel } = geometry;
    fc.pre(kernel[0] <= height && kernel[1] <= width);
    const node: WindowNode = {
      op: 'window', name: 'windows', origins: [], arg: 0, dilation: [1, 1], fill: Float64Array.of(0), order: 'pixel', shape: [], type: integerType(0, 1),
      ...geometry, pad: geometry.pad as unknown as WindowNode['pad'],
    };
    const { depth, words, needs, releases } = windowAccess(node, 1, channels);
    expect(ringInterval(depth + more, words, reads, needs, releases)).toBe(wordByWord(depth + more, words, reads, needs, releases));
  }), { numRuns: 500 });
});
