import type { CompiledDesign } from './compile.ts';
import { FIELDS, type StreamControl, type StreamPorts } from './lean/streams.ts';

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

/** Beats for many copies: in each input, one list of words a copy, all of one length. */
export interface CopiesRun {
  readonly inputs: readonly { readonly prefix: string; readonly words: readonly BigUint64Array[] }[];
  readonly outputs: readonly { readonly prefix: string; readonly count: number }[];
  readonly stall?: { readonly seed: number; readonly percent: number };
  readonly cycleLimit?: number;
  /** Called now and then with the number of beats that each copy still misses. */
  readonly progress?: (missing: number) => void;
}

/** Bytes to be written to memory. */
interface Write { readonly address: number; readonly bytes: Uint8Array }

/** A run of beats as it lies in memory: what to write before `stream`, and how to read what it left. */
export interface StreamJob<Result> {
  /** Bytes of memory that it takes. */
  readonly bytes: number;
  readonly writes: readonly Write[];
  /** Those of `writes` that say where the next beats are and how many are left. */
  readonly start: readonly Write[];
  /** Memory that `collect` reads. */
  readonly reads: readonly { readonly address: number; readonly length: number }[];
  /** @throws Error where beats are missing, saying how far each output came */
  readonly collect: (reads: readonly Uint8Array[]) => Result;
}

/** Where a run is laid out: behind the design's own memory, for its streams. */
export interface StreamSite {
  readonly end: number;
  readonly streams: readonly StreamPorts[];
  readonly control: StreamControl;
  readonly copies: number;
  /** Words of a beat. */
  readonly wordsOf: (ports: StreamPorts) => number;
}

/** Lays a run of beats out for a design by itself. */
export function beatJob(request: BeatRun, { fast, layout }: CompiledDesign): StreamJob<BeatResult> {
  const inputs = request.inputs.map(({ prefix, words }) => ({ prefix, words: [words] }));
  const site = { end: layout.bytes, streams: fast.streams, control: fast.control, copies: 1, wordsOf: ({ data }: StreamPorts) => layout.words(data) };
  const job = copiesJob({ ...request, inputs }, site);
  return { ...job, collect: (reads) => job.collect(reads)[0] };
}

/** Lays a run out: the words of one beat of all copies, then those of the next. It gives a result for each copy. */
export function copiesJob(request: CopiesRun, { end: first, streams, control, copies, wordsOf }: StreamSite): StreamJob<BeatResult[]> {
  const { stall = { seed: 0, percent: 0 }, cycleLimit = CYCLE_LIMIT } = request;
  let end = first;
  const allocate = (bytes: number): number => {
    const address = Math.ceil(end / 16) * 16;
    end = address + bytes;
    return address;
  };
  const place = (prefix: string, input: boolean, beatsOf: (each: number) => number) => {
    const ports = streams.find((each) => each.prefix === prefix && each.input === input);
    if (ports === undefined) throw new Error(`no ${input ? 'input' : 'output'} stream is called ${prefix}`);
    const each = wordsOf(ports);
    const beats = beatsOf(each);
    return { prefix, ports, beats, each, data: allocate(8 * each * beats * copies), cycles: allocate(4 * beats) };
  };
  const inputs = request.inputs.map(({ prefix, words }) => place(prefix, true, (each) => words[0].length / each));
  const outputs = request.outputs.map(({ prefix, count }) => place(prefix, false, () => count));
  const all = [...inputs, ...outputs];
  const field = (address: number, value: number): Write => ({ address, bytes: new Uint8Array(Uint32Array.of(value).buffer) });
  const start = all.flatMap(({ ports: { block }, beats, data, cycles }) =>
    [field(block + FIELDS.beat, data), field(block + FIELDS.left, beats), field(block + FIELDS.cycle, cycles)]);
  const writes = [
    ...streams.map(({ block }) => ({ address: block, bytes: new Uint8Array(16) })),
    ...start,
    ...inputs.map(({ data, each, beats }, i) => {
      const { buffer, byteOffset, byteLength } = interleaved(request.inputs[i].words, each, beats);
      return { address: data, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
    }),
    field(control.seed, stall.seed), field(control.percent, stall.percent), field(control.cycle, 0),
  ];
  const reads = [
    { address: control.cycle, length: 4 },
    ...all.flatMap(({ ports, cycles, beats }) => [{ address: ports.block + FIELDS.left, length: 4 }, { address: cycles, length: 4 * beats }]),
    ...outputs.map(({ data, each, beats }) => ({ address: data, length: 8 * each * beats * copies })),
  ];
  const collect = (found: readonly Uint8Array[]): BeatResult[] => {
    const numbers = (index: number): Int32Array => new Int32Array(found[index].buffer, found[index].byteOffset, found[index].byteLength / 4);
    const done = all.map(({ beats }, i) => beats - numbers(1 + 2 * i)[0]);
    if (outputs.some(({ beats }, o) => done[inputs.length + o] < beats)) {
      const reached = outputs.map(({ prefix, beats }, o) => `${prefix} has ${done[inputs.length + o]} of ${beats} beats`);
      throw new Error(`no end after ${cycleLimit} cycles: ${reached.join(', ')}`);
    }
    const cyclesOf = (i: number): Int32Array => numbers(2 + 2 * i).slice(0, done[i]);
    const words = outputs.map(({ each, beats }, o) => {
      const { buffer, byteOffset, byteLength } = found[1 + 2 * all.length + o];
      return apart(new BigUint64Array(buffer, byteOffset, byteLength / 8), each, beats, copies);
    });
    return Array.from({ length: copies }, (_, copy) => ({
      inputs: inputs.map(({ prefix }, i) => ({ prefix, cycles: cyclesOf(i) })),
      outputs: outputs.map(({ prefix }, o) => ({ prefix, words: words[o][copy], cycles: cyclesOf(inputs.length + o) })),
      cycles: numbers(0)[0],
    }));
  };
  return { bytes: end, writes, start, reads, collect };
}

/** The beats of all copies, `each` words a beat: copy after copy in every beat. */
function interleaved(lists: readonly BigUint64Array[], each: number, beats: number): BigUint64Array {
  if (lists.length === 1) return lists[0];
  const mixed = new BigUint64Array(each * beats * lists.length);
  lists.forEach((words, copy) => {
    for (let beat = 0; beat < beats; beat++) {
      for (let k = 0; k < each; k++) mixed[(beat * lists.length + copy) * each + k] = words[beat * each + k];
    }
  });
  return mixed;
}

function apart(mixed: BigUint64Array, each: number, beats: number, copies: number): BigUint64Array[] {
  if (copies === 1) return [mixed];
  return Array.from({ length: copies }, (_, copy) => {
    const words = new BigUint64Array(each * beats);
    for (let beat = 0; beat < beats; beat++) {
      for (let k = 0; k < each; k++) words[beat * each + k] = mixed[(beat * copies + copy) * each + k];
    }
    return words;
  });
}
