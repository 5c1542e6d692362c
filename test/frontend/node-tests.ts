import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeModel, decodeTensorFile } from '../../src/frontend/onnx/codec.ts';
import { importOnnx } from '../../src/frontend/onnx/import.ts';
import { tensorValues } from '../../src/frontend/onnx/tensor-values.ts';
import type { OnnxTensor } from '../../src/frontend/onnx/schema.ts';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import { sizeOf, type RealTensor } from '../../src/graph/tensor.ts';
import { findLayer } from '../../src/layers/index.ts';
import { encodeModel } from '../../src/frontend/onnx/codec.ts';
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
      return Array.from({ length: count }, (_, i) => decodeTensorFile(readFileSync(join(data, `${kind}_${i}.pb`)), `${name} ${kind} ${i}`));
    };
    return { name, model: readFileSync(join(folder, name, 'model.onnx')), inputs: tensors('input'), outputs: tensors('output') };
  });
}

export interface NodeTestResult {
  readonly found: readonly RealTensor[];
  readonly expected: readonly RealTensor[];
}

/**
 * Runs a test. Inputs that hold shapes, axes, bounds or limits are given as constants, as trained networks hold them: all inputs from
 * number `firstConstant` on.
 */
export function runNodeTest({ name, model, inputs, outputs }: NodeTest, firstConstant: number): NodeTestResult {
  const file = decodeModel(model, `${name}.onnx`);
  const graphInputs = file.graph.input.filter((input) => !file.graph.initializer.some((tensor) => tensor.name === input.name));
  const constants = inputs.slice(firstConstant).map((tensor, i) => ({ ...tensor, name: graphInputs[firstConstant + i].name }));
  const graph = importOnnx(encodeModel({ ...file, graph: { ...file.graph, initializer: [...file.graph.initializer, ...constants] } }), `${name}.onnx`);
  const prepared = prepareGraph(graph, findLayer);
  const given = new Map(inputs.slice(0, firstConstant).map((tensor, i) => [graphInputs[i].name!, real(tensor, name)]));
  const results = evaluate(prepared, given);
  return { found: file.graph.output.map((output) => results.get(output.name!)!), expected: outputs.map((tensor) => real(tensor, name)) };
}

function real(tensor: OnnxTensor, origin: string): RealTensor {
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
