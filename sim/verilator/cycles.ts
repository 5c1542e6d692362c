import type { VerilatorModel } from './build.ts';
import { exchange, WordWriter } from './exchange.ts';

/** A signal inside the model: `top.instance.signal`, and its width. */
export interface Probe {
  readonly path: string;
  readonly width: number;
}

export interface CyclesRequest {
  /** Values of each input port, cycle by cycle; all lists are equally long. */
  readonly inputs: Readonly<Record<string, readonly bigint[]>>;
  readonly cycles: number;
  /** `ap_rst_n` of each cycle; high throughout unless told. */
  readonly reset?: readonly boolean[];
  /** Inner signals to record; the model must have been built with `trace`. */
  readonly stateTrace?: readonly Probe[];
}

export interface CyclesResult {
  /** Values of each output port, cycle by cycle, as they stand just before the clock edge. */
  readonly outputs: Readonly<Record<string, bigint[]>>;
  /** By path. */
  readonly states: Readonly<Record<string, bigint[]>>;
}

/** Drives every input port in every cycle from power-up on and records every output port: for comparison with an evaluator. */
export async function runCycles(model: VerilatorModel, { inputs, cycles, reset, stateTrace = [] }: CyclesRequest): Promise<CyclesResult> {
  const data = model.ports.filter(({ name }) => name !== 'ap_clk' && name !== 'ap_rst_n');
  const [ins, outs] = [data.filter(port => port.direction === 'input'), data.filter(port => port.direction === 'output')];
  const request = new WordWriter();
  request.word(0);
  writeProbes(request, stateTrace);
  request.word(cycles);
  for (let cycle = 0; cycle < cycles; cycle++) {
    request.word(reset?.[cycle] ?? true ? 1 : 0);
    for (const { name, width } of ins) request.value(inputs[name][cycle], width);
  }
  const answer = await exchange(model, request);
  const outputs = Object.fromEntries(outs.map(({ name }): [string, bigint[]] => [name, []]));
  const states = Object.fromEntries(stateTrace.map(({ path }): [string, bigint[]] => [path, []]));
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const { name, width } of outs) outputs[name].push(answer.value(width));
    for (const { path, width } of stateTrace) states[path].push(answer.value(width));
  }
  return { outputs, states };
}

export function writeProbes(request: WordWriter, probes: readonly Probe[]): void {
  request.word(probes.length);
  for (const { path, width } of probes) {
    request.text(path);
    request.word(width);
  }
}
