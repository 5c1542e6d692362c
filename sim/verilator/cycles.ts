import type { VerilatorModel } from './build.ts';
import { exchange, WordWriter } from './exchange.ts';

export interface CyclesRequest {
  /** Values of each input port, cycle by cycle; all lists are equally long. */
  readonly inputs: Readonly<Record<string, readonly bigint[]>>;
  readonly cycles: number;
  /** `ap_rst_n` of each cycle; high throughout unless told. */
  readonly reset?: readonly boolean[];
  /** Paths of inner signals to record, `unit.inner.sum`; the model must have been built with `trace`. */
  readonly stateTrace?: readonly string[];
}

export interface CyclesResult {
  /** Values of each output port, cycle by cycle, as they stand just before the clock edge. */
  readonly outputs: Readonly<Record<string, bigint[]>>;
  /** By path. */
  readonly states: Readonly<Record<string, bigint[]>>;
}

/** Drives every input port in every cycle from power-up on and records every output port: for comparison with an evaluator. */
export async function runCycles(
  model: VerilatorModel, { inputs, cycles, reset, stateTrace = [] }: CyclesRequest,
): Promise<CyclesResult> {
  const data = model.ports.filter(({ name }) => name !== 'ap_clk' && name !== 'ap_rst_n');
  const [ins, outs] = [data.filter(port => port.direction === 'input'), data.filter(port => port.direction === 'output')];
  const request = new WordWriter();
  request.word(0);
  writeProbes(request, model, stateTrace);
  request.word(cycles);
  for (let cycle = 0; cycle < cycles; cycle++) {
    request.word(reset?.[cycle] ?? true ? 1 : 0);
    for (const { name, width } of ins) request.value(inputs[name][cycle], width);
  }
  const answer = await exchange(model, request);
  const outputs = Object.fromEntries(outs.map(({ name }): [string, bigint[]] => [name, []]));
  const widths = stateTrace.map(() => answer.word());
  const states = Object.fromEntries(stateTrace.map((path): [string, bigint[]] => [path, []]));
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const { name, width } of outs) outputs[name].push(answer.value(width));
    stateTrace.forEach((path, index) => states[path].push(answer.value(widths[index])));
  }
  return { outputs, states };
}

/** The signals to record; the answer starts with their widths. */
export function writeProbes(request: WordWriter, model: VerilatorModel, paths: readonly string[]): void {
  request.word(paths.length);
  for (const path of paths) request.text(`${model.top}.${path}`);
}
