import { describe, expect, it } from 'vitest';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine, samplesOf } from '../../src/compiler/engines.ts';
import type { Graph, GraphNode } from '../../src/graph/ir.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';
import { loadNetwork } from '../../src/frontend/index.ts';
import { requantizeAsTflite } from '../../src/passes/requantize-as-tflite.ts';
import { CONVOLUTIONAL_CASES, describeCorpus, modelPath, npy } from '../corpus.ts';

const SAMPLES = process.env.BITLOOM_TEST_FULL === undefined ? 20 : Infinity;

describeCorpus('codes of int8 networks, by both rules', () => {
  const cases = CONVOLUTIONAL_CASES.filter(({ id }) => id.endsWith('_int8_qdq'));
  for (const [rule, file] of [['exact', 'codes'], ['tflite', 'tflite_int8_codes']] as const) {
    it.each(cases.map((each) => [each.id, each] as const))(`%s, ${rule}`, async (id, corpusCase) => {
      const lowered = lowerNetwork(await loadNetwork(modelPath(corpusCase)), { requantize: rule });
      const samples = samplesOf(lowered, corpusCase.input(), id).slice(0, SAMPLES);
      const { data } = npy(`expected/${id}.${file}.npy`);
      const [last] = lowered.graph.nodes.slice(-1);
      for (const engine of [new GraphEngine(lowered), new FixedEngine(lowered.fixed)]) {
        const found = samples.flatMap((sample) => [...engine.run(sample).codes.get(last.inputs[0])!]);
        expect(found).toEqual(Array.from(data.subarray(0, found.length), Number));
      }
    }, 600_000);
  }
});

describe('layers that TensorFlow Lite fuses', () => {
  const tensor = (values: readonly number[], shape: readonly number[] = []): RealTensor => ({ shape, values: Float64Array.from(values) });
  const constants = new Map(Object.entries({
    s: tensor([0.5]), z: tensor([3]), w: tensor([2, -1], [2, 1]), one: tensor([1]), zero: tensor([0]), six: tensor([6]), low: tensor([-1]),
  }));
  const node = (kind: string, inputs: string[], output: string, attributes: GraphNode['attributes'] = {}): GraphNode =>
    ({ kind, name: output, inputs, outputs: [output], attributes, version: 13, origin: `test › ${output}` });
  const network = (...middle: GraphNode[]): Graph => ({
    name: 'test', inputs: [{ name: 'x', shape: [1, 1] }], outputs: ['y'], constants, nodes: [
      node('QuantizeLinear', ['x', 's', 'z'], 'q', { element_type: 'int8' }), node('DequantizeLinear', ['q', 's', 'z'], 'd'),
      node('DequantizeLinear', ['w', 'one', 'zero'], 'dw'), node('Gemm', ['d', 'dw'], 'g', { transB: 1 }), ...middle,
    ],
  });

  it('limits come from Relu and Clip', () => {
    const clipped = network(node('Clip', ['g', 'low', 'six'], 'c'), node('QuantizeLinear', ['c', 's', 'z'], 'y', { element_type: 'int8' }));
    const { graph, exact } = requantizeAsTflite(clipped);
    expect(exact).toEqual([]);
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['QuantizeLinear', 'TFLiteFullyConnected']);
    expect(graph.nodes[1].attributes).toEqual({ minimum: -1, maximum: 6 });
  });

  it('what is not known stays exact, and is named', () => {
    const { graph, exact } = requantizeAsTflite(network(
      node('QuantizeLinear', ['g', 's', 'z'], 'p', { element_type: 'int8' }), node('DequantizeLinear', ['p', 's', 'z'], 'dp'),
      node('Sigmoid', ['dp'], 'u'), node('QuantizeLinear', ['u', 's', 'z'], 'y', { element_type: 'int8' }),
    ));
    expect(exact).toEqual(['y']);
    expect(graph.nodes.map(({ kind }) => kind)).toContain('TFLiteFullyConnected');
    const layers = network(node('Sigmoid', ['g'], 'y'));
    expect(() => requantizeAsTflite(layers)).toThrow(/no int8 layers/);
  });
});
