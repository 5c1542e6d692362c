import type { VerilatorModel } from './build.ts';
import { writeProbes, type Probe } from './cycles.ts';
import { exchange, WordWriter } from './exchange.ts';

export interface StreamRequest {
  /** Port groups `<prefix>_tvalid`, `_tready`, `_tdata` (or without the `t`) and the words to send. */
  readonly inputs: readonly { readonly prefix: string; readonly beats: readonly bigint[] }[];
  /** Port groups and how many words to wait for. */
  readonly outputs: readonly { readonly prefix: string; readonly count: number }[];
  /** In `percent` of the cycles a side pauses, picked by a hash of seed, stream and cycle. */
  readonly stall?: { readonly seed: number; readonly percent: number };
  /** Inner signals to record in every cycle; the model must have been built with `trace`. */
  readonly probes?: readonly Probe[];
  /** The run ends here if the outputs are not complete before. */
  readonly cycleLimit?: number;
}

/** Beats that passed, and in which cycles; cycle 0 is the first one after reset. */
export interface StreamResult {
  readonly cycles: number;
  readonly outputs: readonly { readonly prefix: string; readonly beats: bigint[]; readonly cycles: number[] }[];
  readonly inputs: readonly { readonly prefix: string; readonly cycles: number[] }[];
  /** By path, cycle by cycle. */
  readonly probes: Readonly<Record<string, bigint[]>>;
}

/** Clock cycles with reset low in front of every run. */
const RESET_CYCLES = 4;

/** Sends beats through the module until every output has given as many as asked for. Throws an `Error` if a stream is missing. */
export async function runVerilator(
  model: VerilatorModel, { inputs, outputs, stall = { seed: 0, percent: 0 }, probes = [], cycleLimit = 1_000_000 }: StreamRequest,
): Promise<StreamResult> {
  const request = new WordWriter();
  request.word(1);
  writeProbes(request, probes);
  [stall.seed, stall.percent, cycleLimit, RESET_CYCLES].forEach(value => request.word(value));
  request.word(inputs.length);
  for (const { prefix, beats } of inputs) {
    const width = writeStream(request, model, prefix, beats.length);
    for (const beat of beats) request.value(beat, width);
  }
  request.word(outputs.length);
  const widths = outputs.map(({ prefix, count }) => writeStream(request, model, prefix, count));
  const answer = await exchange(model, request);
  const list = <T>(length: number, read: () => T): T[] => Array.from({ length }, read);
  const cycles = answer.word();
  const received = outputs.map(({ prefix }, index) => {
    const passed = answer.word();
    return { prefix, beats: list(passed, () => answer.value(widths[index])), cycles: list(passed, () => answer.word()) };
  });
  const sent = inputs.map(({ prefix }) => ({ prefix, cycles: list(answer.word(), () => answer.word()) }));
  const traces = Object.fromEntries(probes.map(({ path }): [string, bigint[]] => [path, []]));
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const { path, width } of probes) traces[path].push(answer.value(width));
  }
  return { cycles, outputs: received, inputs: sent, probes: traces };
}

/** The stream's ports by number and its count of beats; returns the width of a beat. */
function writeStream(request: WordWriter, model: VerilatorModel, prefix: string, beats: number): number {
  const find = (part: string) => model.ports.findIndex(({ name }) => name === `${prefix}_t${part}` || name === `${prefix}_${part}`);
  const [valid, ready, data] = ['valid', 'ready', 'data'].map(find);
  if (valid < 0 || ready < 0 || data < 0) throw new Error(`module ${model.top} has no stream ${prefix}`);
  [valid, ready, data, beats].forEach(value => request.word(value));
  return model.ports[data].width;
}
