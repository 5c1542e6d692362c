import { describe, expect, it } from 'vitest';
import { evaluate, prepareGraph } from '../../src/graph/evaluator.ts';
import type { Graph, GraphNode } from '../../src/graph/ir.ts';
import type { RealTensor } from '../../src/graph/tensor.ts';
import { findLayer, LAYERS } from '../../src/layers/index.ts';
import type { Cases, LayerCase } from './case.ts';
import { elementwiseCases } from './cases/elementwise.ts';
import { formatCases } from './cases/formats.ts';
import { imageCases } from './cases/images.ts';
import { integerCases } from './cases/integers.ts';
import { linearCases } from './cases/linear.ts';
import { quantizerCases } from './cases/quantizers.ts';
import { reductionCases } from './cases/reductions.ts';
import { shapeCases } from './cases/shapes.ts';

const CASES: Cases = {
  ...quantizerCases, ...linearCases, ...imageCases, ...integerCases, ...elementwiseCases, ...shapeCases, ...reductionCases, ...formatCases,
};

/** Layers whose first input must be known at compile time. */
const LITERAL_FIRST = new Set(['ConstantOfShape', 'Decode', 'VectorDecode']);

interface Run {
  readonly outputs: readonly (RealTensor | undefined)[];
  readonly codes?: RealTensor;
}

/** Evaluates a graph of this one layer; its first input is the network's where `input` says so, everything else is constant. */
function run(operator: string, { inputs, attributes = {}, version = 21, expected }: LayerCase, input: boolean): Run {
  const names = inputs.map((tensor, i) => (tensor === undefined ? '' : `x${i}`));
  const outputs = expected.map((tensor, i) => (tensor === undefined ? '' : `y${i}`));
  const node: GraphNode = {
    kind: operator, name: operator, inputs: names, outputs, attributes, version, origin: `test › ${operator}`,
  };
  const graph: Graph = {
    name: 'test', inputs: input ? [{ name: 'x0', shape: inputs[0]!.shape }] : [], outputs: outputs.filter((name) => name !== ''),
    constants: new Map(inputs.flatMap((tensor, i) => (tensor === undefined || (input && i === 0) ? [] : [[names[i], tensor]]))),
    nodes: [node],
  };
  const prepared = prepareGraph(graph, findLayer);
  let codes = prepared.constantCodes.get('y0');
  const results = evaluate(
    prepared, input ? new Map([['x0', inputs[0]!]]) : new Map(), (name, tensor) => { if (name === 'y0') codes = tensor; },
  );
  return { outputs: outputs.map((name) => results.get(name)), codes };
}

/** Equal where the result is exact; otherwise its error interval, widened by the literal's own rounding, holds the literal. */
function expectTensor(found: RealTensor, expected: RealTensor): void {
  expect(found.shape).toEqual(expected.shape);
  expected.values.forEach((value, i) => {
    const error = found.errors?.[i] ?? 0;
    expect(Math.abs(found.values[i] - value), `element ${i}: ${found.values[i]} for ${value}`)
      .toBeLessThanOrEqual(error === 0 ? 0 : error + Math.abs(value) * 2 ** -50);
    expect(error).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
  });
}

describe.each(LAYERS.map((kind) => kind.operator))('%s', (operator) => {
  const cases = CASES[operator] ?? [];

  it('has a case', () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases.map((each) => [each.about, each] as const))('%s', (_, layerCase) => {
    const ways = layerCase.inputs.length === 0 || LITERAL_FIRST.has(operator) ? [false] : [false, true];
    for (const input of ways) {
      const { outputs, codes } = run(operator, layerCase, input);
      layerCase.expected.forEach((expected, i) => expected !== undefined && expectTensor(outputs[i]!, expected));
      expect(codes && [...codes.values]).toEqual(layerCase.codes);
    }
  });
});

describe('the registry', () => {
  it('names every operator once', () => {
    expect(new Set(LAYERS.map((kind) => kind.operator)).size).toBe(LAYERS.length);
  });

  it('has a layer for every case', () => {
    expect(Object.keys(CASES).filter((operator) => findLayer(operator) === undefined)).toEqual([]);
  });

  it('describes every layer', () => {
    for (const kind of LAYERS) expect(kind.summary, kind.operator).not.toBe('');
  });
});
