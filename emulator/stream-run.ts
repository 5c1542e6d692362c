import type { CompiledDesign } from './compile.ts';
import { FIELDS, type StreamPorts } from './lean/streams.ts';

/** Beats to send and to wait for. A beat takes whole words of 64 bits, its least significant bits first. */
export interface BeatRun {
  readonly inputs: readonly { readonly prefix: string; readonly words: BigUint64Array }[];
  readonly outputs: readonly { readonly prefix: string; readonly count: number }[];
  /** Pauses as `stallPattern` has them; streams are numbered in the order of the design's ports, inputs first. */
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
export const RESET_CYCLES = 4;
export const CYCLE_LIMIT = 1_000_000;

/** A run of beats as it lies in memory: what to write before `stream`, and how to read what it left. */
export interface BeatJob {
  /** Bytes of memory that it takes. */
  readonly bytes: number;
  readonly writes: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Memory that `collect` reads. */
  readonly reads: readonly { readonly address: number; readonly length: number }[];
  /** @throws Error where beats are missing, saying how far each output came */
  readonly collect: (reads: readonly Uint8Array[]) => BeatResult;
}

interface Placed {
  readonly prefix: string;
  readonly ports: StreamPorts;
  readonly beats: number;
  /** Words of a beat. */
  readonly each: number;
  readonly data: number;
  readonly cycles: number;
}

/** Lays a run of beats out from the end of the design's own memory on. */
export function beatJob(request: BeatRun, { fast, layout }: CompiledDesign): BeatJob {
  const { stall = { seed: 0, percent: 0 }, cycleLimit = CYCLE_LIMIT } = request;
  let end = layout.bytes;
  const allocate = (bytes: number): number => {
    const address = Math.ceil(end / 16) * 16;
    end = address + bytes;
    return address;
  };
  const place = (prefix: string, input: boolean, beatsOf: (each: number) => number): Placed => {
    const ports = fast.streams.find((each) => each.prefix === prefix && each.input === input);
    if (ports === undefined) throw new Error(`no ${input ? 'input' : 'output'} stream is called ${prefix}`);
    const each = layout.words(ports.data);
    const beats = beatsOf(each);
    return { prefix, ports, beats, each, data: allocate(8 * each * beats), cycles: allocate(4 * beats) };
  };
  const inputs = request.inputs.map(({ prefix, words }) => place(prefix, true, (each) => words.length / each));
  const outputs = request.outputs.map(({ prefix, count }) => place(prefix, false, () => count));
  const all = [...inputs, ...outputs];
  const field = (address: number, value: number): { address: number; bytes: Uint8Array } =>
    ({ address, bytes: new Uint8Array(Uint32Array.of(value).buffer) });
  const writes = [
    ...fast.streams.map(({ block }) => ({ address: block, bytes: new Uint8Array(16) })),
    ...all.flatMap(({ ports: { block }, beats, data, cycles }) =>
      [field(block + FIELDS.beat, data), field(block + FIELDS.left, beats), field(block + FIELDS.cycle, cycles)]),
    ...inputs.map(({ data }, i) => {
      const { buffer, byteOffset, byteLength } = request.inputs[i].words;
      return { address: data, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
    }),
    field(fast.control.seed, stall.seed), field(fast.control.percent, stall.percent), field(fast.control.cycle, 0),
  ];
  const reads = [
    { address: fast.control.cycle, length: 4 },
    ...all.flatMap(({ ports, cycles, beats }) => [{ address: ports.block + FIELDS.left, length: 4 }, { address: cycles, length: 4 * beats }]),
    ...outputs.map(({ data, each, beats }) => ({ address: data, length: 8 * each * beats })),
  ];
  const collect = (found: readonly Uint8Array[]): BeatResult => {
    const numbers = (index: number): Int32Array => new Int32Array(found[index].buffer, found[index].byteOffset, found[index].byteLength / 4);
    const done = all.map(({ beats }, i) => beats - numbers(1 + 2 * i)[0]);
    if (outputs.some(({ beats }, o) => done[inputs.length + o] < beats)) {
      const reached = outputs.map(({ prefix, beats }, o) => `${prefix} has ${done[inputs.length + o]} of ${beats} beats`);
      throw new Error(`no end after ${cycleLimit} cycles: ${reached.join(', ')}`);
    }
    const cyclesOf = (i: number): Int32Array => numbers(2 + 2 * i).slice(0, done[i]);
    return {
      inputs: inputs.map(({ prefix }, i) => ({ prefix, cycles: cyclesOf(i) })),
      outputs: outputs.map(({ prefix }, o) => {
        const { buffer, byteOffset, byteLength } = found[1 + 2 * all.length + o];
        return { prefix, words: new BigUint64Array(buffer, byteOffset, byteLength / 8), cycles: cyclesOf(inputs.length + o) };
      }),
      cycles: numbers(0)[0],
    };
  };
  return { bytes: end, writes, reads, collect };
}
