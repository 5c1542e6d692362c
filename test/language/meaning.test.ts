import { describe, expect, it } from 'vitest';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import { findLayer } from '../../src/layers/index.ts';
import { read } from './programs.ts';

/** Shape (without batch) and numbers of the program's output y. */
function run(text: string, x: readonly number[]): { shape: readonly number[]; values: number[] } {
  const graph = read(text);
  const [{ name, shape }] = graph.inputs;
  const result = evaluate(prepareGraph(graph, findLayer), new Map([[name, { shape, values: Float64Array.from(x) }]])).get(graph.outputs[0])!;
  expect(result.shape[0]).toBe(1);
  return { shape: result.shape.slice(1), values: [...result.values] };
}

const V = [1, 2, 3];
const M = [1, 2, 3, 4, 5, 6];

/** An expression of x (of the given shape) and what it is for the numbers. */
const CASES: readonly (readonly [expression: string, shape: string, x: readonly number[], result: readonly number[], values: readonly number[]])[] = [
  // Precedence and operators.
  ['1 + x * 2 - 4 / 2', '[3]', V, [3], [1, 3, 5]],
  ['-x * 2 - -1', '[3]', V, [3], [-1, -3, -5]],
  ['x - 1 - 1', '[3]', V, [3], [-1, 0, 1]],
  ['x / 2 / 2', '[3]', V, [3], [0.25, 0.5, 0.75]],
  ['(x < 2) + (x <= 2) * 10 + (x > 2) * 100 + (x >= 2) * 1000 + (x == 2) * 10000', '[3]', V, [3], [11, 11010, 1100]],
  ['x as int8 * 2', '[3]', V, [3], [0, 2, 4]],
  ['x + 1 as ufixed<2,1> * 1/2', '[3]', [-1, -0.4, 3], [3], [0, 0.5, 0.75]],
  // Broadcasting: a constant has no batch dimension, whatever its rank.
  ['x + [10, 20, 30]', '[3]', V, [3], [11, 22, 33]],
  ['x + [[10], [20]]', '[3]', V, [2, 3], [11, 12, 13, 21, 22, 23]],
  ['[[[100]], [[200]]] + x', '[2, 3]', M, [2, 2, 3], [101, 102, 103, 104, 105, 106, 201, 202, 203, 204, 205, 206]],
  ['max(x, [[2, 2, 5], [9, 0, 0]])', '[3]', V, [2, 3], [2, 2, 5, 9, 2, 3]],
  ['where([[1, 0, 1]], x, -x)', '[3]', V, [1, 3], [1, -2, 3]],
  // Products: vectors are rows on the left and columns on the right.
  ['x @ [[1, 10], [2, 20], [3, 30]]', '[3]', V, [2], [14, 140]],
  ['[[1, 2, 3], [10, 20, 30]] @ x', '[3]', V, [2], [14, 140]],
  ['x @ [1, 2, 3]', '[3]', V, [], [14]],
  ['x @ x', '[3]', V, [], [14]],
  ['x @ [[1], [2], [3]]', '[2, 3]', M, [2, 1], [14, 32]],
  ['[[1, 2]] @ x', '[2, 3]', M, [1, 3], [9, 12, 15]],
  ['[1, 2] @ x', '[2, 3]', M, [3], [9, 12, 15]],
  ['[1, 2] @ x', '[2, 2, 1]', [1, 2, 3, 4], [2, 1], [5, 11]],
  ['[1, 2] @ x', '[2]', [3, 4], [], [11]],
  ['x @ x[0, :, 0]', '[2, 2, 2]', [1, 2, 3, 4, 5, 6, 7, 8], [2, 2], [7, 15, 23, 31]],
  ['x[0] @ transpose(x)', '[2, 3]', M, [2], [14, 32]],
  ['x @ x[1]', '[2, 3]', M, [2], [32, 77]],
  ['x @ transpose(x)', '[2, 3]', M, [2, 2], [14, 32, 32, 77]],
  ['dense(x, [[1, 0], [0, 1], [1, 1]], bias = [100, 200])', '[3]', V, [2], [104, 205]],
  ['dense(x, [[1, 0], [0, 1], [1, 1]], [100, 200])', '[2, 3]', M, [2, 2], [104, 205, 110, 211]],
  // Axes count without the batch; the last one where none is named.
  ['arg_max(x)', '[2, 3]', [3, 2, 1, 4, 6, 5], [2, 1], [0, 1]],
  ['arg_max(x, axis = 0)', '[2, 3]', [3, 2, 9, 4, 6, 5], [1, 3], [1, 1, 0]],
  ['arg_max(x, keepdims = 0)', '[3]', V, [], [2]],
  ['reduce_sum(x)', '[2, 3]', M, [2, 1], [6, 15]],
  ['reduce_sum(x, axes = [0])', '[2, 3]', M, [1, 3], [5, 7, 9]],
  ['reduce_mean(x, axes = [0, 1], keepdims = 0)', '[2, 3]', M, [], [3.5]],
  ['reduce_max(x, [-1])', '[2, 3]', M, [2, 1], [3, 6]],
  ['concat(x, x * 10)', '[3]', V, [6], [1, 2, 3, 10, 20, 30]],
  ['concat(x, [[7], [8]], axis = 1)', '[2, 3]', M, [2, 4], [1, 2, 3, 7, 4, 5, 6, 8]],
  ['concat([[7, 8, 9]], x, axis = 0)', '[2, 3]', M, [3, 3], [7, 8, 9, 1, 2, 3, 4, 5, 6]],
  ['concat([7], x)', '[3]', V, [4], [7, 1, 2, 3]],
  ['gather(x, [2, 0])', '[2, 3]', M, [2, 2], [3, 1, 6, 4]],
  ['gather(x, [1], axis = 0)', '[2, 3]', M, [1, 3], [4, 5, 6]],
  ['transpose(x)', '[2, 3]', M, [3, 2], [1, 4, 2, 5, 3, 6]],
  ['transpose(x, perm = [1, 0])', '[2, 3]', M, [3, 2], [1, 4, 2, 5, 3, 6]],
  ['reshape(x, [3, 2])', '[2, 3]', M, [3, 2], M],
  ['reshape(x, [-1])', '[2, 3]', M, [6], M],
  ['flatten(x)', '[2, 3]', M, [6], M],
  ['flatten(x, axis = 1)', '[2, 3]', M, [2, 3], M],
  ['flatten(x, axis = 0)', '[2, 3]', M, [1, 6], M],
  ['flatten(x, axis = -1)', '[2, 1, 3]', M, [2, 3], M],
  ['pad(x, [0, 1, 0, 0])', '[2, 3]', M, [2, 4], [0, 1, 2, 3, 0, 4, 5, 6]],
  ['pad(x, [1, 0], 9, axes = [-1])', '[2, 3]', M, [2, 4], [9, 1, 2, 3, 9, 4, 5, 6]],
  ['resize(x, scales = [1, 1, 2], nearest_mode = "floor", coordinate_transformation_mode = "asymmetric")', '[1, 1, 3]', V, [1, 1, 6], [1, 1, 2, 2, 3, 3]],
  ['conv(x, [[[1, 10]]])', '[1, 3]', V, [1, 2], [21, 32]],
  ['max_pool(x, kernel_shape = [2])', '[1, 3]', V, [1, 2], [2, 3]],
  ['batch_normalization(x, [1, 2], [0, 1], [0, 0], [1, 1], epsilon = 0)', '[2, 3]', M, [2, 3], [1, 2, 3, 9, 11, 13]],
  ['mod(x, [[2], [3]])', '[3]', V, [2, 3], [1, 0, 1, 1, 2, 0]],
  ['squeeze(x)', '[1, 3, 1]', V, [3], V],
  ['squeeze(x, axes = [0])', '[1, 3, 1]', V, [3, 1], V],
  ['unsqueeze(x, axes = [0])', '[3]', V, [1, 3], V],
  ['unsqueeze(x, axes = [-1])', '[3]', V, [3, 1], V],
  ['expand(x, [2, 3])', '[3]', V, [2, 3], [1, 2, 3, 1, 2, 3]],
  ['tile(x, [2, 1])', '[2, 3]', M, [4, 3], [...M, ...M]],
  ['slice(x, [1], [3], axes = [1])', '[2, 3]', M, [2, 2], [2, 3, 5, 6]],
  ['slice(x, [0, 1], [1, 3])', '[2, 3]', M, [1, 2], [2, 3]],
  ['clip(x, max = 2)', '[3]', V, [3], [1, 2, 2]],
  ['clip(x, _, 2)', '[3]', V, [3], [1, 2, 2]],
  ['leaky_relu(-x, alpha = 0.5)', '[3]', V, [3], [-0.5, -1, -1.5]],
  // Indices.
  ['x[1]', '[3]', V, [], [2]],
  ['x[-1]', '[2, 3]', M, [3], [4, 5, 6]],
  ['x[:, 1]', '[2, 3]', M, [2], [2, 5]],
  ['x[1, 1:]', '[2, 3]', M, [2], [5, 6]],
  ['x[::2]', '[3]', V, [2], [1, 3]],
  ['x[-2:, :-1]', '[2, 3]', M, [2, 2], [1, 2, 4, 5]],
];

describe('expressions', () => {
  for (const [expression, inputShape, x, shape, values] of CASES) {
    it(`${expression} of ${inputShape}`, () => {
      expect(run(`input x : ${inputShape}\noutput y = ${expression}`, x)).toEqual({ shape, values });
    });
  }

  it('gives several tensors', () => {
    expect(run('input x : [2, 3]\na, b, c = split(x)\noutput y = a * 100 + b * 10 + c', M)).toEqual({ shape: [2, 1], values: [123, 456] });
    expect(run('input x : [2, 3]\na, b = split(x, split = [2, 1], axis = 1)\noutput y = a + b', M).values).toEqual([4, 5, 10, 11]);
    expect(run('input x : [2, 3]\na, _b = split(x, axis = 0)\noutput y = a', M).values).toEqual(V);
  });
});

describe('constants', () => {
  it('are put into formats, or are their codes', () => {
    const y = (line: string): number[] => run(`input x : [3]\n${line}\noutput y = x * W`, [1, 1, 1]).values;
    expect(y('const W : ternary * 0.5 = [0.6, -0.2, -9]')).toEqual([0.5, 0, -0.5]);
    expect(y('const W : [3] int4 = 2.5')).toEqual([2, 2, 2]);
    expect(y('const W : codes shift<3> * 0.5 = [0, 3, 4]')).toEqual([0.5, 4, -0.5]);
    expect(y('const W : int4 * [1, 0.5, 2] = [3, 3, 3]')).toEqual([3, 3, 4]);
    expect(y('const W : int4 * (1 / 4) = [0.3, 9, -9]')).toEqual([0.25, 1.75, -2]);
    expect(y('const scale = [4, 2, 1] / 8\nconst W : int4 * scale = [0.3, 9, -9]')).toEqual([0.5, 1.75, -1]);
  });

  it('are computed where they are', () => {
    const graph = read('input x : [3]\nconst a = 2 * 3 + [1, 2, 3] / 4\nb = a - 1\noutput y = x + b');
    expect(graph.nodes.map((node) => node.kind)).toEqual(['Add']);
    expect([...graph.constants.get('b')!.values]).toEqual([5.25, 5.5, 5.75]);
  });
});

describe('graphs', () => {
  it('name nodes after statements, the product first', () => {
    const graph = read('input x : [3] int8\nconst W : ternary = [[1, -1], [0, 1], [1, 1]]\nact = relu(dense(x, W, bias = [1, 2])) as uint4 * 0.5 fold(pe = 2, simd = 3)\noutput y = act');
    expect(graph.nodes.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'x_number Format', 'W Format', 'act MatMul', 'act_add Add', 'act_relu Relu', 'act_format Format', 'y Identity',
    ]);
    expect(graph.wishes).toEqual({ folding: { act: { PE: 2, SIMD: 3 } } });
    expect(graph.nodes[2].origin).toBe('test.bloom:3:12');
  });

  it('leave the folding of convolutions to the compiler', () => {
    const graph = read('input x : [1, 5] int4\nconst W : ternary = [[[1, -1]], [[0, 1]]]\noutput y = conv(x, W) as int8 fold(pe = 2, simd = 2)');
    expect(graph.wishes).toEqual({ folding: { y: { PE: 2, SIMD: 2 } } });
    expect(graph.nodes.find(({ name }) => name === 'y')!.kind).toBe('Conv');
  });

  it('hold wishes and states', () => {
    const graph = read('network n\n  style unrolled\n  clock 200 MHz\n  target ecp5\ninput x : [2] int4\nstate h : [2] fixed<8,4> = [0.5, -1]\nnext h = h / 2 + x\noutput y = h');
    expect(graph.name).toBe('n');
    expect(graph.wishes).toEqual({ style: 'unrolled', clock: 5, target: 'ecp5' });
    expect(graph.states).toEqual([{ name: 'h', shape: [1, 2], initial: { shape: [1, 2], values: Float64Array.of(0.5, -1) }, next: 'h_next' }]);
    expect(graph.nodes.at(-2)).toMatchObject({ kind: 'Format', name: 'h_next', outputs: ['h_next'] });
  });

  it('do not quantize twice what a state becomes', () => {
    const formats = (line: string): number => read(`input x : [2] int4\nstate h : [2] fixed<8,4> * 0.5 = 0\n${line}\noutput y = h`)
      .nodes.filter(({ kind }) => kind === 'Format').length;
    expect(formats('next h = h + x')).toBe(2);
    expect(formats('next h = h + x as fixed<8,4> * 0.5')).toBe(2);
    expect(formats('m = h + x as fixed<8,4> * 1/2\nnext h = m')).toBe(2);
    expect(formats('m = h + x as fixed<8,4>\nnext h = m')).toBe(3);
  });

  it('take scales and formats of L-Mul from its factors', () => {
    const graph = read('input x : [2] float<4,3> * 0.5\nconst W : float<4,3> * 0.25 = [[1], [2]]\noutput y = lmul(x, W)');
    const node = graph.nodes.find(({ kind }) => kind === 'LMulMatMul')!;
    expect(node.attributes).toEqual({ format: 'float<4,3>' });
    expect(node.inputs.slice(2).map((name) => graph.constants.get(name)!.values[0])).toEqual([0.5, 0.25]);
  });

  it('have the batch dimension where it is explicit', () => {
    const graph = read('network n\n  batch explicit\ninput x : [1, 2, 3]\noutput y = concat(x, x, axis = 2)');
    expect(graph.inputs).toEqual([{ name: 'x', shape: [1, 2, 3] }]);
    expect(graph.nodes[0].attributes).toEqual({ axis: 2 });
  });
});
