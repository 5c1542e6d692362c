import type { CompiledDesign } from './compile.ts';
import type { Memory } from './memory.ts';
import { FIELDS, type StreamPorts } from './lean/streams.ts';
import { wordsOf } from './layout.ts';

/** Beats to send and to wait for. A beat takes whole words of 64 bits, its least significant bits first. */
export interface BeatRun {
  readonly inputs: readonly { readonly prefix: string; readonly words: BigUint64Array }[];
  readonly outputs: readonly { readonly prefix: string; readonly count: number }[];
  /** Pauses as `stallPattern` has them; inputs are numbered first, then outputs, in the order of the design's ports. */
  readonly stall?: { readonly seed: number; readonly percent: number };
  readonly cycleLimit?: number;
  /** Called now and then with the number of beats that are still missing. */
  readonly progress?: (missing: number) => void;
}

/** Beats that passed and in which cycles; cycle 0 is the first one after reset. */
export interface BeatResult {
  readonly inputs: readonly { readonly prefix: string; readonly cycles: Int32Array }[];
  readonly outputs: readonly { readonly prefix: string; readonly words: BigUint64Array; readonly cycles: Int32Array }[];
  readonly cycles: number;
}

/** Clock cycles with reset active in front of every run. */
const RESET_CYCLES = 4;
/** Cycles after which the code comes back. */
const TURN = 200_000;

interface Clocked {
  reset(): void;
  setReset(active: boolean): void;
  run(cycles: number): void;
}

/**
 * Lays the beats into memory, runs the streams, and takes the results out again.
 * @throws Error when the limit of cycles is passed, saying how far each output came
 */
export function runOnMemory(
  request: BeatRun, emulator: Clocked, { fast, flat, layout }: CompiledDesign, memory: Memory,
  stream: (most: number) => number, passed: (cycles: number) => void,
): BeatResult {
  const { stall = { seed: 0, percent: 0 }, cycleLimit = 1_000_000, progress } = request;
  const mark = layout.bytes;
  emulator.reset();
  emulator.setReset(true);
  emulator.run(RESET_CYCLES);
  emulator.setReset(false);

  const find = (prefix: string, input: boolean): StreamPorts => {
    const found = fast.streams.find((each) => each.prefix === prefix && each.input === input);
    if (found === undefined) throw new Error(`no ${input ? 'input' : 'output'} stream is called ${prefix}`);
    return found;
  };
  const wordsIn = ({ data }: StreamPorts): number => wordsOf(flat.nodes[data]?.width ?? layout.width(data));
  const inputs = request.inputs.map(({ prefix, words }) => {
    const ports = find(prefix, true);
    return { prefix, ports, words, beats: words.length / wordsIn(ports) };
  });
  const outputs = request.outputs.map(({ prefix, count }) => {
    const ports = find(prefix, false);
    return { prefix, ports, beats: count, each: wordsIn(ports) };
  });
  const places = [...inputs, ...outputs].map((each) => {
    const size = 'words' in each ? each.words.length : each.beats * each.each;
    return { beat: memory.allocate(8 * size), cycle: memory.allocate(4 * each.beats), beats: each.beats, ports: each.ports };
  });
  for (const { block } of fast.streams) for (const field of Object.values(FIELDS)) memory.halves[(block + field) >> 2] = 0;
  for (const { beat, cycle, beats, ports: { block } } of places) {
    memory.halves[(block + FIELDS.beat) >> 2] = beat;
    memory.halves[(block + FIELDS.left) >> 2] = beats;
    memory.halves[(block + FIELDS.cycle) >> 2] = cycle;
  }
  inputs.forEach(({ words }, i) => memory.words.set(words, places[i].beat >> 3));
  memory.halves[fast.control.seed >> 2] = stall.seed;
  memory.halves[fast.control.percent >> 2] = stall.percent;
  memory.halves[fast.control.cycle >> 2] = 0;

  let cycles = 0;
  let missing = outputs.reduce((sum, { beats }) => sum + beats, 0);
  while (missing > 0) {
    if (cycles >= cycleLimit) {
      const left = ({ ports: { block } }: (typeof outputs)[number]): number => memory.halves[(block + FIELDS.left) >> 2];
      const reached = outputs.map((output) => `${output.prefix} has ${output.beats - left(output)} of ${output.beats} beats`);
      layout.release(mark);
      throw new Error(`no end after ${cycleLimit} cycles: ${reached.join(', ')}`);
    }
    missing = stream(Math.min(TURN, cycleLimit - cycles));
    passed(memory.halves[fast.control.cycle >> 2] - cycles);
    cycles = memory.halves[fast.control.cycle >> 2];
    progress?.(missing);
  }
  const cyclesOf = (i: number): Int32Array => {
    const { cycle, beats, ports: { block } } = places[i];
    const done = beats - memory.halves[(block + FIELDS.left) >> 2];
    return new Int32Array(memory.wasm.buffer, cycle, done).slice();
  };
  const result = {
    inputs: inputs.map(({ prefix }, i) => ({ prefix, cycles: cyclesOf(i) })),
    outputs: outputs.map(({ prefix, beats, each }, o) => {
      const start = places[inputs.length + o].beat >> 3;
      return { prefix, words: memory.words.slice(start, start + beats * each), cycles: cyclesOf(inputs.length + o) };
    }),
    cycles,
  };
  layout.release(mark);
  return result;
}
