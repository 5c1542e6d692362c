import { describe, expect, it } from 'vitest';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { toBeats } from '../../src/compiler/host.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { checkDesign } from '../../codegen/rtl/checker.ts';
import { runStreams } from '../../codegen/rtl/stream-runner.ts';
import { withFewPins } from '../../codegen/units/few-pins.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { emulate } from '../../emulator/index.ts';
import { lintVerilog } from '../../sim/verilator/index.ts';
import { withVerilator } from '../verilog/verilator.ts';

const { accelerator } = compileNetwork(await loadNetwork('examples/digits/digits.onnx'), { goal: { kind: 'interval', cycles: 32 } });
const [input] = accelerator.inputs;
const [output] = accelerator.outputs;
const FRAMES = 4;
/** Clock, reset, handshakes, TLAST and data. */
const all = 7 + input.dataWidth + output.dataWidth;

/** A beat as `count` of `width` bits, least significant first. */
function parts(beat: bigint, width: number, count: number): bigint[] {
  return Array.from({ length: count }, (_, part) => BigInt.asUintN(width, beat >> BigInt(part * width)));
}

describe('an accelerator with few pins', () => {
  const integers = Float64Array.from({ length: input.elements * FRAMES }, (_, i) => (input.type.bipolar ? (i % 3 === 0 ? -1 : 1) : input.type.low + (i % 2)));
  const beats = toBeats(input, integers);
  const count = (FRAMES * output.elements) / output.elementsPerBeat;
  const plain = runStreams(emulate(accelerator.design), {
    inputs: [{ prefix: input.prefix, beats }], outputs: [{ prefix: output.prefix, count, last: true }],
  }).outputs[0];

  it('stays as it is where the pins suffice', () => {
    const { design, inside } = withFewPins(accelerator, all);
    expect(design).toBe(accelerator.design);
    expect(inside).toBe('');
  });

  it('has streams of more than a byte to narrow', () => {
    expect(input.dataWidth).toBeGreaterThan(8);
    expect(output.dataWidth).toBeGreaterThan(8);
  });

  it.each([all - 1, 7 + 8 + 8])('computes the same through %i pins', (pins) => {
    const few = withFewPins(accelerator, pins);
    checkDesign(few.design);
    const [narrowIn, narrowOut] = few.streams;
    expect(narrowIn.beats * narrowOut.beats).toBeGreaterThan(1);
    const run = runStreams(emulate(few.design), {
      inputs: [{ prefix: input.prefix, beats: beats.flatMap((beat) => parts(beat, narrowIn.width, narrowIn.beats)) }],
      outputs: [{ prefix: output.prefix, count: count * narrowOut.beats, last: true }],
      stall: (stream, cycle) => (cycle * 7 + stream * 3) % 5 === 0,
    }).outputs[0];
    expect(run.beats).toEqual(plain.beats.flatMap((beat) => parts(beat, narrowOut.width, narrowOut.beats)));
    expect(run.last).toEqual(plain.last!.flatMap((last) => Array.from({ length: narrowOut.beats }, (_, part) => last && part === narrowOut.beats - 1)));
  });

  it('says so where even bytes are too many', () => {
    expect(() => withFewPins(accelerator, 20)).toThrow(/has 2 streams, which need 23 pins, of 20\n {2}help: name a part in a larger package/);
  });

  withVerilator('passes the linter', async () => {
    const few = withFewPins(accelerator, 23);
    expect(await lintVerilog(emitVerilog(few.design), few.top)).toEqual([]);
  });
});
