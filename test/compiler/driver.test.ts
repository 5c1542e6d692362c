import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../../src/base/npy.ts';
import { compileNetwork, type CompiledNetwork } from '../../src/compiler/compile.ts';
import { cHeader } from '../../src/compiler/driver/header.ts';
import { pythonDriver } from '../../src/compiler/driver/python.ts';
import { FixedEngine } from '../../src/compiler/engines.ts';
import { encodeSample, toBeats, type Sample } from '../../src/compiler/host.ts';
import { evaluateFixed } from '../../src/fixed/evaluator.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import type { StreamPort } from '../../codegen/units/accelerator.ts';
import { CONVOLUTIONAL_CASES, CORPUS, modelPath } from '../corpus.ts';

const digits = resolve(import.meta.dirname, '../../examples/digits/digits.onnx');
const numpy = (await execa('python3', ['-c', 'import numpy'], { reject: false })).exitCode === 0;
const compiler = (await execa('cc', ['--version'], { reject: false })).exitCode === 0;

const networks: readonly [name: string, load: () => Promise<CompiledNetwork>][] = [
  ['digits', async () => compileNetwork(await loadNetwork(digits), { style: 'streaming', target: 'xc7' })],
  ...(existsSync(CORPUS) ? ['separable_conv_model_ch_last_32', 'cifar10_qkeras_tiny'] : []).map((id): [string, () => Promise<CompiledNetwork>] => [id, async () => {
    const each = CONVOLUTIONAL_CASES.find((found) => found.id === id)!;
    return compileNetwork(await loadNetwork(modelPath(each)), { style: 'streaming', target: 'xc7', inputType: each.inputType, goal: { kind: 'interval', cycles: 100_000 } });
  }]),
];

/** Samples with ties and their neighbours among the doubles, and numbers beyond every range. */
function samplesFor({ graph }: CompiledNetwork): Sample[] {
  const [{ name, shape }] = graph.inputs;
  const size = shape.reduce((a, b) => a * b, 1);
  return [1, 1 / 256, 100].map((unit, s) => new Map([[name, Float64Array.from({ length: size }, (_, i) => {
    const tie = (((i * 7 + s) % 300) - 20 + 0.5) * unit;
    return i % 5 === 0 ? tie : i % 5 === 1 ? tie * (1 + 2 ** -52) : i % 5 === 2 ? tie * (1 - 2 ** -53) : i % 97 === 3 ? (i % 2 ? 1e12 : -1e12) : tie / 3;
  })]]));
}

/** Bytes of the beats, the least significant first. */
function bytesOf(port: StreamPort, beats: readonly bigint[]): number[] {
  return beats.flatMap((beat) => Array.from({ length: port.dataWidth / 8 }, (_, i) => Number((beat >> BigInt(8 * i)) & 255n)));
}

describe('drivers', () => {
  for (const [name, load] of networks) {
    it.skipIf(!numpy)(`${name}: Python encodes, packs, unpacks and decodes as bitloom does`, async () => {
      const compiled = await load();
      const { accelerator } = compiled;
      const folder = mkdtempSync(join(tmpdir(), 'bitloom-driver-'));
      const samples = samplesFor(compiled);
      const [input] = accelerator.inputs;
      const [output] = accelerator.outputs;
      const integers = samples.map((sample) => encodeSample(accelerator.graph, sample));
      const results = integers.map((each) => evaluateFixed(accelerator.graph, each)[output.value]);
      const values = samples.flatMap((sample) => [...sample.get(compiled.graph.inputs[0].name)!]);
      writeFileSync(join(folder, 'driver.py'), pythonDriver(compiled));
      writeFileSync(join(folder, 'x.npy'), writeNpy([samples.length, values.length / samples.length], values, 'f8'));
      const answer = results.flatMap((each) => bytesOf(output, toBeats(output, each)));
      writeFileSync(join(folder, 'answer.npy'), writeNpy([samples.length, answer.length / samples.length], answer, 'f8'));
      await execa('python3', ['-c', [
        'import numpy as np, driver as d', 'np.save("sent.npy", d.pack(d.encode(np.load("x.npy"))).astype(np.float64))',
        'np.save("y.npy", d.decode(d.unpack(np.load("answer.npy").astype(np.uint8))).reshape(-1).astype(np.float64))',
      ].join('\n')], { cwd: folder });
      const sent = readNpy(readFileSync(join(folder, 'sent.npy')), 'sent.npy').data;
      expect(Array.from(sent, Number)).toEqual(integers.flatMap((each) => bytesOf(input, toBeats(input, each.get(input.value)!))));
      const fixed = new FixedEngine(accelerator.graph);
      const expected = samples.flatMap((sample) => [...fixed.run(sample).outputs[0].values]);
      const decoded = Array.from(readNpy(readFileSync(join(folder, 'y.npy')), 'y.npy').data, Number);
      expect(decoded.length).toBe(expected.length);
      decoded.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(1e-12 * Math.abs(expected[i])));
    }, 120_000);
  }

  it.skipIf(!compiler)('C packs and unpacks the same bytes', async () => {
    const compiled = await networks[0][1]();
    const { inputs: [input], outputs: [output], graph } = compiled.accelerator;
    const folder = mkdtempSync(join(tmpdir(), 'bitloom-driver-'));
    const [integers] = samplesFor(compiled).map((sample) => encodeSample(graph, sample));
    const result = evaluateFixed(graph, integers)[output.value];
    const answer = bytesOf(output, toBeats(output, result));
    writeFileSync(join(folder, 'net.h'), cHeader(compiled, 'net'));
    writeFileSync(join(folder, 'main.c'), [
      '#include <stdio.h>', '#include "net.h"',
      `static const int64_t sent[] = {${[...integers.get(input.value)!].join(', ')}};`, `static const uint8_t answer[] = {${answer.join(', ')}};`,
      'int main(void) {', '  uint8_t bytes[NET_INPUT0_BYTES];', '  int64_t elements[NET_OUTPUT0_ELEMENTS];',
      '  net_input0_pack(sent, bytes);', '  net_output0_unpack(answer, elements);',
      '  for (int i = 0; i < NET_INPUT0_BYTES; i++) printf("%d ", bytes[i]);',
      '  for (int i = 0; i < NET_OUTPUT0_ELEMENTS; i++) printf("%lld ", (long long)elements[i]);', '  return 0;', '}', '',
    ].join('\n'));
    await execa('cc', ['-std=c99', '-Wall', '-Wextra', '-Werror', '-o', 'main', 'main.c'], { cwd: folder });
    const { stdout } = await execa(join(folder, 'main'));
    expect(stdout.trim().split(' ').map(Number)).toEqual([...bytesOf(input, toBeats(input, integers.get(input.value)!)), ...result]);
  });
});
