import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readNpy } from '../../src/base/npy.ts';
import { packBeats, unpackBeats } from '../../src/compiler/beats.ts';
import { compileNetwork, STYLES } from '../../src/compiler/compile.ts';
import { emulateBatch } from '../../src/compiler/emulate-batch.ts';
import { samplesOf, simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { fromBeats, toBeats } from '../../src/compiler/host.ts';
import { predictSpeed, speedOf } from '../../src/compiler/latency.ts';
import { BIPOLAR, bitsOf, integerType } from '../../src/fixed/ir.ts';
import { loadNetwork } from '../../src/frontend/index.ts';

for (const style of STYLES) {
  it(`${style}: many samples on several threads give what one after another do`, async () => {
    const network = compileNetwork(await loadNetwork('examples/digits/digits.onnx'), { style, target: 'xc7' });
    const images = 'examples/digits/test-images.npy';
    const samples = samplesOf(network, readNpy(readFileSync(images), images), images).slice(0, 60);
    const { accelerator } = network;
    const expected = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples);
    for (const threads of [1, 3]) {
      let last = 0;
      const found = await emulateBatch(accelerator, samples, { threads, progress: (done) => { last = done; } });
      expect(found.threads).toBe(threads);
      expect(last).toBe(samples.length);
      expect(found.results.map(({ outputs }) => [...outputs[0].values])).toEqual(expected.samples.map(({ outputs }) => [...outputs[0].values]));
      if (threads === 1) expect(found.times).toEqual(expected.times);
      else expect(found.times.outputs[0].slice(0, 10)).toEqual(expected.times.outputs[0].slice(0, 10));
    }
  });
}

it('many samples on copies side by side give what one after another do', async () => {
  const network = compileNetwork(await loadNetwork('examples/digits/digits.onnx'), { style: 'streaming', target: 'xc7' });
  const images = 'examples/digits/test-images.npy';
  const samples = samplesOf(network, readNpy(readFileSync(images), images), images).slice(0, 333);
  const { accelerator } = network;
  const expected = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples);
  for (const [threads, copies] of [[1, 32], [2, 16]]) {
    let last = 0;
    const found = await emulateBatch(accelerator, samples, { threads, progress: (done) => { last = done; } });
    expect([found.threads, found.copies]).toEqual([threads, copies]);
    // The first copy has fewer samples than others, and is given some of nobody's.
    expect(speedOf(found.times, found.timed)).toEqual(predictSpeed(accelerator.network));
    expect(last).toBe(samples.length);
    expect(found.results.map(({ outputs }) => [...outputs[0].values])).toEqual(expected.samples.map(({ outputs }) => [...outputs[0].values]));
    expect(found.times.outputs[0].slice(0, 10)).toEqual(expected.times.outputs[0].slice(0, 10));
  }
});

it('packed beats are those of the plain functions', () => {
  const types = [BIPOLAR, integerType(0, 1), integerType(-1, 0), integerType(0, 255), integerType(-5, 9), integerType(-(2 ** 40), 2 ** 31), integerType(0, 2 ** 52)];
  fc.assert(fc.property(fc.constantFrom(...types), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.double({ min: 0, max: 0.999999, noNaN: true })), (type, elementsPerBeat, beats, random) => {
    const element = (): number => {
      const part = random.next().value as number;
      return type.bipolar ? (part < 0.5 ? -1 : 1) : type.low + Math.floor(part * (type.high - type.low + 1));
    };
    const integers = Float64Array.from({ length: elementsPerBeat * beats }, element);
    const port = { type, elementsPerBeat, dataWidth: 8 * Math.ceil((elementsPerBeat * bitsOf(type)) / 8) };
    const words = packBeats(port, integers);
    const each = Math.ceil(port.dataWidth / 64);
    const whole = Array.from({ length: beats }, (_, b) => {
      let beat = 0n;
      for (let k = each - 1; k >= 0; k--) beat = (beat << 64n) | words[b * each + k];
      return beat;
    });
    expect(whole).toEqual(toBeats(port, integers));
    expect(unpackBeats(port, words)).toEqual(fromBeats(port, whole));
    expect(unpackBeats(port, words)).toEqual(integers);
  }), { numRuns: 300, seed: 6 });
});
