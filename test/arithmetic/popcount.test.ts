import { describe, expect, it } from 'vitest';
import { isComplemented, netOf, type Bit } from '../../codegen/arithmetic/netlist.ts';
import { buildAgreement, buildPopcount, buildThreshold, type BuiltPopcount } from '../../codegen/arithmetic/popcount.ts';
import { simulate } from '../../codegen/arithmetic/simulate.ts';
import { Random } from '../verilog/random.ts';
import { illegalPlaces } from './legal.ts';

/** Every case of `inputs` bits, or `rounds` times 32 random ones, and what the cells give for it. */
function* cases({ netlist, inputs, outputs }: BuiltPopcount, random: Random): Generator<{ bits: number[]; found: number }> {
  const exhaustive = inputs.length <= 10;
  const rounds = exhaustive ? Math.ceil(2 ** inputs.length / 32) : 8;
  for (let round = 0; round < rounds; round++) {
    const words = new Map(inputs.map((net, index): [number, number] => {
      if (!exhaustive) return [net, random.bits() | 0];
      let word = 0;
      for (let k = 0; k < 32; k++) word |= (((round * 32 + k) >> index) & 1) << k;
      return [net, word];
    }));
    const result = simulate(netlist, words);
    const value = (bit: Bit, k: number): number => ((result[netOf(bit)] >>> k) & 1) ^ (isComplemented(bit) ? 1 : 0);
    for (let k = 0; k < 32; k++) {
      yield { bits: inputs.map(net => (words.get(net)! >>> k) & 1), found: outputs.reduce((sum, bit, c) => sum + value(bit, k) * 2 ** c, 0) };
    }
  }
}

const ones = (bits: readonly number[]): number => bits.reduce((sum, bit) => sum + bit, 0);

for (const counting of ['registered', 'combinational'] as const) {
  describe(`counts in cells (${counting})`, () => {
    const random = new Random(5);

    it('count ones', () => {
      for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 31, 64, 100, 129]) {
        const built = buildPopcount(size, { counting });
        for (const { bits, found } of cases(built, random)) if (found !== ones(bits)) expect.fail(`${size} bits: ${bits.join('')} counts ${found}`);
        expect(illegalPlaces(built.netlist, built.outputs, counting)).toEqual([]);
      }
    });

    it('reach thresholds', () => {
      for (const size of [1, 2, 3, 7, 10, 40]) {
        for (let threshold = -1; threshold <= size + 1; threshold++) {
          const built = buildThreshold(size, threshold, { counting });
          for (const { bits, found } of cases(built, random)) {
            if (found !== Number(ones(bits) >= threshold)) expect.fail(`${bits.join('')} against ${threshold}: ${found}`);
          }
          expect(illegalPlaces(built.netlist, built.outputs, counting)).toEqual([]);
        }
      }
    });

    it('count agreements', () => {
      for (const size of [1, 2, 3, 4, 5, 12, 33, 64]) {
        for (const threshold of [1, Math.ceil(size / 2), size]) {
          const built = buildAgreement(size, threshold, { counting });
          for (const { bits, found } of cases(built, random)) {
            const agreements = bits.slice(0, size).filter((bit, index) => bit === bits[size + index]).length;
            if (found !== Number(agreements >= threshold)) expect.fail(`${bits.join('')} against ${threshold}: ${found}`);
          }
          expect(illegalPlaces(built.netlist, built.outputs, counting)).toEqual([]);
        }
      }
    });

    it('take about half a table a bit', () => {
      for (const size of [64, 128, 256, 784]) {
        expect(buildThreshold(size, size / 2, { counting }).netlist.lookups / size).toBeLessThan(0.58);
        expect(buildAgreement(size, size / 2, { counting }).netlist.lookups / size).toBeLessThan(1);
      }
    });
  });
}
