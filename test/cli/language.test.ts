import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../../src/base/npy.ts';
import { parseDesign } from '../../codegen/rtl/parser.ts';
import { parseFixed } from '../../src/fixed/parser.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'dist/src/cli/main.js');
const digits = join(root, 'examples/digits/digits.onnx');
const folder = mkdtempSync(join(tmpdir(), 'bitloom-language-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bitloom(...args: string[]): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa('node', [program, ...args], { reject: false, cwd: folder, stripFinalNewline: false });
  return { code: exitCode, out: stdout, err: stderr };
}

function file(name: string, contents: string | Uint8Array): string {
  writeFileSync(join(folder, name), contents);
  return name;
}

async function bloomOnly(text: string): Promise<{ err: string }> {
  return bitloom('compile', file('refused.bloom', text), '-o', 'refused');
}

const UGLY = 'network  n\ninput x:[2] int8\nconst W:ternary="w.npy" # weights\noutput y=dense(x,W)\n';
const NEAT = 'network n\ninput x : [2] int8\nconst W : ternary = "w.npy"  # weights\noutput y = dense(x, W)\n';

describe('bitloom', () => {
  it('reads constants beside the program and computes', async () => {
    file('w.npy', writeNpy([2, 3], [1, -1, 0, 0, 1, 1], 'i1'));
    file('x.npy', writeNpy([2, 2], [5, 7, -1, 100], 'f4'));
    const { code, err } = await bitloom('run', file('n.bloom', UGLY), '--input', 'x.npy', '--output', 'y.npy');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect([...readNpy(readFileSync(join(folder, 'y.npy')), 'y.npy').data]).toEqual([5, 2, 7, -1, 101, 100]);
  });

  it('tells all mistakes with lines and carets', async () => {
    const { code, err, out } = await bitloom('compile', file('bad.bloom', 'input x : [2] int8\nconst W = "none.npy"\noutput y = rleu(x)\n'), '-o', 'out');
    expect(err).toBe('error[cannot-read]: bad.bloom:2:11: none.npy does not exist\n  2 | const W = "none.npy"\n    |           ^^^^^^^^^^\n'
      + '  help: paths are relative to the folder of the network\n'
      + 'error[unknown-layer]: bad.bloom:3:12: no layer is called rleu\n  3 | output y = rleu(x)\n    |            ^^^^\n  help: did you mean relu?\n');
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it('shows the line of what the compiler refuses', async () => {
    const { err } = await bloomOnly('input x : [2]\nconst W = [[1], [2]]\noutput y = x @ W\n');
    expect(err).toMatch(/^error\[input-not-quantized\]: refused\.bloom:3:12: .*\n  3 \| output y = x @ W\n    \|            \^\n  help: /);
  });

  it('tells where a wish cannot be granted', async () => {
    const { err } = await bloomOnly('input x : [2] int8\nconst W : ternary = [[1, 0], [0, 1]]\na = x @ W\nb = relu(a) as uint4 fold(pe = 3)\noutput c = b @ W\n');
    expect(err).toMatch(/^error\[folding\]: refused\.bloom:4:5: .*\n  4 \| b = relu\(a\) as uint4 fold\(pe = 3\)\n    \|     \^\n  help: /);
  });

  it('takes the wishes of the network where no flag is given', async () => {
    const path = file('wish.bloom', NEAT.replace('network n\n', 'network n\n  style unrolled\n  target ice40\n  clock 7 ns\n'));
    expect((await bitloom('compile', path, '-o', 'wished')).err).not.toContain('error');
    const wished = JSON.parse(readFileSync(join(folder, 'wished/bitloom.json'), 'utf8'));
    expect(wished).toMatchObject({ style: 'unrolled', target: 'ice40', clockNs: 7 });
    await bitloom('compile', path, '-o', 'flags', '--style', 'streaming', '--target', 'xc7', '--clock-ns', '4');
    const flags = JSON.parse(readFileSync(join(folder, 'flags/bitloom.json'), 'utf8'));
    expect(flags).toMatchObject({ style: 'streaming', target: 'xc7', clockNs: 4 });
  });

  it('formats programs', async () => {
    file('ugly.bloom', UGLY);
    expect((await bitloom('fmt', 'ugly.bloom')).out).toBe(NEAT);
    expect((await execa('node', [program, 'fmt', '-'], { input: UGLY, stripFinalNewline: false })).stdout).toBe(NEAT);
    const checked = await bitloom('fmt', '--check', 'ugly.bloom', file('neat.bloom', NEAT), file('broken.bloom', 'input'));
    expect(checked.code).toBe(1);
    expect(checked.err.match(/^error.*/gm)).toEqual([
      'error[format]: ugly.bloom: not in the canonical form', 'error[syntax]: broken.bloom:1:6: the line ends where a name is expected',
    ]);
    expect((await bitloom('fmt', '--write', 'ugly.bloom', 'neat.bloom')).out).toBe('formatted ugly.bloom\n');
    expect(readFileSync(join(folder, 'ugly.bloom'), 'utf8')).toBe(NEAT);
  });

  it('writes any network as a program that computes the same', async () => {
    expect((await bitloom('convert', digits, '-o', 'digits')).code).toBe(0);
    expect(readdirSync(join(folder, 'digits'))).toContain('digits.bloom');
    const images = readNpy(readFileSync(join(root, 'examples/digits/test-images.npy')), 'images');
    file('images.npy', writeNpy([20, ...images.shape.slice(1)], images.data.slice(0, 20 * 256), 'u1'));
    for (const network of [digits, 'digits/digits.bloom']) await bitloom('run', network, '--input', 'images.npy', '--engine', 'fixed', '--output', `${network === digits ? 'a' : 'b'}.npy`);
    expect(readFileSync(join(folder, 'a.npy'))).toEqual(readFileSync(join(folder, 'b.npy')));
  });

  it('prints stages that read back', async () => {
    const fixed = await bitloom('inspect', digits, '--complete');
    expect(parseFixed(fixed.out).nodes.length).toBeGreaterThan(5);
    const rtl = await bitloom('inspect', digits, '--stage', 'rtl', '--complete');
    expect(parseDesign(rtl.out).modules.length).toBeGreaterThan(5);
  });
});
