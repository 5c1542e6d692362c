import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildProduct, rangeOf } from '../../codegen/arithmetic/build.ts';
import { relateRows } from '../../codegen/arithmetic/relate.ts';
import { bitOf, isComplemented, Netlist, netOf, type Bit } from '../../codegen/arithmetic/netlist.ts';
import { notBelow } from '../../codegen/arithmetic/reaches.ts';
import { simulate } from '../../codegen/arithmetic/simulate.ts';
import { illegalPlaces } from './legal.ts';
import { Random } from '../verilog/random.ts';

const valueOf = (words: Int32Array, bit: Bit, index: number): number => ((words[netOf(bit)] >>> index) & 1) ^ Number(isComplemented(bit));

/** A bit of 32 numbers. */
const wordOf = (values: readonly number[], bit: number): number => values.reduce((word, value, i) => word | (((value >> bit) & 1) << i), 0);

describe('comparisons with a constant', () => {
  it('of a number, for every level', () => {
    for (const width of [1, 3, 5, 6, 7, 11, 13]) {
      const random = new Random(width);
      for (let turn = 0; turn < 24; turn++) {
        const level = random.integer(-1, 2 ** width + 1);
        const netlist = new Netlist();
        const inputs = Array.from({ length: width }, () => netlist.net());
        const result = notBelow(netlist, inputs.map(bitOf), level);
        // Values at random, and those around the level.
        const most = 2 ** width - 1;
        const values = Array.from({ length: 32 }, (_, i) => (i < 3 ? Math.min(Math.max(level - 1 + i, 0), most) : random.integer(0, most)));
        const words = simulate(netlist, new Map(inputs.map((net, bit) => [net, wordOf(values, bit)])));
        values.forEach((value, i) => expect(valueOf(words, result, i)).toBe(Number(value >= level)));
        expect(illegalPlaces(netlist, [result], 'combinational')).toEqual([]);
      }
    }
  });

  it('of the rows of a product, those among them that others use', () => {
    let sums = 0;
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom([-1, 1], [-1, 0, 1], [-5, 3, 1, 0]),
      fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.integer({ min: 1, max: 1e6 }), (rows, columns, weights, width, signed, seed) => {
        const random = new Random(seed);
        const matrix = Array.from({ length: rows }, () => Int32Array.from({ length: columns }, () => random.pick(weights)));
        // One row often is another once more, or nearly.
        if (rows > 1) matrix[1] = matrix[0].map((weight, column) => (column === 0 ? weight + random.integer(0, 1) : weight));
        const formats = Array.from({ length: columns }, () => ({ width, signed }));
        const levels = matrix.map(() => random.integer(-2 * columns, 2 * columns));
        const graph = relateRows(matrix, formats.map(rangeOf), []);
        const { netlist, inputs, outputs } = buildProduct(graph, formats, { counting: 'combinational' }, { levels });
        if (graph.nodes.some((terms) => terms.some(({ source }) => source >= columns))) sums++;
        const { low, high } = rangeOf(formats[0]);
        const vectors = Array.from({ length: 32 }, () => Array.from({ length: columns }, () => random.integer(low, high)));
        const words = simulate(netlist, new Map(inputs.flatMap((nets, column) => nets.map((net, bit): [number, number] => (
          [net, wordOf(vectors.map((vector) => vector[column]), bit)])))));
        outputs.forEach(([bit, ...more], row) => {
          expect(more).toEqual([]);
          vectors.forEach((vector, i) => {
            const sum = vector.reduce((total, value, column) => total + value * matrix[row][column], 0);
            expect(valueOf(words, bit, i)).toBe(Number(sum >= levels[row]));
          });
        });
        expect(illegalPlaces(netlist, outputs.flat(), 'combinational')).toEqual([]);
      }), { numRuns: 200 });
    expect(sums).toBeGreaterThan(20);
  });
});
