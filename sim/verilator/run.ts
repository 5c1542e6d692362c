import type { VerilatorModel } from './build.ts';
import type { StreamResult } from '../../codegen/rtl/stream-runner.ts';
import { writeProbes } from './cycles.ts';
import { exchange, WordWriter } from './exchange.ts';

export interface VerilatorStreams {
  /** Port groups `<prefix>_tvalid`, `_tready`, `_tdata` (or without the `t`) and the words to send. */
  readonly inputs: readonly { readonly prefix: string; readonly beats: readonly bigint[] }[];
  /** Port groups and how many words to wait for; `last`: record `_tlast` too. */
  readonly outputs: readonly { readonly prefix: string; readonly count: number; readonly last?: boolean }[];
  /** In `percent` of the cycles a side pauses, as `stallPattern` in codegen/rtl/stream-runner.ts says. */
  readonly stall?: { readonly seed: number; readonly percent: number };
  /** Inner streams to record, by paths of signals; the model must have been built with `trace`. */
  readonly probes?: readonly { readonly name: string; readonly valid: string; readonly ready?: string; readonly data: string }[];
  readonly cycleLimit?: number;
}

/** Clock cycles with reset low in front of every run. */
const RESET_CYCLES = 4;

/**
 * Sends beats through the module until every output has given as many as asked for, cycle by cycle as `runStreams` does with the
 * evaluator, so that beats and cycle numbers can be compared. Throws an `Error` if a stream is missing or the limit is passed.
 */
export async function runVerilator(
  model: VerilatorModel,
  { inputs, outputs, stall = { seed: 0, percent: 0 }, probes = [], cycleLimit = 1_000_000 }: VerilatorStreams,
): Promise<StreamResult> {
  const request = new WordWriter();
  request.word(1);
  const paths = [...new Set(probes.flatMap(({ valid, ready, data }) => [valid, ...(ready === undefined ? [] : [ready]), data]))];
  writeProbes(request, model, paths);
  [stall.seed, stall.percent, cycleLimit, RESET_CYCLES].forEach(value => request.word(value));
  request.word(inputs.length);
  for (const { prefix, beats } of inputs) {
    const width = writeStream(request, model, prefix, beats.length, false);
    for (const beat of beats) request.value(beat, width);
  }
  request.word(outputs.length);
  const widths = outputs.map(({ prefix, count, last = false }) => writeStream(request, model, prefix, count, last));

  const answer = await exchange(model, request);
  const list = <T>(length: number, read: () => T): T[] => Array.from({ length }, read);
  const probeWidths = paths.map(() => answer.word());
  const cycles = answer.word();
  const received = outputs.map(({ prefix }, index) => {
    const passed = answer.word();
    const result = { prefix, beats: list(passed, () => answer.value(widths[index])), cycles: list(passed, () => answer.word()) };
    return outputs[index].last === true ? { ...result, last: list(passed, () => answer.word() === 1) } : result;
  });
  if (received.some(({ beats }, index) => beats.length < outputs[index].count)) {
    const progress = received.map(({ prefix, beats }, index) => `${prefix} has ${beats.length} of ${outputs[index].count} beats`);
    throw new Error(`no end after ${cycleLimit} cycles: ${progress.join(', ')}`);
  }
  const sent = inputs.map(({ prefix }) => ({ prefix, cycles: list(answer.word(), () => answer.word()) }));
  const traces = new Map(paths.map((path): [string, bigint[]] => [path, []]));
  for (let cycle = 0; cycle < cycles; cycle++) {
    paths.forEach((path, index) => traces.get(path)!.push(answer.value(probeWidths[index])));
  }
  return { cycles, outputs: received, inputs: sent, probes: probes.map(({ name, valid, ready, data }) => {
    const seen = [...traces.get(valid)!.keys()]
      .filter(cycle => traces.get(valid)![cycle] === 1n && (ready === undefined || traces.get(ready)![cycle] === 1n));
    return { name, beats: seen.map(cycle => traces.get(data)![cycle]), cycles: seen };
  }) };
}

/** The stream's ports by number and its count of beats; returns the width of a beat. */
function writeStream(request: WordWriter, model: VerilatorModel, prefix: string, beats: number, last: boolean): number {
  const find = (part: string) => (
    model.ports.findIndex(({ name }) => name === `${prefix}_t${part}` || name === `${prefix}_${part}`)
  );
  const [valid, ready, data] = ['valid', 'ready', 'data'].map(find);
  if (valid < 0 || ready < 0 || data < 0) throw new Error(`module ${model.top} has no stream ${prefix}`);
  const end = last ? find('last') : -1;
  if (last && end < 0) throw new Error(`stream ${prefix} of module ${model.top} has no tlast`);
  [valid, ready, data, end, beats].forEach(value => request.word(value));
  return model.ports[data].width;
}
