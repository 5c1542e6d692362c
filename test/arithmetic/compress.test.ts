import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Counting } from '../../codegen/arithmetic/atoms.ts';
import { compress, planHeap } from '../../codegen/arithmetic/compress.ts';
import { bitOf, isComplemented, Netlist, netOf, ONE, type Bit } from '../../codegen/arithmetic/netlist.ts';
import { longestPath } from '../../codegen/arithmetic/path.ts';
import { simulate } from '../../codegen/arithmetic/simulate.ts';
import { illegalPlaces } from './legal.ts';

const countings: readonly Counting[] = ['registered', 'combinational'];

/** Columns of a heap; each bit is a net of its own (true: complemented), or the constant one. */
const heaps = fc.array(fc.array(fc.constantFrom('net', 'complement', 'one'), { maxLength: 17 }), { minLength: 1, maxLength: 9 });

function build(kinds: readonly (readonly string[])[]): { netlist: Netlist; heap: Bit[][] } {
  const netlist = new Netlist();
  // Never more than one constant a column: constants are added up before.
  const heap = kinds.map(column => column.filter((kind, index) => kind !== 'one' || column.indexOf('one') === index)
    .map(kind => (kind === 'one' ? ONE : bitOf(netlist.net()) ^ (kind === 'complement' ? 1 : 0))));
  return { netlist, heap };
}

describe('compression of heaps', () => {
  for (const counting of countings) {
    for (const shallow of [false, true]) {
      it(`gives the sum (${counting}${shallow ? ', shallow' : ''})`, () => {
        fc.assert(fc.property(heaps, fc.integer(), (kinds, seed) => {
          const { netlist, heap } = build(kinds);
          const inputs = new Map(Array.from({ length: netlist.level.length - 1 }, (_, index) => (
            [index + 1, Math.imul(seed ^ (index * 0x9e3779b9), 0x85ebca6b) ^ Math.imul(index + 7, 0x2c1b3c6d)]
          )));
          const sum = compress(netlist, heap, { counting, shallow });
          const words = simulate(netlist, inputs);
          const value = (bit: Bit, k: number): bigint => BigInt(((words[netOf(bit)] >>> k) & 1) ^ (isComplemented(bit) ? 1 : 0));
          for (let k = 0; k < 32; k++) {
            const expected = heap.reduce((total, bits, c) => bits.reduce((all, bit) => all + (value(bit, k) << BigInt(c)), total), 0n);
            const found = sum.reduce((total, bit, c) => total + (value(bit, k) << BigInt(c)), 0n);
            expect(found).toBe(BigInt.asUintN(heap.length, expected));
          }
          expect(illegalPlaces(netlist, sum, counting)).toEqual([]);
        }), { numRuns: 150 });
      });
    }
  }

  it('takes out two bits a table, all but', () => {
    for (const size of [31, 63, 127, 255, 511]) {
      const width = Math.log2(size + 1);
      const heights = Array.from({ length: width }, (_, column) => (column === 0 ? size : 0));
      expect(planHeap(heights, { counting: 'registered' }).cost).toBeLessThan((size - width) / 2 + 6);
    }
  });

  it('is the same every time', () => {
    const make = (): string => {
      const { netlist, heap } = build(Array.from({ length: 6 }, () => new Array<string>(11).fill('net')));
      compress(netlist, heap, { counting: 'registered' });
      return JSON.stringify(netlist.cells, (_, value: unknown) => (typeof value === 'bigint' ? value.toString(16) : value));
    };
    expect(make()).toBe(make());
  });

  it('keeps paths short where asked to', () => {
    const paths = [false, true].map(shallow => {
      const { netlist, heap } = build(Array.from({ length: 16 }, () => new Array<string>(24).fill('net')));
      compress(netlist, heap, { counting: 'registered', shallow });
      return longestPath(netlist);
    });
    expect(paths[1]).toBeLessThan(paths[0]);
  });
});
