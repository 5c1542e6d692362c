import { expect, it } from 'vitest';
import { resolve } from 'node:path';
import { compileNetwork } from '../../src/compiler/compile.ts';
import { simulate, simulatorFor } from '../../src/compiler/engines.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { loadNetwork } from '../../src/frontend/index.ts';

const digits = resolve(import.meta.dirname, '../../examples/digits/digits.onnx');

it('a run that stops early shows what the whole one shows until then', async () => {
  const compiled = compileNetwork(await loadNetwork(digits), { style: 'streaming', target: 'xc7' });
  const samples = randomSamples(compiled, 20);
  const { accelerator } = compiled;
  const simulator = simulatorFor(accelerator, 'emulator');
  const whole = simulate(accelerator, simulator, samples, { probes: true });
  const end = whole.times.outputs[0].at(-1)!;
  const stopAfter = Math.ceil(end * 0.7);
  const part = simulate(accelerator, simulator, samples, { probes: true, stopAfter });
  expect(part.samples.length).toBeGreaterThan(0);
  const comparison = new Comparison();
  comparison.samples(part.samples, whole.samples, compiled.graph.outputs);
  part.probes.forEach(({ beats, cycles }, i) => {
    const passed = whole.probes[i].cycles.filter((cycle) => cycle < stopAfter).length;
    expect(cycles).toEqual(whole.probes[i].cycles.slice(0, passed));
    expect(beats).toEqual(whole.probes[i].beats.slice(0, passed));
  });
  // A wrong beat inside is found and named.
  const wrong = { ...part, probes: part.probes.map((probe, i) => (i === 0 ? { ...probe, beats: [probe.beats[0] ^ 1n, ...probe.beats.slice(1)] } : probe)) };
  expect(comparison.difference).toBeUndefined();
  comparison.probes(part, wrong, accelerator.probes.map(({ valid }) => valid));
  expect(comparison.difference?.where).toBe(`beat of ${accelerator.probes[0].valid}`);
});
