import { expect, it } from 'vitest';
import { runStreams, stallPattern } from '../../codegen/rtl/stream-runner.ts';
import { emulate } from '../../emulator/index.ts';
import { wordsOf } from '../../emulator/layout.ts';
import { compileNetwork, STYLES } from '../../src/compiler/compile.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { Random } from '../verilog/random.ts';

for (const style of STYLES) {
  it(`${style}: beats that are sent in WebAssembly pass as those of the stream runner do`, async () => {
    const { accelerator } = compileNetwork(await loadNetwork('examples/digits/digits.onnx'), { style, target: 'xc7' });
    const emulator = emulate(accelerator.design);
    const [random, samples] = [new Random(4), 8];
    const [input, output] = [accelerator.inputs[0], accelerator.outputs[0]];
    const beats = Array.from({ length: (samples * input.elements) / input.elementsPerBeat }, () => random.value(input.dataWidth));
    const count = (samples * output.elements) / output.elementsPerBeat;
    const each = wordsOf(input.dataWidth);
    const words = BigUint64Array.from({ length: beats.length * each },
      (_, i) => BigInt.asUintN(64, beats[Math.floor(i / each)] >> BigInt(64 * (i % each))));
    for (const percent of [0, 30, 80]) {
      const expected = runStreams(emulator, {
        inputs: [{ prefix: input.prefix, beats }], outputs: [{ prefix: output.prefix, count }], stall: stallPattern(9, percent),
      });
      const found = emulator.runBeats({
        inputs: [{ prefix: input.prefix, words }], outputs: [{ prefix: output.prefix, count }], stall: { seed: 9, percent },
      });
      expect(found.cycles).toBe(expected.cycles);
      expect([...found.inputs[0].cycles]).toEqual(expected.inputs[0].cycles);
      expect([...found.outputs[0].cycles]).toEqual(expected.outputs[0].cycles);
      const wide = wordsOf(output.dataWidth);
      const received = expected.outputs[0].beats.flatMap((beat) => Array.from({ length: wide }, (_, k) => BigInt.asUintN(64, beat >> BigInt(64 * k))));
      expect([...found.outputs[0].words]).toEqual(received);
    }
    expect(() => emulator.runBeats({
      inputs: [{ prefix: input.prefix, words: words.slice(0, each) }], outputs: [{ prefix: output.prefix, count }], cycleLimit: 500,
    })).toThrow(`no end after 500 cycles: ${output.prefix} has ${style === 'unrolled' ? 1 : 0} of ${count} beats`);
  });
}

it('play gives driven ports their values again and again', async () => {
  const { accelerator } = compileNetwork(await loadNetwork('examples/digits/digits.onnx'), { style: 'streaming', target: 'xc7' });
  const [one, many] = [emulate(accelerator.design), emulate(accelerator.design)];
  const [random, input] = [new Random(5), accelerator.inputs[0]];
  const data = Array.from({ length: 7 }, () => random.value(input.dataWidth));
  const ready = [1n, 1n, 0n];
  many.drive(`${input.prefix}_tdata`, data);
  many.drive('m_axis_0_tready', ready);
  many.input(`${input.prefix}_tvalid`).set(1n);
  one.input(`${input.prefix}_tvalid`).set(1n);
  for (let cycle = 0; cycle < 500; cycle++) {
    one.input(`${input.prefix}_tdata`).set(data[cycle % 7]);
    one.input('m_axis_0_tready').set(ready[cycle % 3]);
    one.clock();
  }
  many.play(200);
  many.play(300);
  for (const engine of [one, many]) engine.settle();
  for (const { path } of one.signals()) expect(`${path} ${many.signal(path).get()}`).toBe(`${path} ${one.signal(path).get()}`);
  expect(many.cycle).toBe(500);
});
