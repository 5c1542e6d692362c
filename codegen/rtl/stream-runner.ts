import type { Simulator } from './simulator.ts';

/** A request to send and receive beats on ports `<prefix>_tvalid`, `_tready`, `_tdata` and, where asked for, `_tlast`. */
export interface StreamRequest {
  /** `last`: for each beat, whether it ends a packet. */
  readonly inputs: readonly { readonly prefix: string; readonly beats: readonly bigint[]; readonly last?: readonly boolean[] }[];
  /** How many beats to wait for; `last`: record `_tlast` too. */
  readonly outputs: readonly { readonly prefix: string; readonly count: number; readonly last?: boolean }[];
  /** Whether a stream's outer end pauses in a cycle; inputs are numbered first, then outputs. */
  readonly stall?: (stream: number, cycle: number) => boolean;
  /** Inner streams to record: a beat is seen where `valid` and, if present, `ready` are high. Paths of signals. */
  readonly probes?: readonly { readonly name: string; readonly valid: string; readonly ready?: string; readonly data: string }[];
  readonly cycleLimit?: number;
  /** Cycles after which the run ends, whether all beats have come or not. */
  readonly stopAfter?: number;
  /** Called in every cycle after all signals have settled, before the clock edge. */
  readonly onCycle?: (cycle: number) => void;
}

/** Beats that passed, and in which cycles; cycle 0 is the first one after reset. */
export interface StreamResult {
  readonly outputs: readonly {
    readonly prefix: string; readonly beats: bigint[]; readonly cycles: number[]; readonly last?: boolean[];
  }[];
  readonly inputs: readonly { readonly prefix: string; readonly cycles: number[] }[];
  readonly probes: readonly { readonly name: string; readonly beats: bigint[]; readonly cycles: number[] }[];
  readonly cycles: number;
}

/** Clock cycles with reset active in front of every run. */
const RESET_CYCLES = 4;

/**
 * Sends beats through the top module until every output has given as many as asked for, or `stopAfter` cycles have passed. As AXI4-Stream
 * demands, a valid beat stays until it is taken: a pausing input withholds only the next one. Data is 0 while nothing is offered.
 * @throws Error when `cycleLimit` is passed, saying how far each output came (a deadlock, usually)
 */
export function runStreams(simulator: Simulator, request: StreamRequest): StreamResult {
  const { stall = () => false, probes = [], cycleLimit = 1_000_000, stopAfter = Infinity, onCycle } = request;
  const inputs = request.inputs.map(({ prefix, beats, last }) => ({
    prefix, beats, last, cycles: [] as number[], offered: false,
    valid: simulator.input(`${prefix}_tvalid`), data: simulator.input(`${prefix}_tdata`), ready: simulator.signal(`${prefix}_tready`),
    end: last === undefined ? undefined : simulator.input(`${prefix}_tlast`),
  }));
  const outputs = request.outputs.map(({ prefix, count, last = false }) => ({
    prefix, count, beats: [] as bigint[], cycles: [] as number[], accepting: false,
    ready: simulator.input(`${prefix}_tready`), valid: simulator.signal(`${prefix}_tvalid`), data: simulator.signal(`${prefix}_tdata`),
    end: last ? simulator.signal(`${prefix}_tlast`) : undefined, ...(last ? { last: [] as boolean[] } : {}),
  }));
  const watched = probes.map(({ name, valid, ready, data }) => ({
    name, beats: [] as bigint[], cycles: [] as number[],
    valid: simulator.signal(valid), ready: ready === undefined ? undefined : simulator.signal(ready), data: simulator.signal(data),
  }));

  simulator.reset();
  simulator.setReset(true);
  for (let cycle = 0; cycle < RESET_CYCLES; cycle++) simulator.clock();
  simulator.setReset(false);

  let cycle = 0;
  for (; cycle < stopAfter && outputs.some((output) => output.beats.length < output.count); cycle++) {
    if (cycle >= cycleLimit) {
      const progress = outputs.map(({ prefix, beats, count }) => `${prefix} has ${beats.length} of ${count} beats`).join(', ');
      throw new Error(`no end after ${cycleLimit} cycles: ${progress}`);
    }
    inputs.forEach((input, stream) => {
      if (!input.offered && input.cycles.length < input.beats.length && !stall(stream, cycle)) {
        input.offered = true;
        input.data.set(input.beats[input.cycles.length]);
        input.valid.setNumber(1);
        input.end?.setNumber(input.last![input.cycles.length] ? 1 : 0);
      }
    });
    outputs.forEach((output, i) => {
      const accepting = output.beats.length < output.count && !stall(inputs.length + i, cycle);
      if (accepting !== output.accepting) output.ready.setNumber(accepting ? 1 : 0);
      output.accepting = accepting;
    });
    simulator.settle();
    onCycle?.(cycle);
    for (const probe of watched) {
      if (probe.valid.getNumber() === 0 || probe.ready?.getNumber() === 0) continue;
      probe.beats.push(probe.data.get());
      probe.cycles.push(cycle);
    }
    for (const output of outputs) {
      if (!output.accepting || output.valid.getNumber() === 0) continue;
      output.beats.push(output.data.get());
      output.cycles.push(cycle);
      output.last?.push(output.end!.getNumber() === 1);
    }
    const taken = inputs.filter((input) => input.offered && input.ready.getNumber() === 1);
    simulator.clock();
    for (const input of taken) {
      input.cycles.push(cycle);
      input.offered = false;
      input.valid.setNumber(0);
      input.data.setNumber(0);
      input.end?.setNumber(0);
    }
  }
  return {
    outputs: outputs.map(({ prefix, beats, cycles, last }) => ({ prefix, beats, cycles, ...(last === undefined ? {} : { last }) })),
    inputs: inputs.map(({ prefix, cycles }) => ({ prefix, cycles })),
    probes: watched.map(({ name, beats, cycles }) => ({ name, beats, cycles })),
    cycles: cycle,
  };
}

/**
 * Pauses in `percent` of all cycles, picked by a hash of seed, stream and cycle (all 32-bit, products modulo 2^32):
 *     h = seed ^ stream * 0x9e3779b9 ^ cycle * 0x85ebca6b
 *     h = (h ^ h >> 16) * 0x7feb352d;  h = (h ^ h >> 15) * 0x846ca68b;  h = h ^ h >> 16;  pause if h mod 100 < percent
 * The Verilator harness computes the same.
 */
export function stallPattern(seed: number, percent: number): (stream: number, cycle: number) => boolean {
  return (stream, cycle) => {
    let hash = seed ^ Math.imul(stream, 0x9e3779b9) ^ Math.imul(cycle, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
    hash ^= hash >>> 16;
    return (hash >>> 0) % 100 < percent;
  };
}
