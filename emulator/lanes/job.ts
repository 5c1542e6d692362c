import { FIELDS } from '../lean/streams.ts';
import { CYCLE_LIMIT, type BeatResult } from '../stream-run.ts';
import type { LaneCode } from './compile.ts';

/** Beats for many copies: in each input, one list of words a copy, all of one length. */
export interface LaneRun {
  readonly inputs: readonly { readonly prefix: string; readonly words: readonly BigUint64Array[] }[];
  readonly outputs: readonly { readonly prefix: string; readonly count: number }[];
  readonly stall?: { readonly seed: number; readonly percent: number };
  readonly cycleLimit?: number;
  /** Called now and then with the number of beats that each copy still misses. */
  readonly progress?: (missing: number) => void;
}

/** A run as it lies in memory, as `BeatJob` is one of one copy. */
export interface LaneJob {
  readonly bytes: number;
  readonly writes: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Those of `writes` that say where the next beats are and how many are left. */
  readonly start: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly reads: readonly { readonly address: number; readonly length: number }[];
  /** A result for each copy. @throws Error where beats are missing */
  readonly collect: (reads: readonly Uint8Array[]) => BeatResult[];
}

/** Lays a run out from the end of the design's own memory on: the words of one beat of all copies, then those of the next. */
export function laneJob(request: LaneRun, { streams, layout, copies, control, design }: LaneCode): LaneJob {
  const { stall = { seed: 0, percent: 0 }, cycleLimit = CYCLE_LIMIT } = request;
  let end = layout.bytes;
  const allocate = (bytes: number): number => {
    const address = Math.ceil(end / 16) * 16;
    end = address + bytes;
    return address;
  };
  const place = (prefix: string, input: boolean, beatsOf: (each: number) => number) => {
    const ports = streams.find((each) => each.prefix === prefix && each.input === input);
    if (ports === undefined) throw new Error(`no ${input ? 'input' : 'output'} stream is called ${prefix}`);
    const each = Math.ceil(design.copies.nodes[ports.data].width / 64);
    const beats = beatsOf(each);
    return { prefix, ports, beats, each, data: allocate(8 * each * beats * copies), cycles: allocate(4 * beats) };
  };
  const inputs = request.inputs.map(({ prefix, words }) => place(prefix, true, (each) => words[0].length / each));
  const outputs = request.outputs.map(({ prefix, count }) => place(prefix, false, () => count));
  const all = [...inputs, ...outputs];
  const field = (address: number, value: number): { address: number; bytes: Uint8Array } =>
    ({ address, bytes: new Uint8Array(Uint32Array.of(value).buffer) });
  const start = all.flatMap(({ ports: { block }, beats, data, cycles }) =>
    [field(block + FIELDS.beat, data), field(block + FIELDS.left, beats), field(block + FIELDS.cycle, cycles)]);
  const writes = [
    ...streams.map(({ block }) => ({ address: block, bytes: new Uint8Array(16) })),
    ...start,
    ...inputs.map(({ data, each, beats }, i) => {
      const mixed = new BigUint64Array(each * beats * copies);
      request.inputs[i].words.forEach((words, copy) => {
        for (let beat = 0; beat < beats; beat++) {
          for (let k = 0; k < each; k++) mixed[(beat * copies + copy) * each + k] = words[beat * each + k];
        }
      });
      return { address: data, bytes: new Uint8Array(mixed.buffer) };
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
    const mixed = outputs.map((_, o) => {
      const { buffer, byteOffset, byteLength } = found[1 + 2 * all.length + o];
      return new BigUint64Array(buffer, byteOffset, byteLength / 8);
    });
    return Array.from({ length: copies }, (_, copy) => ({
      inputs: inputs.map(({ prefix }, i) => ({ prefix, cycles: cyclesOf(i) })),
      outputs: outputs.map(({ prefix, each, beats }, o) => {
        const words = new BigUint64Array(each * beats);
        for (let beat = 0; beat < beats; beat++) {
          for (let k = 0; k < each; k++) words[beat * each + k] = mixed[o][(beat * copies + copy) * each + k];
        }
        return { prefix, words, cycles: cyclesOf(inputs.length + o) };
      }),
      cycles: numbers(0)[0],
    }));
  };
  return { bytes: end, writes, start, reads, collect };
}
