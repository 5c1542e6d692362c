import { describe, expect, it } from 'vitest';
import { compileNetwork, lowerNetwork, STYLES } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine } from '../../src/compiler/engines.ts';
import { Comparison } from '../../src/compiler/ladder.ts';
import { randomSamples } from '../../src/compiler/samples.ts';
import { verify } from '../../src/compiler/verify.ts';
import { exportOnnx } from '../../src/frontend/onnx/export.ts';
import { importOnnx } from '../../src/frontend/onnx/import.ts';
import type { Graph } from '../../src/graph/ir.ts';
import { EXAMPLE_FORMATS, parseFormat } from '../../src/number/formats/index.ts';
import { madeUpSamples } from '../../src/quantize/data-free.ts';
import { measure } from '../../src/quantize/measure.ts';
import { quantizeNetwork, type QuantizeOptions } from '../../src/quantize/quantize.ts';
import { SCALE_CHOICES } from '../../src/quantize/scale.ts';
import type { Sharing } from '../../src/quantize/weights.ts';
import { floatNetwork, imageNetwork, parallelNetwork } from './networks.ts';

const full = process.env.BITLOOM_TEST_FULL !== undefined;
const SHARINGS: readonly Sharing[] = ['tensor', 'channel', { group: 2 }];

/** What reading the written file gives; it must be the same graph but for where its nodes come from. */
function throughFile(graph: Graph): Graph {
  const read = importOnnx(exportOnnx(graph), `${graph.name}.onnx`);
  const plain = ({ nodes, ...rest }: Graph): object => ({ ...rest, nodes: nodes.map(({ origin: _, ...node }) => node) });
  expect(plain(read)).toEqual(plain(graph));
  return read;
}

function weightsOnly(format: string, sharing: Sharing, weightScale: QuantizeOptions['weightScale'] = 'rule'): QuantizeOptions {
  return { weights: () => parseFormat(format), sharing, weightScale };
}

/** Graph and fixed-point engine agree on made-up samples, and something was compared. */
function expectSame(graph: Graph): void {
  const lowered = lowerNetwork(graph);
  const [reference, engine] = [new GraphEngine(lowered), new FixedEngine(lowered.fixed)];
  const comparison = new Comparison();
  const samples = randomSamples(lowered, 6);
  comparison.samples(samples.map((sample) => reference.run(sample)), samples.map((sample) => engine.run(sample)), graph.outputs);
  expect(comparison.difference).toBeUndefined();
  expect(comparison.compared).toBeGreaterThan(0);
}

describe('quantize', () => {
  it('weights of every format, through a file and up the ladder', { timeout: 900_000 }, async () => {
    const formats = new Map(EXAMPLE_FORMATS.map((format, i) => [`dense_${i}`, parseFormat(format)]));
    const { graph, layers } = quantizeNetwork(parallelNetwork([...formats.keys()], 3),
      { weights: (layer) => formats.get(layer), sharing: 'channel', weightScale: 'rule' });
    expect(layers.map(({ weights }) => weights)).toEqual([...formats.values()].map(({ text }) => text));
    const read = throughFile(graph);
    for (const style of full ? STYLES : STYLES.slice(0, 1)) {
      const compiled = compileNetwork(read, { style, target: 'lut6' });
      const { rungs } = await verify(compiled, randomSamples(compiled, 8), { rtlSamples: 2, verilatorSamples: 8, netlistSamples: 4, netlist: full });
      for (const rung of rungs) if (full || rung.name !== 'Verilator = netlist after synthesis') expect(rung, rung.name).toMatchObject({ status: 'passed' });
    }
  });

  for (const format of EXAMPLE_FORMATS) {
    it(`${format}: weights with every sharing and scale, activations too`, () => {
      const dense = floatNetwork(4);
      const { samples } = madeUpSamples(dense, { low: -1, high: 1 });
      for (const sharing of SHARINGS) {
        for (const weightScale of SCALE_CHOICES) {
          const activations = { format: parseFormat('int4'), inputFormat: parseFormat('int6'), scale: 'absmax', samples } as const;
          expectSame(throughFile(quantizeNetwork(dense, { ...weightsOnly(format, sharing, weightScale), activations }).graph));
        }
      }
      const parsed = parseFormat(format);
      // Many values would need tables that nobody builds, and values far apart lie on no grid of 32 bits.
      const { quantizer } = parsed;
      if (parsed.bits > 12 || (quantizer.kind === 'staircase' && (quantizer.integers.length > 300 || quantizer.integers.at(-1)! >= 2 ** 31))) return;
      const activations = { format: parsed, inputFormat: parseFormat('int6'), scale: 'mse', samples } as const;
      expectSame(throughFile(quantizeNetwork(dense, { ...weightsOnly('int4', 'tensor'), activations }).graph));
    });
  }

  it('convolutions: weights by channel and group, activations before the pooling', () => {
    const image = imageNetwork(5);
    const { samples } = madeUpSamples(image, { low: 0, high: 1 });
    const activations = { format: parseFormat('int4'), inputFormat: parseFormat('uint8'), scale: 'percentile', samples } as const;
    for (const sharing of SHARINGS) {
      const { graph, layers } = quantizeNetwork(image, { ...weightsOnly('int4', sharing), activations });
      expect(layers.map((layer) => layer.activations)).toEqual(['uint8', 'uint4']);
      const pool = graph.nodes.findIndex(({ kind }) => kind === 'MaxPool');
      expect(graph.nodes[pool - 1].kind).toBe('Quant');
      expectSame(throughFile(graph));
    }
  });

  it('puts a quantized network into other formats: its old quantizers go', () => {
    const dense = floatNetwork(6);
    const { samples } = madeUpSamples(dense, { low: -1, high: 1 });
    const activations = { format: parseFormat('int4'), inputFormat: parseFormat('int6'), scale: 'absmax', samples } as const;
    const first = quantizeNetwork(dense, { ...weightsOnly('int4', 'channel'), activations }).graph;
    const again = quantizeNetwork(first, { ...weightsOnly('shift<3>', 'tensor'), activations: { ...activations, format: parseFormat('uint6') } });
    const kinds = again.graph.nodes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'Format').length).toBe(3);
    expect(kinds.filter((kind) => kind === 'Quant').length).toBe(3);
    expect(again.notes).toEqual([expect.stringContaining('first reads the network\'s input')]);
    expectSame(throughFile(again.graph));
  });

  it('more bits and finer scales make smaller errors', () => {
    const dense = floatNetwork(7);
    const { samples } = madeUpSamples(dense, { low: -1, high: 1 });
    const error = (format: string, sharing: Sharing, scale: 'rule' | 'mse'): number =>
      measure(dense, quantizeNetwork(dense, weightsOnly(format, sharing, scale)).graph, [], samples).outputs[0].error;
    expect(error('int8', 'tensor', 'rule')).toBeLessThan(0.03);
    expect(error('int4', 'tensor', 'rule')).toBeGreaterThan(error('int8', 'tensor', 'rule'));
    expect(error('int4', 'channel', 'mse')).toBeLessThan(error('int4', 'tensor', 'rule'));
    expect(error('int8', 'channel', 'rule')).toBeLessThan(error('int8', 'tensor', 'rule'));
  });

  it('says which groups would fit', () => {
    expect(() => quantizeNetwork(floatNetwork(4), weightsOnly('int4', { group: 5 }))).toThrow('groups of 5 do not divide the 12 weights');
  });

  it('needs something known about the inputs', () => {
    expect(() => madeUpSamples(floatNetwork(4), undefined)).toThrow('nothing is known about the numbers at input x');
    expect(madeUpSamples(parallelNetwork(['a'], 1), undefined).description).toContain('x from -2 to 1.75');
  });
});
