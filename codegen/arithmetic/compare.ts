import { rangeOf, type BuiltProduct, type InputFormat } from './build.ts';
import type { Matrix } from './graph.ts';
import { isComplemented, netOf } from './netlist.ts';
import { simulate } from './simulate.ts';

/**
 * Simulates the cells of a product for 32 vectors a round and compares every row with the matrix times the vector, modulo 2^width. The
 * first vectors are all lowest and all highest values; `random` gives words of 32 bits for the others. Returns the number of results
 * that differ.
 */
export function countDifferences(
  { netlist, inputs, outputs }: BuiltProduct, matrix: Matrix, formats: readonly InputFormat[], rounds: number, random: () => number,
): number {
  let differences = 0;
  for (let round = 0; round < rounds; round++) {
    const words = new Map<number, number>();
    const vectors = Array.from({ length: 32 }, () => new Array<number>(inputs.length));
    inputs.forEach((nets, element) => {
      const { signed, width } = formats[element];
      const sign = width - 1;
      nets.forEach((net, bit) => {
        const lowest = signed && bit === sign ? 1 : 0;
        const word = random();
        words.set(net, round === 0 ? (word & ~3) | lowest | ((1 - lowest) << 1) : word);
      });
      vectors.forEach((vector, index) => {
        let value = 0;
        nets.forEach((net, bit) => { value += ((words.get(net)! >>> index) & 1) * 2 ** bit; });
        vector[element] = signed && value >= 2 ** sign ? value - 2 ** width : value;
      });
    });
    const result = simulate(netlist, words);
    outputs.forEach((bits, row) => {
      vectors.forEach((vector, index) => {
        const expected = vector.reduce((sum, value, column) => sum + value * matrix[row][column], 0);
        let found = 0n;
        bits.forEach((bit, place) => {
          const value = ((result[netOf(bit)] >>> index) & 1) ^ (isComplemented(bit) ? 1 : 0);
          if (value === 1) found |= 1n << BigInt(place);
        });
        if (BigInt.asUintN(bits.length, BigInt(expected)) !== found) differences++;
      });
    });
  }
  return differences;
}

/** The formats of `count` elements of one kind: `s8` is signed with 8 bits, `u1` one bit without sign. */
export function formatsOf(kind: string, count: number): InputFormat[] {
  const format: InputFormat = { width: Number(kind.slice(1)), signed: kind.startsWith('s') };
  if (!/^[su]\d+$/.test(kind) || rangeOf(format).high > 2 ** 31) throw new Error(`no number format is called ${kind}`);
  return new Array<InputFormat>(count).fill(format);
}
