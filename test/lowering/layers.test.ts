import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/base/diagnostic.ts';
import { lowerNetwork } from '../../src/compiler/compile.ts';
import { FixedEngine, GraphEngine } from '../../src/compiler/engines.ts';
import type { Sample } from '../../src/compiler/host.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { NetworkBuilder } from './networks.ts';

/** A tensor of a network under construction: [1, channels, height, width], or channels last. */
interface Image { readonly name: string; readonly channels: number; readonly height: number; readonly width: number }

type Layer = (n: NetworkBuilder, x: Image) => string;

function image(n: NetworkBuilder, least = 1): Image {
  const [channels, height, width] = [n.integer(1, 4), n.integer(least, 6), n.integer(least, 6)];
  return { name: n.input([1, channels, height, width]), channels, height, width };
}

/** Another activation of the same shape, in another order of elements or not. */
function sibling(n: NetworkBuilder, x: Image): string {
  if (n.chance(40)) return n.input([1, x.channels, x.height, x.width]);
  if (n.chance(50)) return n.quantizer(n.layer('Conv', [x.name, n.weights([x.channels, x.channels, 1, 1])]), x.channels);
  const turned = n.input([1, x.height, x.width, x.channels]);
  return n.layer('Transpose', [turned], { perm: [0, 3, 1, 2] });
}

function windowAttributes(n: NetworkBuilder, { height, width }: Image, dilated = true): Record<string, number[] | string> {
  const kernel = [n.integer(1, Math.min(3, height)), n.integer(1, Math.min(3, width))];
  const dilations = kernel.map((k, i) => (dilated && k > 1 && (k - 1) * 2 < [height, width][i] ? n.integer(1, 2) : 1));
  const common = { kernel_shape: kernel, strides: [n.integer(1, 3), n.integer(1, 3)], dilations };
  if (n.chance(25)) return { ...common, auto_pad: n.choice('SAME_UPPER', 'SAME_LOWER', 'VALID') };
  // Less than the reach of the kernel, so that each window has a place inside.
  const pads = [0, 1, 0, 1].map((axis) => n.integer(0, kernel[axis] - 1));
  return { ...common, pads };
}

const LAYERS: Readonly<Record<string, Layer>> = {
  Conv: (n, x) => {
    const attributes = windowAttributes(n, x);
    const group = n.choice(1, 1, x.channels, x.channels % 2 === 0 ? 2 : 1);
    const results = group * n.integer(1, 3);
    const inputs = [x.name, n.weights([results, x.channels / group, ...attributes.kernel_shape as number[]])];
    if (n.chance(50)) inputs.push(n.constant([results], () => n.integer(-5, 5) / 4));
    return n.layer('Conv', inputs, { ...attributes, group });
  },
  'Conv channels last': (n, x) => {
    const last = n.layer('Transpose', [x.name], { perm: [0, 2, 3, 1] });
    const attributes = windowAttributes(n, x);
    const weights = n.weights([2, ...attributes.kernel_shape as number[], x.channels]);
    return n.layer('Conv', [last, weights], { ...attributes, channels_last: 1 });
  },
  'Conv of a signal': (n, x) => {
    const length = x.height * x.width;
    const signal = n.layer('Reshape', [x.name, n.list(1, x.channels, length)]);
    const kernel = n.integer(1, Math.min(4, length));
    return n.layer('Conv', [signal, n.weights([2, x.channels, kernel])], { pads: [n.integer(0, 2), 0], strides: [n.integer(1, 2)] });
  },
  ConvTranspose: (n, x) => {
    const kernel = [n.integer(1, 3), n.integer(1, 3)];
    const strides = [n.integer(1, 3), n.integer(1, 3)];
    const group = n.choice(1, x.channels);
    const weights = n.weights([x.channels, n.integer(1, 2), ...kernel]);
    return n.layer('ConvTranspose', [x.name, weights], { strides, group, dilations: [n.integer(1, 2), 1], output_padding: strides.map((s) => n.integer(0, s - 1)) });
  },
  MaxPool: (n, x) => n.layer('MaxPool', [x.name], { ...windowAttributes(n, x), ceil_mode: n.integer(0, 1) }),
  'Relu, MaxPool of sums': (n, x) => {
    const sums = n.layer('Conv', [x.name, n.weights([2, x.channels, 1, 1]), n.constant([2], () => n.integer(-3, 3) / 2)]);
    const scaled = n.layer('Mul', [sums, n.constant([2, 1, 1], () => n.choice(-1, 0.5, 2))]);
    return n.layer('MaxPool', [n.layer(n.choice('Relu', 'LeakyRelu'), [scaled])], windowAttributes(n, x));
  },
  AveragePool: (n, x) => n.layer('AveragePool', [x.name], { ...windowAttributes(n, x, false), count_include_pad: n.integer(0, 1) }),
  GlobalAveragePool: (n, x) => n.layer('GlobalAveragePool', [x.name]),
  GlobalMaxPool: (n, x) => n.layer('GlobalMaxPool', [x.name]),
  Pad: (n, x) => {
    const pads = [0, n.choice(0, 0, 1), n.integer(0, 2), n.integer(0, 2), 0, 0, n.integer(0, 2), n.integer(0, 2)];
    return n.layer('Pad', [x.name, n.list(...pads), n.scalar(n.choice(0, 0, 1, -0.5))]);
  },
  'Pad by mirroring': (n, x) => n.layer('Pad', [x.name, n.list(0, 0, x.height - 1, 0, 0, 0, 0, x.width - 1)],
    { mode: n.choice('reflect', 'edge', 'wrap') }),
  Resize: (n, x) => n.layer('Resize', [x.name, '', n.list(1, 1, n.integer(1, 3), x.width > 1 ? n.choice(1, 2, 0.5) : 1)],
    { coordinate_transformation_mode: n.choice('asymmetric', 'half_pixel'), nearest_mode: 'floor' }),
  DepthToSpace: (n, x) => {
    const four = n.layer('Concat', [x.name, x.name, x.name, x.name], { axis: 1 });
    return n.layer('DepthToSpace', [four], { blocksize: 2, mode: n.choice('DCR', 'CRD') });
  },
  SpaceToDepth: (n, x) => {
    const doubled = n.layer('Concat', [x.name, x.name], { axis: 2 });
    return n.layer('SpaceToDepth', [n.layer('Concat', [doubled, doubled], { axis: 3 })], { blocksize: 2 });
  },
  Add: (n, x) => n.layer(n.choice('Add', 'Sub'), n.chance(50) ? [x.name, sibling(n, x)] : [sibling(n, x), x.name]),
  'Add of three': (n, x) => n.layer('Sum', [x.name, sibling(n, x), sibling(n, x)]),
  Mul: (n, x) => n.layer('Mul', [x.name, sibling(n, x)]),
  'Mul by channels': (n, x) => n.layer('Mul', [x.name, n.quantizer(n.layer('GlobalAveragePool', [x.name]), x.channels)]),
  'Mul of halves': (n, x) => {
    const both = n.layer('Concat', [x.name, sibling(n, x)], { axis: 1 });
    const quantized = n.quantizer(both, 2 * x.channels);
    const part = (from: number): string => n.layer('Slice', [quantized, n.list(from), n.list(from + x.channels), n.list(1)]);
    return n.layer('Mul', [part(0), n.layer('Relu', [part(x.channels)])]);
  },
  Max: (n, x) => n.layer(n.choice('Max', 'Min'), [x.name, sibling(n, x)]),
  Concat: (n, x) => n.layer('Concat', n.chance(50) ? [x.name, sibling(n, x)] : [sibling(n, x), x.name, x.name], { axis: n.integer(1, 3) }),
  'Concat, then Conv': (n, x) => {
    const both = n.layer('Concat', [x.name, sibling(n, x)], { axis: 1 });
    return n.layer('Conv', [both, n.weights([2, 2 * x.channels, 1, 1])]);
  },
  'Flatten, then Gemm': (n, x) => {
    const sums = n.quantizer(n.layer('Conv', [x.name, n.weights([3, x.channels, 1, 1])]), 3);
    return n.layer('Gemm', [n.layer('Flatten', [sums]), n.weights([2, 3 * x.height * x.width])], { transB: 1 });
  },
  ReduceMean: (n, x) => n.layer('ReduceMean', [x.name], { axes: n.choice([2, 3], [1], [1, 3]), keepdims: n.integer(0, 1) }),
  ReduceMax: (n, x) => n.layer(n.choice('ReduceMax', 'ReduceMin'), [x.name], { axes: n.choice([2, 3], [1]), keepdims: n.integer(0, 1) }),
  'ArgMax of channels': (n, x) => n.layer('ArgMax', [x.name], { axis: 1 }),
  BatchNormalization: (n, x) => {
    const sums = n.layer('Conv', [x.name, n.weights([2, x.channels, 1, 1])]);
    const parameter = (...values: number[]): string => n.constant([2], () => n.choice(...values));
    return n.layer('BatchNormalization', [sums, parameter(-1, 0.7, 2), parameter(0, 0.3), parameter(0, 1), parameter(1, 0.5)], {}, 15);
  },
  QLinearConv: (n, x) => {
    const zero = n.scalar(n.integer(-5, 5));
    const codes = n.layer('QuantizeLinear', [x.name, n.scalar(Math.fround(0.1)), zero], { element_type: 'int8' });
    const attributes = windowAttributes(n, x);
    const weights = n.constant([2, x.channels, ...attributes.kernel_shape as number[]], () => n.integer(-5, 5));
    return n.layer('QLinearConv', [
      codes, n.scalar(Math.fround(0.1)), zero, weights, n.constant([2], () => n.choice(Math.fround(0.1), 0.25)), n.constant([2], () => 0),
      n.scalar(Math.fround(0.3)), n.scalar(3), n.constant([2], () => n.integer(-9, 9)),
    ], { ...attributes, element_type: 'int8' });
  },
};

/** Engines agree on outputs and codes; refusing the network is allowed where it says why. Gives whether it was compiled. */
function agree(n: NetworkBuilder, output: string): boolean {
  const graph = n.graph(output);
  let lowered;
  try {
    lowered = lowerNetwork(graph);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
  const [reference, fixed] = [new GraphEngine(lowered), new FixedEngine(lowered.fixed)];
  for (let s = 0; s < 2; s++) {
    const sample: Sample = new Map(graph.inputs.map(({ name, shape }) =>
      [name, Float64Array.from({ length: sizeOf(shape) }, () => n.integer(-40, 40) / 8)]));
    const [expected, found] = [reference.run(sample), fixed.run(sample)];
    expect([...found.outputs[0].shape]).toEqual([...expected.outputs[0].shape]);
    expected.outputs[0].values.forEach((value, i) => {
      const slack = (expected.outputs[0].errors?.[i] ?? 0) + (found.outputs[0].errors?.[i] ?? 0);
      expect(Math.abs(found.outputs[0].values[i] - value)).toBeLessThanOrEqual(slack);
    });
    for (const [name, codes] of found.codes) expect([...codes], name).toEqual([...expected.codes.get(name)!]);
  }
  return true;
}

describe('the fixed-point graph of a layer computes what the layer means', () => {
  it.each(Object.keys(LAYERS))('%s', (name) => {
    let compiled = 0;
    let tried = 0;
    fc.assert(fc.property(fc.gen(), (draw) => {
      const n = new NetworkBuilder(draw);
      const x = image(n);
      const result = LAYERS[name](n, x);
      tried++;
      if (agree(n, n.chance(50) ? n.quantizer(result) : result)) compiled++;
    }), { numRuns: 60 });
    expect(compiled / tried, `${compiled} of ${tried} networks were compiled`).toBeGreaterThan(0.9);
  });
});
