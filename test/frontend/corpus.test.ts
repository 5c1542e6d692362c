import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { importOnnx } from '../../src/frontend/onnx/import.ts';
import { evaluate, prepareGraph, type PreparedGraph } from '../../src/graph/evaluator.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { sizeOf, type RealTensor } from '../../src/graph/tensor.ts';
import { findLayer } from '../../src/layers/index.ts';
import {
  CORPUS, DENSE_CASES, describeCorpus, expectedCodes, expectedOutputs, modelPath, npy, type CorpusCase,
} from '../corpus.ts';

/** The expected outputs are those before a last Softmax. */
function withoutSoftmax(graph: Graph): Graph {
  const outputs = graph.outputs.map(
    (name) => graph.nodes.find((node) => node.kind === 'Softmax' && node.outputs[0] === name)?.inputs[0] ?? name,
  );
  return { ...graph, outputs };
}

interface Evaluated {
  readonly prepared: PreparedGraph;
  readonly outputs: readonly RealTensor[];
  /** Codes of the activations of each sample, by tensor name. */
  readonly codes: readonly ReadonlyMap<string, Float64Array>[];
}

async function evaluateCase(corpusCase: CorpusCase): Promise<Evaluated> {
  const prepared = prepareGraph(withoutSoftmax(await loadNetwork(modelPath(corpusCase))), findLayer);
  const [{ name, shape }] = prepared.inputs;
  const { data } = corpusCase.input();
  const size = sizeOf(shape);
  const codes: Map<string, Float64Array>[] = [];
  const outputs = Array.from({ length: data.length / size }, (_, sample) => {
    const recorded = new Map<string, Float64Array>();
    codes.push(recorded);
    const values = Float64Array.from(data.subarray(sample * size, (sample + 1) * size), Number);
    const results = evaluate(
      prepared, new Map([[name, { shape, values }]]), (tensorName, tensor) => recorded.set(tensorName, tensor.values),
    );
    return [...results.values()][0];
  });
  return { prepared, outputs, codes };
}

function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

/** MNIST digits that are recognized among the first thousand. */
const RECOGNIZED: Readonly<Record<string, number>> = { tfc_1w1a: 913, tfc_1w2a: 938 };

describeCorpus('dense networks of the corpus as imported', () => {
  it.each(DENSE_CASES.map((each) => [each.id, each] as const))('%s: every output and every code', async (id, corpusCase) => {
    const { prepared, outputs, codes } = await evaluateCase(corpusCase);
    const expected = expectedOutputs(corpusCase).data;
    const found = outputs.flatMap((tensor) => [...tensor.values]);
    expect(found.length).toBe(expected.length);
    const wrong = found.findIndex((value, i) => (Number.isInteger(expected[i])
      ? value !== expected[i] : !(Math.abs(value - Number(expected[i])) <= 1e-9 * Math.abs(Number(expected[i])))));
    expect(wrong, `output ${wrong}: ${found[wrong]} for ${expected[wrong]}`).toBe(-1);

    for (const [name, { data }] of expectedCodes(corpusCase)) {
      const constant = prepared.constantCodes.get(name);
      const size = constant?.values.length ?? codes[0].get(name)!.length;
      const samples = constant === undefined
        ? codes.slice(0, data.length / size).map((each) => each.get(name)!)
        : [constant.values];
      expect(samples.flatMap((values) => [...values]), name).toEqual(Array.from(data, Number));
    }

    if (id in RECOGNIZED) {
      const labels = npy('data/mnist/first1000_labels.npy').data;
      expect(outputs.filter((tensor, i) => largest(tensor.values) === Number(labels[i])).length).toBe(RECOGNIZED[id]);
    }
  });

  it('every other network is imported, or its operators are named', () => {
    const folders = ['qonnx', 'converted', 'float'].map((folder) => join(CORPUS, 'models', folder));
    const files = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
      .filter((file) => file.endsWith('.onnx'));
    const dense = new Set(DENSE_CASES.map(modelPath));
    expect(files.length).toBeGreaterThan(dense.size);
    for (const file of files.filter((each) => !dense.has(each))) {
      try {
        importOnnx(readFileSync(file), 'other.onnx');
      } catch (error) {
        expect(error, file).toBeInstanceOf(UserError);
        for (const { code, origin, help } of (error as UserError).diagnostics) {
          expect(code, file).toBe('unsupported-operator');
          expect(origin, file).toMatch(/^other\.onnx › ./);
          expect(help, file).toMatch(/\w/);
        }
      }
    }
  });
});
