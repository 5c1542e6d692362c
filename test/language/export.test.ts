import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { importBloom } from '../../src/frontend/text/import.ts';
import { bloomOf } from '../../src/frontend/text/export.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { findLayer } from '../../src/layers/index.ts';
import { CONVOLUTIONAL_CASES, DENSE_CASES, describeCorpus, modelPath } from '../corpus.ts';
import { Dice } from './mutations.ts';
import { DOCUMENTED, EXAMPLES, noFiles } from './programs.ts';

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

  it('keeps wishes', () => {
    const graph = importBloom(new TextEncoder().encode(DOCUMENTED.get('classifier')!), 'classifier.bloom', noFiles);
    const { wishes } = again(graph);
    expect(wishes).toMatchObject({ style: 'streaming', clock: 5, target: 'xc7' });
    expect(Object.values(wishes!.folding!)).toEqual([{ PE: 2, SIMD: 4 }]);
  });
});

describeCorpus('networks of others as programs', () => {
  const some = /tfc_1w2a|jettagging|bnn_fc|cybsec|_16$|_32$|qkeras_mnist/;
  // The largest stands in at 32 x 32 pixels.
  const long = process.env.BITLOOM_TEST_FULL !== undefined;
  for (const corpusCase of [...DENSE_CASES, ...CONVOLUTIONAL_CASES].filter(({ id }) => (long && id !== 'branched_model_ch_last') || some.test(id))) {
    it(`${corpusCase.id} computes the same`, async () => expectSame(await loadNetwork(modelPath(corpusCase)), corpusCase.inputType));
  }
});
