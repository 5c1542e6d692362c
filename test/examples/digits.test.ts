import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/base/npy.ts';
import { decodeModel, encodeModel } from '../../src/frontend/onnx/codec.ts';
import type { OnnxNode } from '../../src/frontend/onnx/schema.ts';
import { tensorValues } from '../../src/frontend/onnx/tensor-values.ts';
import { BatchNorm, EPSILON } from '../../examples/digits/batch-norm.ts';
import { drawDigits } from '../../examples/digits/draw.ts';
import { exportNetwork } from '../../examples/digits/export.ts';
import { Activation, bipolar, clamped, Dense, REAL_WEIGHTS, type Layer } from '../../examples/digits/layers.ts';
import { accuracy, BINARIZED, createNetwork, train } from '../../examples/digits/network.ts';
import { seededRandom } from '../../examples/digits/random.ts';

const bytes = (name: string) => new Uint8Array(readFileSync(new URL(`../../examples/digits/${name}`, import.meta.url)));
const model = decodeModel(bytes('digits.onnx'), 'digits.onnx');
const images = readNpy(bytes('test-images.npy'), 'test-images.npy');
const labels = readNpy(bytes('test-labels.npy'), 'test-labels.npy');
const constants = new Map(model.graph.initializer.map((tensor) => [tensor.name!, tensorValues(tensor, tensor.name!).data]));

/** The scores of one image in plain float64 arithmetic, node by node as QONNX and ONNX define them. */
function scores(image: Float64Array): Float64Array {
  const values = new Map(constants).set('image', image);
  const operators: Record<string, (node: OnnxNode, ...inputs: Float64Array[]) => Float64Array> = {
    Quant: (_, x, [scale], [zero], [bits]) => x.map((v) => {
      const rounded = Math.round(v / scale + zero);
      return (Math.min(2 ** bits - 1, Math.max(0, rounded)) - zero) * scale;
    }),
    BipolarQuant: (_, x, [scale]) => x.map((v) => (v >= 0 ? scale : -scale)),
    Sub: (_, x, [y]) => x.map((v) => v - y),
    Flatten: (_, x) => x,
    MatMul: (_, x, weights) => {
      const columns = weights.length / x.length;
      const column = (to: number) => x.reduce((sum, v, from) => sum + v * weights[from * columns + to], 0);
      return Float64Array.from({ length: columns }, (_unused, to) => column(to));
    },
    BatchNormalization: (node, x, scale, shift, mean, variance) => {
      const epsilon = node.attribute.find((attribute) => attribute.name === 'epsilon')!.f!;
      return x.map((v, at) => ((v - mean[at]) / Math.sqrt(variance[at] + epsilon)) * scale[at] + shift[at]);
    },
  };
  for (const node of model.graph.node) {
    values.set(node.output[0], operators[node.opType!](node, ...node.input.map((name) => values.get(name)!)));
  }
  return values.get('scores')!;
}

describe('digits.onnx', () => {
  it('has the accuracy that the README states', () => {
    const [count, , height, width] = images.shape;
    let right = 0;
    for (let index = 0; index < count; index++) {
      const own = scores(images.data.subarray(index * height * width, (index + 1) * height * width));
      if (own.indexOf(Math.max(...own)) === labels.data[index]) right++;
    }
    const percent = `${((100 * right) / count).toFixed(1)} %`;
    const readme = new TextDecoder().decode(bytes('README.md'));
    expect(/\| binarized: .*\| ([\d.]+ %) \|$/m.exec(readme)?.[1]).toBe(percent);
    expect(right / count).toBeGreaterThanOrEqual(0.95);
  });

  it('is a QONNX model of one-bit weights with the promised interface', () => {
    expect(model.opsetImport.map((set) => set.domain)).toEqual(['', 'qonnx.custom_op.general']);
    const ends = [...model.graph.input, ...model.graph.output];
    const sizes = ends.map((value) => value.type!.tensorType!.shape!.dim.map((size) => size.dimValue));
    expect(sizes).toEqual([[1, 1, 16, 16], [1, 10]]);
    const made = new Map(model.graph.node.map((node) => [node.output[0], node]));
    const products = model.graph.node.filter((node) => node.opType === 'MatMul');
    expect(products.length).toBe(3);
    for (const node of products) expect(made.get(node.input[1])!.opType).toBe('BipolarQuant');
  });
});

describe('drawing', () => {
  it('gives the same pixels for the same seed, those of the test set for seed 2', () => {
    const digits = drawDigits(500, 2);
    expect(Float64Array.from(digits.pixels)).toEqual(images.data);
    expect(Float64Array.from(digits.labels)).toEqual(labels.data);
    expect(drawDigits(500, 5).pixels).not.toEqual(digits.pixels);
  });

  it('puts ink on every image and leaves most of the paper white', () => {
    const { pixels, count } = drawDigits(300, 6);
    for (let index = 0; index < count; index++) {
      const dark = pixels.subarray(index * 256, (index + 1) * 256).filter((pixel) => pixel > 127).length;
      expect(dark).toBeGreaterThan(8);
      expect(dark).toBeLessThan(128);
    }
  });
});

describe('training', () => {
  const digits = drawDigits(400, 9);
  const trained = () => {
    const network = createNetwork(BINARIZED, 10);
    train(network, digits, 15, 11);
    return network;
  };

  it('is reproducible and learns', () => {
    const network = trained();
    expect(trained().dense.map((layer) => layer.weights.value)).toEqual(network.dense.map((layer) => layer.weights.value));
    expect(accuracy(network, digits)).toBeGreaterThan(0.9);
    expect(Math.max(...network.dense[0].weights.value.map(Math.abs))).toBeLessThanOrEqual(1);
  });

  it('exports what it computes, latent weights and all', () => {
    const network = createNetwork(BINARIZED, 12);
    for (const layer of network.dense) layer.weights.value.set(Float32Array.from(layer.weights.value));
    const exported = decodeModel(encodeModel(exportNetwork(network)), 'fresh.onnx');
    const weights = exported.graph.initializer.find((tensor) => tensor.name === 'dense_2_weight')!;
    expect(tensorValues(weights, 'dense_2_weight').data).toEqual(network.dense[1].weights.value);
    expect(exported.graph.node.map((node) => node.name)).toEqual(model.graph.node.map((node) => node.name));
  });

  /** The slope of sum(output x direction) by each input and parameter, by `backward` and by differences. */
  function slopeError(layer: Layer, channels: number, batch: number): number {
    const random = seededRandom(13);
    const input = Float64Array.from({ length: channels * batch }, () => random.uniform(-0.9, 0.9));
    const direction = layer.forward(input, batch, true).map(() => random.uniform(-1, 1));
    const loss = () => layer.forward(input, batch, true).reduce((sum, value, at) => sum + value * direction[at], 0);
    loss();
    const inputSlope = layer.backward(direction, batch);
    let worst = 0;
    const compare = (values: Float64Array, slopes: Float64Array) => values.forEach((value, at) => {
      const [after, before] = [1e-5, -1e-5].map((shift) => {
        values[at] = value + shift;
        return loss();
      });
      values[at] = value;
      worst = Math.max(worst, Math.abs((after - before) / 2e-5 - slopes[at]));
    });
    compare(input, inputSlope);
    for (const parameter of layer.parameters) compare(parameter.value, parameter.gradient);
    return worst;
  }

  it('has the slopes that differences show', () => {
    expect(slopeError(new Dense(5, 4, REAL_WEIGHTS, seededRandom(14)), 5, 6)).toBeLessThan(1e-8);
    expect(slopeError(new BatchNorm(4), 4, 6)).toBeLessThan(1e-8);
    expect(slopeError(new Activation(clamped), 4, 6)).toBeLessThan(1e-8);
  });

  it('treats zero as positive and the variance offset as a float32', () => {
    expect([0, -0, -1e-300].map(bipolar)).toEqual([1, 1, -1]);
    expect(Math.fround(EPSILON)).toBe(EPSILON);
  });
});
