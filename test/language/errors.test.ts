import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/base/npy.ts';
import { UserError } from '../../src/base/diagnostic.ts';
import { STYLES } from '../../src/compiler/compile.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { STYLE_NAMES, TARGET_NAMES } from '../../src/frontend/text/elaborate/settings.ts';
import { TARGETS } from '../../src/schedule/targets.ts';

/** Files beside the programs. */
function readFile(path: string): Uint8Array {
  if (path === 'w.npy') return writeNpy([2, 3], [1, 2, 3, 4, 5, 6], 'f4');
  if (path === 'nan.npy') return writeNpy([2], [1, NaN], 'f4');
  if (path === 'text.npy') return new TextEncoder().encode('hello');
  throw Object.assign(new Error(path), { code: path === 'folder.npy' ? 'EISDIR' : 'ENOENT' });
}

/** Programs with mistakes, by what is wrong; the golden file shows what is said. */
const WRONG: Readonly<Record<string, string>> = {
  'a mistyped statement': 'inptu x : [3]',
  'a missing colon': 'input x [3]',
  'no value': 'input x : [3]\ny =',
  'an operator too many': 'input x : [3]\ny = x + * 3',
  'two values side by side': 'input x : [3]\noutput y = x x',
  'an assignment in an expression': 'input x : [3]\noutput y = x = 3',
  'a chain of comparisons': 'input x : [3]\noutput y = 0 < x < 3',
  'a keyword as a name': 'input x : [3]\nstate = x + 1\noutput next = x',
  'brackets that do not match': 'input x : [3]\ny = relu(x]\nz = (x\nconst w = [1, 2\noutput v = x)',
  'texts that do not end': 'input x : [3]\nconst w = "w.npy\nconst v = \'v.npy\'\noutput y = x;',
  'a format that is cut off': 'input x : [3] fixed<8,',
  'formats that do not exist': 'input x : [3] int99\nconst W : ternry = [1]\noutput y = x as fixed<8> * W',
  'bad scales': 'input x : [3]\ninput w : [3] int8 * -1\na = x as int8 * x\nb = x as int8 * 0\nc = x as int8 * [1, -2, 3]\noutput y = x',
  'unknown names': 'input hidden : [3]\noutput y = hiden + weights',
  'a name that comes later': 'input x : [3]\noutput y = x * b\nb = x',
  'a name made of itself': 'input x : [3]\ny = y + x\noutput z = y',
  'names given twice': 'input x : [3]\nx = 3\noutput y = x\ninput y : [3]',
  'names never used': 'input x : [3]\ninput z : [2]\nconst W = [1]\na = relu(x)\n_b = relu(x)\noutput y = x',
  'unknown layers': 'input x : [3]\na = rleu(x)\nb = convolution_3d(x)\nc = x(3)\nd = relu\noutput y = x',
  'wrong arguments': 'input x : [3]\na = relu(x, alpha = 2)\nb = leaky_relu(x, alpah = 2)\nc = relu(x, x)\nd = relu()\ne = leaky_relu(x, alpha = x)\nf = clip(x, max = 3, max = 4)\ng = clip(min = 3, x)\nh = relu(y = x)\noutput y = x',
  'wrong arguments of dense': 'input x : [3]\na = dense(x)\nb = dense(x, [[1], [2], [3]], weight = 3)\nc = dense(x, [1, 2, 3])\nd = dense(x, [[1], [2], [3]], bias = [1, 2, 3], 4)\noutput y = x',
  'shapes that do not fit': 'input x : [3]\na = x + [1, 2]\nb = x @ [[1, 2], [3, 4]]\nc = 2 @ x\nd = concat(x, [[1]])\ne = reshape(x, [2])\nf = transpose(x, perm = [1])\noutput y = x',
  'shapes that would take the batch along': 'input x : [2, 3]\na = gemm(x, [[1], [2], [3]])\nb = x as int8 * [[[1, 2, 3], [1, 2, 3]]]\nc = quant(x, [[[1, 2, 3]], [[1, 2, 3]]], 0, 8)\nd = shape(x)\noutput y = x',
  'axes that do not exist': 'input x : [3]\na = softmax(x, axis = 1)\nb = reduce_sum(x, axes = [-2])\nc = arg_max(x, axis = 0.5)\nd = concat(x, x, axis = "last")\noutput y = x',
  'wrong indices': 'input x : [3]\na = x[3]\nb = x[0, 0]\nc = x[2:1]\nd = x[0:4]\ne = x[0.5]\nf = x[::0]\noutput y = x',
  'bad shapes': 'input x : [0]\ninput z : [2.5]\ninput w : [99999999999]\nconst c : [2] = [1, 2, 3]\nconst d : [2, 2] = "w.npy"\ny = expand(3, [9999, 9999])',
  'ragged tensors': 'input x : [3]\nconst a = [[1, 2], [3]]\nconst b = [1, [2]]\nconst c = [[1], 2]\nconst d = []\noutput y = x + 1e999',
  'bad files': 'input x : [3]\nconst a = "a.npy"\nconst b = "folder.npy"\nconst c = "nan.npy"\nconst d = "text.npy"\nconst e = "e.txt"\noutput y = x * "w.npy"',
  'constants that are none': 'input x : [3]\nconst a = x + 1\nconst b : codes shift<3> = [9]\nconst c : int8 * [1, 2] = [1, 2, 3]\noutput y = x',
  'values that do not exist': 'input x : [3]\nconst a = 1 / 0\nconst b = log(-1)\noutput y = x',
  'states': 'input x : [3]\nstate a : [3] fixed<8,1> = 0.3\nstate b : [3] = 0\nstate c : [3] fixed<8,1> = 0\nnext c = x as fixed<8,2>\nstate d : [3] = 0\nnext d = x[0]\nnext e = x\nstate f : [3] = x\nstate g : [3] = 0\nnext g = x\nnext g = x\noutput y = a + b + c + d + g',
  'settings': 'network n\n  style streamin\n  target xc8\n  clock 5\n  clock 0 ns\n  batch maybe\n  style unrolled fast\ninput x : [3]\noutput y = x',
  'folds': 'input x : [4]\nconst W = [[1, 2], [3, 4], [5, 6], [7, 8]]\na = x @ W fold(pe = 3, simd = 8)\nb = x @ W fold(pee = 1, pe = 0, pe = 1, pe = 2)\nc = x fold(pe = 1)\noutput y = a + b + c',
  'several results': 'input x : [4]\na, b = relu(x)\nc, d = x + 1\ne, f, g = split(x)\noutput y = x',
  'outputs': 'input x : [4]\noutput y\noutput z = x\noutput z\noutput x',
  'lmul without formats': 'input x : [2] int8\nconst W : float<4,3> = [[1], [2]]\noutput y = lmul(x, W)\noutput z = lmul(x as int4, W, format = "int4")',
  'an empty file': '',
  'comments alone': '# nothing\n',
  'the network in another place': 'input x : [4]\nnetwork n\noutput y = x',
};

const golden = join(import.meta.dirname, 'golden/errors.txt');

function said(program: string): string {
  try {
    importBloom(new TextEncoder().encode(program), 'x.bloom', readFile);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('mistakes', () => {
  it('are explained as in the golden file', () => {
    const text = Object.entries(WRONG).map(([what, program]) => `==== ${what}\n${program}\n----\n${said(program)}\n`).join('\n');
    if (process.env.UPDATE_GOLDEN !== undefined || !existsSync(golden)) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it('are found in every one of these programs', () => {
    for (const program of Object.values(WRONG)) expect(said(program)).toMatch(/^error\[/);
  });

  it('are limited in number', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `a${i} = b${i}`).join('\n');
    expect(said(`input x : [1]\n${lines}\noutput y = x`)).toMatch(/\nnote\[more-errors\]: x\.bloom:42:\d+: 60 more errors$/);
  });
});

describe('the language', () => {
  it('knows the styles and targets of the compiler', () => {
    expect(STYLE_NAMES).toEqual(STYLES);
    expect(TARGET_NAMES).toEqual(TARGETS.map((target) => target.name));
  });
});
