import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { synthesize } from '../../sim/yosys/index.ts';
import { sixThreeCount } from './six-three.ts';

/** A popcount with threshold on a target whose tables have four inputs, and the same in 6:3 compressors, under the same Yosys command. */
export interface CountOfFour {
  readonly target: string;
  readonly size: number;
  readonly lut: number;
  readonly path: number;
  readonly sixThree: number;
  readonly sixThreePath: number;
  readonly ratio: number;
}

/** Popcounts with threshold on iCE40 and ECP5, as they are emitted for these targets. */
export async function countsOfFour(sizes: readonly number[]): Promise<CountOfFour[]> {
  const results: CountOfFour[] = [];
  for (const target of ['ice40', 'ecp5']) {
    for (const size of sizes) {
      const threshold = Math.floor(size / 2) + 1;
      const builder = new ModuleBuilder('count');
      builder.output('result', builder.thresholds(builder.popcount(builder.input('arg', size)), false, [BigInt(threshold)]));
      const ours = await synthesize(emitVerilog({ modules: [builder.finish()] }, { timing: { target, clock: 1 } }), 'count', { target, flatten: true });
      const other = await synthesize(new Map([['count.v', sixThreeCount(size, threshold)]]), 'count', { target, flatten: true });
      const [lut, sixThree] = [ours.total.lut, other.total.lut];
      results.push({ target, size, lut, path: ours.depth, sixThree, sixThreePath: other.depth, ratio: lut / sixThree });
      console.error(`${target} popcount of ${size}: ${lut} LUT, path ${ours.depth}; 6:3 ${sixThree}, ${other.depth}`);
    }
  }
  return results;
}
