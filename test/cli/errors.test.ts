import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/base/npy.ts';
import { decodeModel, encodeModel } from '../../src/frontend/onnx/codec.ts';
import type { OnnxModel } from '../../src/frontend/onnx/schema.ts';
import { floatTensor } from '../../src/frontend/onnx/tensor-values.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'dist/src/cli/main.js');
const digits = join(root, 'examples/digits/digits.onnx');
const folder = mkdtempSync(join(tmpdir(), 'bitloom-errors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bitloom(...args: string[]): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa('node', [program, ...args], { reject: false, cwd: folder });
  return { code: exitCode, out: stdout, err: stderr };
}

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The example with something wrong in it. */
function spoiled(name: string, spoil: (model: OnnxModel) => void): string {
  const model = decodeModel(readFileSync(digits), 'digits.onnx');
  spoil(model);
  return file(name, encodeModel(model));
}

function initializer(model: OnnxModel, name: RegExp): OnnxModel['graph']['initializer'][number] {
  return model.graph.initializer.find((tensor) => name.test(tensor.name ?? ''))!;
}

/** One clear message with a place and a way out, exit code 1, no stack trace. */
async function expectRefusal(args: string[], ...said: (string | RegExp)[]): Promise<void> {
  const { code, out, err } = await bitloom(...args);
  expect(err).toMatch(/^error\[[\w-]+\]: /);
  expect(err).toContain('help: ');
  expect(err).not.toMatch(/\n\s+at /);
  expect(err).not.toContain('internal');
  for (const part of said) expect(err).toMatch(part);
  expect(out).toBe('');
  expect(code).toBe(1);
}

const bytes = readFileSync(digits);
const images = file('images.npy', writeNpy([2, 1, 16, 16], new Float64Array(512).fill(7), 'u1'));

it('knows what can be left out', async () => {
  const { code, err } = await bitloom('verify', digits, '--without', 'shared-pair');
  expect(err).toMatch(/"shared-pair" is none of them: did you mean shared-pairs\?/);
  expect(code).toBe(2);
  await expectRefusal(['inspect', digits, '--without', 'join-padding', '--print-after', 'join-padding'], /join-padding is left out/);
});

describe('clocks and placement', () => {
  it('knows parts by name and package, and what can be placed', async () => {
    await expectRefusal(['synth', digits, '--place', '--target', 'xc7'], /no placement for xc7/, /--target ice40/);
    await expectRefusal(['synth', digits, '--place', '--target', 'ice40', '--device', 'hx1k', '--package', 'ct256'], /no package ct256/, /tq144/);
  });

  it('says which latency no clock gives', () => expectRefusal(
    ['compile', digits, '-o', join(folder, 'latency'), '--style', 'unrolled', '--latency', '2'], /takes \d+ clock cycles at any clock, more than 2/));
});

describe('bad networks', () => {
  const cases: readonly (readonly [string, () => string, ...(string | RegExp)[]])[] = [
    ['a missing file', () => join(folder, 'absent.onnx'), /absent\.onnx/],
    ['a folder', () => { mkdirSync(join(folder, 'folder.onnx'), { recursive: true }); return join(folder, 'folder.onnx'); }, /folder/],
    ['another kind of file', () => file('network.txt', 'hello'), /network\.txt/],
    ['an empty file', () => file('empty.onnx', ''), /empty\.onnx/],
    ['text', () => file('text.onnx', 'this is no protobuf, but a sentence'), /text\.onnx/],
    ['a truncated file', () => file('truncated.onnx', bytes.subarray(0, bytes.length >> 1)), /truncated\.onnx/],
    ['an operator that nobody knows', () => spoiled('unknown.onnx', (model) => { model.graph.node[4].opType = 'MatMull'; model.graph.node[7].opType = 'Frobnicate'; }),
      /MatMull/, /did you mean MatMul/, /Frobnicate/],
    ['a NaN', () => spoiled('nan.onnx', (model) => {
      const tensor = initializer(model, /./);
      tensor.rawData = undefined;
      tensor.floatData = [NaN];
      tensor.dims = [];
      tensor.dataType = 1;
    }), /NaN/],
    ['a scale of zero', () => spoiled('scale.onnx', (model) => {
      const quant = model.graph.node.find((node) => node.opType === 'Quant')!;
      model.graph.initializer.push(floatTensor('zero_scale', [], [0]));
      quant.input[1] = 'zero_scale';
    }), /scale/],
    ['a matrix of the wrong shape', () => spoiled('shape.onnx', (model) => {
      const matmul = model.graph.node.find((node) => node.opType === 'MatMul')!;
      model.graph.initializer.push(floatTensor('small', [3, 2], [1, 1, 1, 1, 1, 1]));
      matmul.input[1] = 'small';
    }), /MatMul|dense_1/],
    ['a tensor of absurd size', () => spoiled('absurd.onnx', (model) => { initializer(model, /./).dims = [2 ** 40, 2 ** 40]; }), /absurd\.onnx/],
    ['a tensor that nothing gives', () => spoiled('dangling.onnx', (model) => { model.graph.node[3].input[0] = 'nowhere'; }), /nowhere/],
    ['a cycle', () => spoiled('cycle.onnx', (model) => {
      const [first, last] = [model.graph.node[1], model.graph.node[model.graph.node.length - 1]];
      first.input[0] = last.output[0];
    }), /cycle/],
  ];
  for (const [what, make, ...said] of cases) {
    it(what, () => expectRefusal(['inspect', make()], ...said));
  }
});

describe('bad data and places', () => {
  it('an input of the wrong shape', async () => {
    const wrong = file('wrong.npy', writeNpy([2, 5], new Float64Array(10), 'f4'));
    await expectRefusal(['run', digits, '--input', wrong], /wrong\.npy/, /\[2, 5\]/, /256/);
  });
  it('an input that is not finite', async () => {
    const values = new Float64Array(256);
    values[9] = Infinity;
    await expectRefusal(['run', digits, '--input', file('inf.npy', writeNpy([1, 1, 16, 16], values, 'f4'))], /element 9/);
  });
  it('a malformed .npy', () => expectRefusal(['run', digits, '--input', file('bad.npy', 'no numpy')], /bad\.npy/));
  it('a missing input', () => expectRefusal(['run', digits, '--input', 'gone.npy'], /gone\.npy/));
  it('too few labels', async () => {
    const labels = file('labels.npy', writeNpy([1], [3], 'i8'));
    const { code, err } = await bitloom('run', digits, '--input', images, '--labels', labels);
    expect(err).toMatch(/1 labels for 2 samples/);
    expect(code).toBe(1);
  });
  it('an input type that is none', () => expectRefusal(['inspect', digits, '--input-type', 'float'], /float/, /fixed<16,6>/));
  it('a folding for a layer that is not there', async () => {
    const folding = file('folding.json', JSON.stringify({ dens_1: { PE: 2, SIMD: 2 } }));
    await expectRefusal(['compile', digits, '-o', 'out1', '--folding', folding], /dens_1/, /did you mean "dense_1"/);
  });
  it('a folding that does not divide', async () => {
    const folding = file('thirds.json', JSON.stringify({ dense_1: { PE: 3, SIMD: 2 } }));
    await expectRefusal(['compile', digits, '-o', 'out2', '--folding', folding], /PE 3 does not divide 64/);
  });
  it('more frames than any folding takes', () => expectRefusal(['compile', digits, '-o', 'out3', '--fps', '1e12'], /faster than quant_0 can be/));
  it('a budget that nothing fits', () => expectRefusal(['compile', digits, '-o', 'out4', '--budget', 'lut=10'], /no folding fits the budget of 10 lut/));
  it('a folder that cannot be written', async () => {
    file('in-the-way', 'a file');
    await expectRefusal(['compile', digits, '-o', join(folder, 'in-the-way', 'out')], /cannot write/);
  });
  it('a folder of somebody else is left alone', async () => {
    mkdirSync(join(folder, 'theirs'));
    file('theirs/thesis.tex', 'years of work');
    await expectRefusal(['compile', digits, '-o', join(folder, 'theirs')], /did not write/);
    expect(readdirSync(join(folder, 'theirs'))).toEqual(['thesis.tex']);
  });
  it('nothing half-written stays', () => {
    expect(readdirSync(folder).filter((name) => /partial|previous|^out/.test(name))).toEqual([]);
  });
});

describe('bad command lines', () => {
  const cases: readonly (readonly string[])[] = [
    ['frobnicate'], ['compile', digits], ['compile'], ['run', digits], ['run', digits, '--input', 'x.npy', '--engine', 'magic'],
    ['compile', digits, '-o', 'x', '--target', 'z80'], ['compile', digits, '-o', 'x', '--clock-ns', 'fast'], ['compile', digits, '-o', 'x', '--budget', 'gates=7'],
    ['compile', digits, '-o', 'x', '--fps', '10', '--interval', '10'], ['verify', digits, '--samples', '-3'],
  ];
  for (const args of cases) {
    it(args.map((arg) => (arg === digits ? 'NET' : arg)).join(' '), async () => {
      const { code, err } = await bitloom(...args);
      expect(err).toMatch(/^error: /);
      expect(err).not.toMatch(/\n\s+at /);
      expect(code).toBe(2);
    });
  }
});

describe('names from the file', () => {
  it('never leave an identifier, a comment or the folder', async () => {
    const evil = spoiled('evil.onnx', (model) => {
      model.graph.node.forEach((node, i) => { node.name = `../../x"; $finish; */ endmodule \n \`include "/etc/passwd" ${i} $(touch gone)`; });
    });
    const { code, out } = await bitloom('compile', evil, '-o', 'evil');
    expect(code).toBe(0);
    expect(out).toMatch(/wrote/);
    expect(readdirSync(folder)).not.toContain('gone');
    for (const name of readdirSync(join(folder, 'evil/verilog'))) {
      expect(name).toMatch(/^\w+\.v$/);
      const code = readFileSync(join(folder, 'evil/verilog', name), 'utf8').replace(/\/\/.*$/gm, '');
      expect(code).not.toMatch(/\$(?!signed|unsigned|clog2)|`/);
    }
  });
});

describe('weights at run time', () => {
  it('weights for hardware that has none to write, or of other layers', { timeout: 60_000 }, async () => {
    const ternary = join(root, 'examples/digits-ternary/digits-ternary.onnx');
    await bitloom('compile', digits, '-o', 'fixed-weights', '--samples', '1');
    await bitloom('compile', digits, '-o', 'other-weights', '--samples', '1', '--runtime-weights', 'all');
    await expectRefusal(['weights', digits, '--for', 'fixed-weights', '-o', 'w'], /cannot be written at run time/, /--runtime-weights all/);
    await expectRefusal(['weights', ternary, '--for', 'other-weights', '-o', 'w'], /operators where the hardware has/);
    await expectRefusal(['compile', digits, '-o', 'none', '--runtime-weights', 'dense_9'], /no layer is called "dense_9"/);
    expect((await bitloom('weights', digits, '--for', 'other-weights', '-o', 'w')).code).toBe(0);
  });
});
