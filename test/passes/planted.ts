import fc from 'fast-check';
import { BIPOLAR, bitsOf, integerType, type FixedGraph, type FixedNode, type IntegerType } from '../../src/fixed/ir.ts';
import { dotRange } from '../../src/fixed/ranges.ts';
import { windowPositions } from '../../src/graph/windows.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { anyOf, Choices, type RandomNetwork } from '../ladder/random-network.ts';

/** Layers of planted networks. */
export const LAYERS = ['dense', 'convolution', 'depthwise', 'pool', 'rearranged'] as const;
export type Layer = (typeof LAYERS)[number];

/** Small networks of quantized layers in which some neurons are constant, dead, or the same as another up to their sign. */
export const plantedNetwork: fc.Arbitrary<RandomNetwork> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }), isImage: fc.boolean(), layers: fc.array(fc.constantFrom(...LAYERS), { minLength: 1, maxLength: 4 }),
}).map(({ seed, isImage, layers }) => buildPlanted(seed, isImage ? layers : layers.map((layer) => (layer === 'rearranged' ? layer : 'dense'))));

export function buildPlanted(seed: number, layers: readonly Layer[]): RandomNetwork {
  const choices = new Choices(seed);
  const isImage = layers.some((layer) => layer !== 'dense' && layer !== 'rearranged');
  const type = choices.one([BIPOLAR, integerType(0, 1), integerType(-3, 3), integerType(0, 15)]);
  const shape = isImage ? [1, choices.whole(2, 4), choices.whole(2, 4), choices.whole(1, 3)] : [choices.one([2, 4, 8, 9])];
  const nodes: FixedNode[] = [{ op: 'input', name: 'x', shape, type, origins: [] }];
  for (const layer of layers) grow(nodes, layer, choices);
  // Nothing is removed from what is sent out: a product without a quantizer ends most networks.
  if (choices.whole(0, 3) > 0) dense(nodes, choices);
  const value = nodes.length - 1;
  const size = sizeOf(shape);
  const graph: FixedGraph = {
    name: `planted_${seed}`, nodes,
    inputs: [{ value: 0, source: 'x', encoder: { op: 'variable', shape: [size], variable: { kind: 'input', name: 'x' } } }],
    outputs: [{ value, target: 'y', shape: nodes[value].shape, decoder: { op: 'variable', shape: nodes[value].shape, variable: { kind: 'value', value } } }],
  };
  const samples = Array.from({ length: 6 }, () => new Map([['x', Float64Array.from({ length: size }, () => anyOf(type, choices))]]));
  return { graph, samples };
}

function grow(nodes: FixedNode[], layer: Layer, choices: Choices): void {
  const { shape } = nodes[nodes.length - 1];
  const isImage = shape.length === 4;
  switch (layer) {
    case 'dense':
      dense(nodes, choices);
      return quantizer(nodes, choices);
    case 'convolution': case 'depthwise': case 'pool': {
      if (!isImage) return undefined;
      window(nodes, choices, layer === 'convolution' ? choices.one(['pixel', 'channel'] as const) : 'channel');
      if (layer === 'convolution') product(nodes, choices, 1, choices.one([2, 4, 5]));
      else if (layer === 'depthwise') product(nodes, choices, shape[3], choices.one([1, 1, 2]));
      else return pool(nodes, shape[3], choices);
      return quantizer(nodes, choices);
    }
    case 'rearranged': {
      const arg = nodes.length - 1;
      const size = sizeOf(shape);
      const index = choices.one([
        Int32Array.from({ length: size }, (_, i) => size - 1 - i), Int32Array.from({ length: 2 * size }, (_, i) => i % size),
        Int32Array.from({ length: Math.ceil(size / 2) }, (_, i) => i),
      ]);
      const own = isImage && index.length % shape[3] === 0 ? [1, index.length / shape[3], 1, shape[3]] : [index.length];
      nodes.push({ ...common(nodes, 'gather'), op: 'gather', args: [arg], index, shape: own, type: nodes[arg].type });
    }
  }
}

function common(nodes: readonly FixedNode[], op: string): { name: string; origins: string[] } {
  return { name: `${op}_${nodes.length}`, origins: [`test › ${op}`] };
}

function window(nodes: FixedNode[], choices: Choices, order: 'pixel' | 'channel'): void {
  const arg = nodes.length - 1;
  const { shape: [, height, width, channels], type } = nodes[arg];
  const kernel = [choices.whole(1, Math.min(2, height)), choices.whole(1, Math.min(2, width))] as const;
  const pad = choices.one([[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 1]] as const);
  const geometry = { height, width, channels, kernel, stride: [1, choices.whole(1, 2)] as const, dilation: [1, 1] as const, pad };
  const fill = Float64Array.from({ length: choices.one([1, channels]) }, () => (type.bipolar ? choices.one([-1, 1]) : choices.whole(type.low, type.high)));
  const [down, right] = windowPositions(geometry, geometry);
  nodes.push({ ...common(nodes, 'window'), op: 'window', arg, ...geometry, fill, order, shape: [1, down, right, kernel[0] * kernel[1] * channels], type });
}

function pool(nodes: FixedNode[], channels: number, choices: Choices): void {
  const arg = nodes.length - 1;
  const { shape, type } = nodes[arg];
  nodes.push({
    ...common(nodes, 'extreme'), op: 'extreme', arg, length: shape[3] / channels, kind: choices.one(['maximum', 'minimum'] as const),
    shape: [...shape.slice(0, 3), channels], type,
  });
}

/** A product over all elements of the last value. */
function dense(nodes: FixedNode[], choices: Choices): void {
  const arg = nodes.length - 1;
  const size = sizeOf(nodes[arg].shape);
  product(nodes, choices, 1, choices.one([1, 3, 6, 8]), size);
}

/** Rows of few different kinds, some without weights, some equal to others or their opposite; columns without weights. */
function product(nodes: FixedNode[], choices: Choices, groups: number, rows: number, vector = nodes[nodes.length - 1].shape.at(-1)!): void {
  const arg = nodes.length - 1;
  const columns = vector / groups;
  const isBipolar = choices.whole(0, 2) === 0;
  const any = (): number => (isBipolar ? choices.one([-1, 1]) : choices.one([0, 0, 1, -1, 2, choices.whole(-5, 5)]));
  const weights = Int32Array.from({ length: groups * rows * columns }, any);
  const row = (at: number): Int32Array => weights.subarray(at * columns, (at + 1) * columns);
  for (let at = 0; at < groups * rows; at++) {
    const kind = choices.whole(0, 5);
    const other = row(choices.whole(0, at));
    if (kind === 0 && !isBipolar) row(at).fill(0);
    if (kind === 1) row(at).set(other);
    if (kind === 2) row(at).set(other.map((weight) => -weight));
  }
  const period = choices.one([columns, nodes[arg].shape.at(-1)!]);
  if (!isBipolar && choices.whole(0, 1) === 1) {
    const column = choices.whole(0, columns - 1);
    weights.forEach((_, i) => { if ((i % columns) % period === column % period) weights[i] = 0; });
  }
  const { shape, type } = nodes[arg];
  const own = vector === shape.at(-1) ? [...shape.slice(0, -1), groups * rows] : [groups * rows];
  nodes.push({ ...common(nodes, 'dot'), op: 'dot', arg, groups, rows, columns, weights, shape: own, type: dotRange(weights, groups * rows, columns, type) });
}

/** Thresholds, tables or factors, some of a channel the same as of another, some out of reach. */
function quantizer(nodes: FixedNode[], choices: Choices): void {
  const arg = nodes.length - 1;
  const { shape, type } = nodes[arg];
  const channels = choices.whole(0, 4) === 0 ? 1 : shape.at(-1)!;
  const from = Array.from({ length: channels }, (_, channel) => (choices.whole(0, 1) === 1 ? choices.whole(0, channel) : channel));
  const wide = bitsOf(type) > 9;
  const kind = choices.one(['threshold', 'threshold', 'requantize', wide ? 'threshold' : 'table'] as const);
  const result = { arg, channels, shape };
  switch (kind) {
    case 'threshold': {
      const steps = choices.one([1, 1, 2, 3]);
      const bipolar = steps === 1 && choices.whole(0, 1) === 1;
      const level = (): number => choices.one([type.low, type.high + 1, choices.whole(type.low, type.high + 1), Math.round((type.low + type.high) / 2)]);
      const own = Array.from({ length: channels }, () => Array.from({ length: steps }, level).sort((a, b) => a - b));
      const falling = Array.from({ length: channels }, () => choices.whole(0, 2) === 0);
      // Of some, the opposite of a row has the opposite of its threshold.
      const opposite = (levels: readonly number[]): number[] => levels.map((each) => 1 - each).reverse();
      const levels = from.map((other, channel) => (other === channel ? own[channel] : choices.whole(0, 2) === 0 ? opposite(own[other]) : own[other]));
      nodes.push({
        ...common(nodes, kind), op: kind, ...result, steps, levels: Float64Array.from(levels.flat()), falling: from.map((other) => falling[other]),
        type: bipolar ? BIPOLAR : integerType(-1, steps - 1),
      });
      return;
    }
    case 'requantize': {
      const multipliers = Array.from({ length: channels }, () => BigInt(choices.one([0, 1, 1, choices.whole(-4, 9)])));
      const offsets = Array.from({ length: channels }, () => BigInt(choices.one([0, 0, choices.whole(-200, 200)])));
      const range: IntegerType = choices.one([integerType(0, 7), integerType(-4, 3)]);
      const wraps = choices.whole(0, 4) === 0;
      nodes.push({
        ...common(nodes, kind), op: kind, ...result, multipliers: from.map((other) => multipliers[other]), offsets: from.map((other) => offsets[other]),
        shift: 2, rounding: choices.one(['floor', 'half-even'] as const), type: range, ...(wraps ? { overflow: 'wrap' as const } : {}),
      });
      return;
    }
    case 'table': {
      const entries = type.high - type.low + 1;
      const own = Array.from({ length: channels }, () => {
        const constant = choices.whole(0, 3) === 0;
        return Array.from({ length: entries }, () => (constant ? 2 : choices.whole(-2, 5)));
      });
      nodes.push({ ...common(nodes, kind), op: kind, ...result, contents: Float64Array.from(from.flatMap((other) => own[other])), type: integerType(-2, 5) });
    }
  }
}
