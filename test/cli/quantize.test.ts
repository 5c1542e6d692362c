import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../../src/base/npy.ts';
import { exportOnnx } from '../../src/frontend/onnx/export.ts';
import { floatNetwork } from '../quantize/networks.ts';

const root = resolve(import.meta.dirname, '../..');
const digits = join(root, 'examples/digits');
const folder = mkdtempSync(join(tmpdir(), 'bitloom-quantize-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bitloom(...args: string[]): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa('node', [join(root, 'dist/src/cli/main.js'), ...args], { reject: false, cwd: folder });
  return { code: exitCode, out: stdout, err: stderr };
}

const network = join(folder, 'float.onnx');
writeFileSync(network, exportOnnx(floatNetwork(4)));
const samples = join(folder, 'samples.npy');
writeFileSync(samples, writeNpy([4, 12], Float64Array.from({ length: 48 }, (_, i) => (i % 7) / 7 - 0.5), 'f8'));
const images = join(folder, 'images.npy');
const { shape: [, ...size], data } = readNpy(readFileSync(join(digits, 'test-images.npy')), 'test-images.npy');
writeFileSync(images, writeNpy([100, ...size], data.slice(0, 100 * 256), 'u1'));

describe('bitloom quantize', () => {
  it('writes a network that other commands read, and says what it costs', async () => {
    const { code, out } = await bitloom('quantize', network, '--weights', 'shift<3>', '--layer', 'first=int4', 'third=keep',
      '--activations', 'int4', '--input-range', '-1,1', '--per', 'channel', '--scale', 'mse', '--input', samples, '-o', 'out.onnx');
    expect(code).toBe(0);
    expect(out).toContain('calibrated on 64 made-up samples, uniform: x from -1 to 1');
    expect(out).toMatch(/^first +int4 +6 +[\d.]+ % +int4 +[\d.e-]+ +[\d.]+ %$/m);
    expect(out).toMatch(/^second +shift<3> +8 +[\d.]+ % +uint4 /m);
    expect(out).toMatch(/^third +kept +int4 /m);
    expect(out).toMatch(/^error of third_out: [\d.]+ % \(4 samples: /m);
    const inspected = await bitloom('inspect', '--stage', 'graph', 'out.onnx');
    expect(inspected.out).toContain('format=shift<3>');
    expect(inspected.out).toContain('Quant(first_weight [12,6], first_weight_quant_scale [1,6]');
  });

  it('prints accuracies of a network that was quantized before', async () => {
    const { code, out } = await bitloom('quantize', join(digits, 'digits.onnx'), '--weights', 'ternary', '--input', images,
      '--labels', join(digits, 'test-labels.npy'), '-o', 'ternary.onnx');
    expect(code).toBe(0);
    // Bipolar weights are ternary numbers: nothing is lost.
    expect(out).toMatch(/^error of scores: 0\.00 %/m);
    const [, before, after] = /accuracy before: (.*)\naccuracy after: {2}(.*)/.exec(out)!;
    expect(after).toBe(before);
  });

  const refusals: readonly (readonly [readonly string[], RegExp, RegExp])[] = [
    [[network, '-o', 'x.onnx'], /neither a format/, /--weights FORMAT/],
    [[network, '--weights', 'int4', '-o', 'x.bin'], /does not end in \.onnx/, /name an ONNX file/],
    [[network, '--weights', 'trinary', '-o', 'x.onnx'], /no number format is called "trinary"/, /formats are/],
    [[network, '--weights', 'int4', '--layer', 'frist=int8', '-o', 'x.onnx'], /no layer is called frist/, /did you mean first\?/],
    [[network, '--weights', 'int4', '--activations', 'int4', '-o', 'x.onnx'], /nothing is known about the numbers at input x/, /--calibrate/],
    [[network, '--weights', 'int4', '--group', '5', '-o', 'x.onnx'], /groups of 5/, /1, 2, 3, 4, 6, 12/],
    [[network, '--weights', 'int4', '--input', images, '-o', 'x.onnx'], /shape \[100/, /must have 12 elements/],
  ];
  it.each(refusals)('%j is refused with a way out', async (args, message, help) => {
    const { code, out, err } = await bitloom('quantize', ...args);
    expect(err).toMatch(/^error\[[\w-]+\]: /);
    expect(err).toMatch(message);
    expect(err).toMatch(help);
    expect(err).not.toContain('internal');
    expect(out).toBe('');
    expect(code).toBe(1);
  });
});
