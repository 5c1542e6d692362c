import { flatten } from '../../codegen/rtl/flatten.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { LaneEmulator, lanesOf, type CopiesRun, type LaneSession } from '../../emulator/index.ts';
import type { Stimulus } from './stimulus.ts';

/** Copies side by side, as `run` takes them for large data sets. */
export const COPIES = 32;
/** Beats, and so cycles, after which they come again. */
export const BEATS = 2048;

/** Copies of a design that are fed at full speed, each with other rows of the stimulus. */
export class ManyStimuli {
  private constructor(private readonly session: LaneSession) {}

  /** Nothing where copies of the design do not run side by side. */
  static of(design: Design, stimulus: Stimulus): ManyStimuli | undefined {
    const code = lanesOf(flatten(design), COPIES);
    if (code === undefined) return undefined;
    return new ManyStimuli(new LaneEmulator(code).begin(fullSpeedRun(code.streams, stimulus, COPIES)));
  }

  /** Lets cycles pass in all copies; gives the number of cycles of all of them together. At most one beat passes a port in a cycle. */
  advance(cycles: number): number {
    for (let left = cycles; left > 0; left -= BEATS) {
      this.session.rewind();
      this.session.advance(Math.min(left, BEATS));
    }
    return cycles * COPIES;
  }
}

/** Beats for copies, each with other rows of the stimulus; outputs wait for more than come. */
export function fullSpeedRun(streams: readonly { readonly prefix: string; readonly input: boolean }[], stimulus: Stimulus, copies: number): CopiesRun {
  const inputs = streams.filter(({ input }) => input).map(({ prefix }) => {
    const { width, values } = stimulus.ports.find(({ name }) => name === `${prefix}_tdata`)!;
    const each = Math.ceil(width / 64);
    const row = Array.from({ length: stimulus.rows }, (_, r) =>
      Array.from({ length: each }, (_unused, k) => BigInt.asUintN(64, values[r] >> BigInt(64 * k))));
    return {
      prefix,
      words: Array.from({ length: copies }, (_, copy) =>
        BigUint64Array.from({ length: BEATS * each }, (_unused, i) => row[(Math.floor(i / each) + 37 * copy) % stimulus.rows][i % each])),
    };
  });
  return { inputs, outputs: streams.filter(({ input }) => !input).map(({ prefix }) => ({ prefix, count: BEATS + 1 })) };
}
