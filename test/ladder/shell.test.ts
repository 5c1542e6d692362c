import { describe, expect, it } from 'vitest';
import { toBeats } from '../../src/compiler/host.ts';
import { predictTimes, speedOf } from '../../src/compiler/latency.ts';
import { runStreams } from '../../codegen/rtl/stream-runner.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import type { Simulator } from '../../codegen/rtl/simulator.ts';
import { networkHash, SHELL_IDENTITY, SHELL_REGISTERS, shellOf } from '../../codegen/units/shell.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { emulate } from '../../emulator/index.ts';
import { lintVerilog } from '../../sim/verilator/index.ts';
import { withVerilator } from '../verilog/verilator.ts';
import { foldOf, timing } from './climb.ts';
import { imageNetwork } from './random-images.ts';

const network = imageNetwork(4711, ['convolution', 'threshold']);
const accelerator = streamingAccelerator(network.graph, { timing: timing(4), folding: foldOf(network, 3) });
const shell = shellOf(accelerator);
const FRAMES = 5;

/** One transfer on a channel pair of AXI4-Lite: waits for the handshake, then for the answer. */
function transfer(simulator: Simulator, drive: Readonly<Record<string, number>>, accept: string, answer: string, take: string): void {
  const set = (name: string, value: number): void => simulator.input(`s_axi_control_${name}`).setNumber(value);
  for (const [name, value] of Object.entries(drive)) set(name, value);
  simulator.settle();
  expect(simulator.signal(`s_axi_control_${accept}`).getNumber()).toBe(1);
  simulator.clock();
  for (const name of Object.keys(drive)) set(name, 0);
  for (let wait = 0; wait < 3; wait++) {
    simulator.settle();
    expect(simulator.signal(`s_axi_control_${answer}`).getNumber()).toBe(1);
    if (wait < 2) simulator.clock();
  }
  set(take, 1);
}

function read(simulator: Simulator, address: number): number {
  transfer(simulator, { araddr: address, arvalid: 1 }, 'arready', 'rvalid', 'rready');
  simulator.settle();
  const value = simulator.signal('s_axi_control_rdata').getNumber();
  simulator.clock();
  simulator.input('s_axi_control_rready').setNumber(0);
  return value;
}

function registers(simulator: Simulator): Record<string, number> {
  return Object.fromEntries(SHELL_REGISTERS.map(({ name, address }) => [name, read(simulator, address)]));
}

/** Streams frames through; TLAST ends each frame, but for the frames that `spoil` names. */
function stream(simulator: Simulator, spoil: (frame: number) => boolean): ReturnType<typeof runStreams> {
  const [input] = accelerator.inputs;
  const [output] = accelerator.outputs;
  const perFrame = input.elements / input.elementsPerBeat;
  const integers = Float64Array.from({ length: input.elements * FRAMES }, (_, i) => (input.type.bipolar ? (i % 3 === 0 ? -1 : 1) : input.type.low + (i % 2)));
  const beats = toBeats(input, integers);
  return runStreams(simulator, {
    inputs: [{ prefix: input.prefix, beats, last: beats.map((_, i) => (i + 1) % perFrame === 0 && !spoil(Math.floor(i / perFrame))) }],
    outputs: [{ prefix: output.prefix, count: (FRAMES * output.elements) / output.elementsPerBeat, last: true }],
  });
}

describe('the shell on AXI4-Lite', () => {
  checkDesign(shell);

  it('counts inferences, and measures the interval and latency that the model predicts', () => {
    const simulator = emulate(shell);
    const run = stream(simulator, () => false);
    const found = registers(simulator);
    const { interval } = speedOf(predictTimes(accelerator.network, FRAMES), FRAMES);
    expect(found).toMatchObject({
      identity: SHELL_IDENTITY, network: networkHash(accelerator), frames_in: FRAMES, frames_out: FRAMES, interval, misaligned: 0, control: 0,
    });
    // The inference that was measured last is one of those whose beats the run recorded.
    const [first, last] = [run.inputs[0].cycles, run.outputs[0].cycles];
    const latencies = Array.from({ length: FRAMES }, (_, frame) =>
      last[(last.length / FRAMES) * (frame + 1) - 1] - first[(first.length / FRAMES) * frame]);
    expect(latencies).toContain(found.latency);
    expect(run.outputs[0].last!.filter(Boolean)).toHaveLength(FRAMES);
  });

  it('counts misplaced ends of packets, and starts again when control says so', () => {
    const simulator = emulate(shell);
    stream(simulator, (frame) => frame === 1 || frame === 3);
    expect(registers(simulator)).toMatchObject({ misaligned: 2, frames_out: FRAMES });
    transfer(simulator, { awaddr: 0x1c, awvalid: 1, wdata: 1, wstrb: 15, wvalid: 1 }, 'awready', 'bvalid', 'bready');
    simulator.clock();
    simulator.input('s_axi_control_bready').setNumber(0);
    expect(registers(simulator)).toMatchObject({ misaligned: 0, frames_in: 0, frames_out: 0 });
    expect(read(simulator, 0x40)).toBe(0);
  });

  withVerilator('passes the linter', async () => {
    expect(await lintVerilog(emitVerilog(shell), `${network.graph.name}_axi`)).toEqual([]);
  });
});
