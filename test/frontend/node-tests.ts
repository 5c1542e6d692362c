import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeModel, decodeTensorFile, encodeModel } from '../../src/frontend/onnx/codec.ts';
import { importOnnx } from '../../src/frontend/onnx/import.ts';
import type { OnnxModel, OnnxTensor } from '../../src/frontend/onnx/schema.ts';
import { tensorValues } from '../../src/frontend/onnx/tensor-values.ts';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import { sizeOf, type RealTensor } from '../../src/graph/tensor.ts';
import { findLayer } from '../../src/layers/index.ts';
import { CORPUS } from '../corpus.ts';

/** The folders of ONNX's own tests in the corpus: one operator (or a function made of several), inputs and outputs. */
export const NODE_TEST_SUITES = ['onnx-node-tests', 'onnx-node-tests-pytorch-converted'] as const;

export interface NodeTest {
  readonly name: string;
  readonly model: Uint8Array;
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
}

export function nodeTests(suite: string): NodeTest[] {
  const folder = join(CORPUS, suite);
  const names = readdirSync(folder).filter((name) => name.startsWith('test_')).sort();
  return names.map((name) => {
    const data = join(folder, name, 'test_data_set_0');
    const tensors = (kind: string): OnnxTensor[] => {
      const count = readdirSync(data).filter((file) => file.startsWith(`${kind}_`)).length;
      return Array.from(
        { length: count }, (_, i) => decodeTensorFile(readFileSync(join(data, `${kind}_${i}.pb`)), `${name} ${kind} ${i}`),
      );
    };
    return { name, model: readFileSync(join(folder, name, 'model.onnx')), inputs: tensors('input'), outputs: tensors('output') };
  });
}

export interface NodeTestResult {
  readonly found: readonly RealTensor[];
  readonly expected: readonly RealTensor[];
}

/**
 * Operators whose inputs from a number on say how and not what: shapes, axes, places. Networks hold them as constants, and so
 * does the test that is run; it reads all others.
 */
const FIRST_CONSTANT: Readonly<Record<string, number>> = {
  ConstantOfShape: 0, DequantizeLinear: 1, Expand: 1, Gather: 1, Pad: 1, QLinearConv: 1, QLinearMatMul: 1, QuantizeLinear: 1, ReduceSum: 1,
  Reshape: 1, Resize: 1, Slice: 1, Split: 1, Squeeze: 1, Tile: 1, TopK: 1, Unsqueeze: 1, Upsample: 1,
};

/** The model of a test with its inputs from number `first` on as constants. */
export function constantInputs({ name, model, inputs }: NodeTest, first: number): Uint8Array {
  const file = decodeModel(model, `${name}.onnx`);
  const names = inputNames(file);
  const constants = inputs.slice(first).map((tensor, i) => ({ ...tensor, name: names[first + i] }));
  return encodeModel({ ...file, graph: { ...file.graph, initializer: [...file.graph.initializer, ...constants] } });
}

function inputNames({ graph }: OnnxModel): string[] {
  const stored = new Set(graph.initializer.map((tensor) => tensor.name));
  return graph.input.map((input) => input.name!).filter((input) => !stored.has(input));
}

/** Imports and evaluates the model of a test. */
export function runNodeTest(test: NodeTest): NodeTestResult {
  const { name, model, inputs, outputs } = test;
  const file = decodeModel(model, `${name}.onnx`);
  const { node } = file.graph;
  const firstConstant = node.length === 1 ? FIRST_CONSTANT[node[0].opType!] ?? inputs.length : inputs.length;
  const names = inputNames(file);
  const prepared = prepareGraph(importOnnx(constantInputs(test, firstConstant), `${name}.onnx`), findLayer);
  const given = new Map(inputs.slice(0, firstConstant).map((tensor, i) => [names[i], real(tensor, name)]));
  const results = evaluate(prepared, given);
  return {
    found: file.graph.output.map((output) => results.get(output.name!)!), expected: outputs.map((tensor) => real(tensor, name)),
  };
}

/** The numbers of a tensor in a file. */
export function real(tensor: OnnxTensor, origin: string): RealTensor {
  const { dims, data } = tensorValues(tensor, origin);
  return { shape: dims, values: data };
}

/** What differs between two tensors, '' where the second is within `relative` of the first everywhere. */
export function difference(found: RealTensor, expected: RealTensor, relative: number): string {
  if (found.shape.join() !== expected.shape.join()) return `shape [${found.shape.join()}] for [${expected.shape.join()}]`;
  for (let i = 0; i < sizeOf(expected.shape); i++) {
    const [value, wanted] = [found.values[i], expected.values[i]];
    if (!(Math.abs(value - wanted) <= relative * Math.max(1, Math.abs(wanted)))) return `element ${i}: ${value} for ${wanted}`;
  }
  return '';
}
