import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { sameMeaning } from '../../src/frontend/text/fingerprint.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { bloomOf } from '../../src/frontend/text/export.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { findLayer } from '../../src/layers/index.ts';
import { CONVOLUTIONAL_CASES, DENSE_CASES, describeCorpus, modelPath } from '../corpus.ts';
import { Dice } from './mutations.ts';
import { DOCUMENTED, EXAMPLES, noFiles, read } from './programs.ts';

const root = resolve(import.meta.dirname, '../..');

function again(graph: Graph): Graph {
  const { text, files } = bloomOf(graph);
  return importBloom(new TextEncoder().encode(text), 'again.bloom', (path) => files.get(path) ?? noFiles(path));
}

/** Inputs in place i of one graph are inputs in place i of the other. */
function outputs(graph: Graph, seed: number): number[][] {
  const dice = new Dice(seed);
  const inputs = new Map(graph.inputs.map(({ name, shape }) =>
    [name, { shape, values: Float64Array.from({ length: sizeOf(shape) }, () => dice.below(256) / 64 - 1) }]));
  const results = evaluate(prepareGraph(graph, findLayer), inputs);
  return graph.outputs.map((name) => [...results.get(name)!.values]);
}

/** The integers without names. */
function hardware(graph: Graph, inputType?: string): unknown {
  const { nodes } = lowerNetwork(graph, { inputType }).fixed;
  return nodes.map(({ name: _name, origins: _origins, codes: _codes, ...rest }) => rest);
}

function expectSame(graph: Graph, inputType?: string): void {
  const copy = again(graph);
  expect(copy.inputs.map((input) => input.shape)).toEqual(graph.inputs.map((input) => input.shape));
  expect(outputs(copy, 5)).toEqual(outputs(graph, 5));
  expect(hardware(copy, inputType)).toEqual(hardware(graph, inputType));
  expect(bloomOf(copy).text).toBe(bloomOf(again(copy)).text);
}

describe('networks as programs', () => {
  for (const [name, text] of DOCUMENTED) {
    const graph = importBloom(new TextEncoder().encode(text), `${name}.bloom`, noFiles);
    it(`${name} computes the same`, () => expectSame(graph));
  }

  for (const path of EXAMPLES) {
    it(`${basename(path)} computes the same`, async () => expectSame(await loadNetwork(path)));
  }

  it('the example computes the same', async () => expectSame(await loadNetwork(join(root, 'examples/digits/digits.onnx'))));

  it('are written in shapes of samples where that means the same', () => {
    const text = (program: string): string => bloomOf(read(program)).text;
    const explicit = 'network n\n  batch explicit\n';
    const sample = (shape: string, expression: string): string =>
      text(`${explicit}\ninput x : ${shape}\noutput y = ${expression}`).replace(/^[\s\S]*\ny = /, '').replace(/\noutput y\n$/, '');
    expect(sample('[1, 2, 3]', 'concat(x, x, axis = 1)')).toBe('concat(x, x, axis = 0)');
    expect(sample('[1, 2, 3]', 'concat(x, [[[1, 2, 3]]], axis = 1)')).toBe('concat(x, [[1, 2, 3]], axis = 0)');
    expect(sample('[1, 2, 3]', 'x + [[[1, 2, 3]]]')).toBe('x + [[1, 2, 3]]');
    expect(sample('[1, 2, 3]', 'transpose(x, perm = [0, 2, 1])')).toBe('transpose(x, perm = [1, 0])');
    expect(sample('[1, 2, 3]', 'reduce_sum(x, [2])')).toBe('reduce_sum(x)');
    expect(sample('[1, 2, 3]', 'reshape(x, [0, -1])')).toBe('flatten(x)');
    expect(sample('[1, 2, 3]', 'pad(x, [0, 1, 0, 0, 0, 2])')).toBe('pad(x, [1, 0, 0, 2])');
    expect(sample('[1, 2, 3, 3]', 'resize(x, _, [1, 1, 2, 2])')).toBe('resize(x, _, [1, 2, 2])');
    for (const odd of ['x[0:1, :, 1:3]', 'transpose(x, perm = [1, 0, 2])', 'concat(x, x, axis = 0)', 'reshape(x, [2, 3])', 'x + [[[1]], [[2]]]']) {
      expect(text(`${explicit}input x : [1, 2, 3]\noutput y = ${odd}`)).toMatch(/batch explicit/);
    }
  });

  it('are told from networks that compute something else', () => {
    const graph = read(DOCUMENTED.get('classifier')!);
    expect(sameMeaning(graph, read(DOCUMENTED.get('classifier')!))).toBe(true);
    const changes: readonly (readonly [string, string])[] = [
      ['[8] uint4 * 1/16', '[8] uint4 * 1/8'], ['[8] uint4', '[8] int4'], ['[1, -1, 1, 1], [-1', '[1, 1, 1, 1], [-1'], ['-0.5, 0, 1]', '-0.5, 0, 2]'], ['relu(', 'sigmoid('],
      ['as uint4 * 0.25\n', 'as uint4<trn,sat> * 0.25\n'], ['arg_max', 'arg_min'], ['W2 : int4 *', 'W2 : int5 *'], ['dense(act', 'dense(act + 1'],
    ];
    for (const [from, to] of changes) {
      const changed = DOCUMENTED.get('classifier')!.replace(from, to);
      expect(changed).not.toBe(DOCUMENTED.get('classifier')!);
      expect(sameMeaning(graph, read(changed)), `${from} is ${to}`).toBe(false);
    }
  });

  it('keeps wishes', () => {
    const graph = importBloom(new TextEncoder().encode(DOCUMENTED.get('classifier')!), 'classifier.bloom', noFiles);
    const { wishes } = again(graph);
    expect(wishes).toMatchObject({ style: 'streaming', clock: 5, target: 'xc7' });
    expect(Object.values(wishes!.folding!)).toEqual([{ PE: 2, SIMD: 4 }]);
  });
});

describeCorpus('networks of others as programs', () => {
  const some = /tfc_1w2a|jettagging|bnn_fc|separable.*_32$|qkeras_mnist/;
  // The largest stands in at 32 x 32 pixels.
  const long = process.env.BITLOOM_TEST_FULL !== undefined;
  for (const corpusCase of [...DENSE_CASES, ...CONVOLUTIONAL_CASES].filter(({ id }) => (long && id !== 'branched_model_ch_last') || some.test(id))) {
    it(`${corpusCase.id} computes the same`, async () => expectSame(await loadNetwork(modelPath(corpusCase)), corpusCase.inputType));
  }
});
