import { divisors } from '../../src/base/divisors.ts';
import { dotRange } from '../../src/fixed/ranges.ts';
import { BIPOLAR, bitsOf, integerType, type FixedGraph, type FixedNode, type WindowNode } from '../../src/fixed/ir.ts';
import { windowPositions } from '../../src/graph/windows.ts';
import { sizeOf } from '../../src/graph/tensor.ts';
import { anyOf, Choices, type RandomNetwork } from './random-network.ts';

/** Layers that work on images; each takes the last value and appends nodes. */
export const IMAGE_LAYERS = [
  'convolution', 'grouped', 'depthwise', 'pointwise', 'maxpool', 'averagepool', 'global', 'window', 'threshold', 'upsample', 'depth-to-space',
  'transpose', 'scatter', 'concat', 'stack', 'residual', 'product',
] as const;
export type ImageLayer = (typeof IMAGE_LAYERS)[number];

interface Image { readonly height: number; readonly width: number; readonly channels: number }

/** A random network over images that applies the layers one after another, and samples for it. */
export function imageNetwork(seed: number, layers: readonly ImageLayer[], sampleCount = 3): RandomNetwork {
  const choices = new Choices(seed);
  const nodes: FixedNode[] = [];
  const type = choices.one([BIPOLAR, integerType(0, 1), integerType(-3, 3), integerType(0, 255), integerType(-128, 127)]);
  const image = { height: choices.one([1, 3, 4, 5, 6]), width: choices.whole(3, 7), channels: choices.one([1, 2, 3, 4, 6]) };
  nodes.push({ op: 'input', name: 'x', shape: [1, image.height, image.width, image.channels], type, origins: [] });
  for (const layer of layers) {
    if (bitsOf(nodes[nodes.length - 1].type) > 8) threshold(nodes, choices);
    append(nodes, layer, choices);
  }
  const value = nodes.length - 1;
  const { shape } = nodes[value];
  const size = sizeOf(nodes[0].shape);
  const graph: FixedGraph = {
    name: `images_${seed}`, nodes,
    inputs: [{ value: 0, source: 'x', encoder: { op: 'variable', shape: [size], variable: { kind: 'input', name: 'x' } } }],
    outputs: [{ value, target: 'y', shape, decoder: { op: 'variable', shape, variable: { kind: 'value', value } } }],
  };
  const samples = Array.from({ length: sampleCount }, () => new Map([['x', Float64Array.from({ length: size }, () => anyOf(type, choices))]]));
  return { graph, samples };
}

function imageOf({ shape }: FixedNode): Image {
  const [, height, width, channels] = shape;
  return { height, width, channels };
}

function common(nodes: readonly FixedNode[], op: string): { name: string; origins: string[] } {
  return { name: `${op}_${nodes.length}`, origins: [`test › ${op}`] };
}

/** Appends a random window over the last value; gives its number of positions. */
function window(nodes: FixedNode[], choices: Choices, order: WindowNode['order']): [number, number] {
  const arg = nodes.length - 1;
  const { type } = nodes[arg];
  const image = imageOf(nodes[arg]);
  const kernel = [choices.whole(1, Math.min(3, image.height)), choices.whole(1, Math.min(4, image.width))] as const;
  const geometry = {
    ...image, kernel, stride: [choices.whole(1, 3), choices.whole(1, 3)] as const,
    dilation: [choices.whole(1, 2), choices.whole(1, 2)] as const,
    pad: choices.one([[0, 0, 0, 0], [1, 1, 1, 1], [choices.whole(0, 2), choices.whole(0, 2), choices.whole(0, 2), choices.whole(0, 2)]] as const),
  };
  const fitting = windowPositions(geometry, geometry).every((count) => count > 0) ? geometry : { ...geometry, dilation: [1, 1] as const };
  const fill = Float64Array.from({ length: choices.one([1, image.channels]) }, () => (type.bipolar ? choices.one([-1, 0, 1]) : choices.whole(type.low, type.high)));
  const padded = fitting.pad.some((places) => places > 0);
  const [down, right] = windowPositions(fitting, fitting);
  nodes.push({
    ...common(nodes, 'window'), op: 'window', arg, ...fitting, fill, order,
    shape: [1, down, right, kernel[0] * kernel[1] * image.channels],
    type: type.bipolar && padded && fill.includes(0) ? integerType(-1, 1) : type,
  });
  return [down, right];
}

function dot(nodes: FixedNode[], choices: Choices, groups: number): void {
  const arg = nodes.length - 1;
  const { shape, type } = nodes[arg];
  const columns = shape[3] / groups;
  const rows = choices.one([1, 2, 4]);
  const [low, high] = choices.one([[-1, 1], [-1, 1], [-4, 3], [0, 9], [1, 1]]);
  const bipolar = choices.whole(0, 3) === 0;
  const weights = Int32Array.from({ length: groups * rows * columns }, () => (bipolar ? choices.one([-1, 1]) : choices.whole(low, high)));
  nodes.push({
    ...common(nodes, 'dot'), op: 'dot', arg, groups, rows, columns, weights, shape: [1, shape[1], shape[2], groups * rows],
    type: dotRange(weights, groups * rows, columns, type),
  });
}

function threshold(nodes: FixedNode[], choices: Choices): void {
  const arg = nodes.length - 1;
  const { shape, type } = nodes[arg];
  const channels = choices.one([1, shape[3]]);
  const steps = choices.one([1, 3]);
  const bipolar = steps === 1 && choices.whole(0, 1) === 1;
  const levels = Float64Array.from({ length: channels * steps }, () => choices.whole(type.low, type.high + 1));
  for (let channel = 0; channel < channels; channel++) levels.subarray(channel * steps, (channel + 1) * steps).sort();
  const falling = Array.from({ length: channels }, () => choices.whole(0, 3) === 0);
  nodes.push({
    ...common(nodes, 'threshold'), op: 'threshold', arg, channels, steps, levels, falling, shape,
    type: bipolar ? BIPOLAR : integerType(0, steps),
  });
}

function gather(nodes: FixedNode[], args: readonly number[], shape: readonly number[], indexOf: (place: number) => number): void {
  const types = args.map((arg) => nodes[arg].type);
  const bipolar = types.every((type) => type.bipolar);
  const type = bipolar ? BIPOLAR : integerType(Math.min(...types.map(({ low }) => low)), Math.max(...types.map(({ high }) => high)));
  nodes.push({ ...common(nodes, 'gather'), op: 'gather', args, shape, type, index: Int32Array.from({ length: sizeOf(shape) }, (_, i) => indexOf(i)) });
}

/** Another value of the same shape, or the value itself. */
function partner(nodes: readonly FixedNode[], arg: number, fits: (shape: readonly number[]) => boolean): number {
  const found = nodes.findIndex((node, id) => id < arg && node.shape.length === 4 && fits(node.shape) && bitsOf(node.type) <= 8);
  return found < 0 ? arg : found;
}

function append(nodes: FixedNode[], layer: ImageLayer, choices: Choices): void {
  const arg = nodes.length - 1;
  const { shape, type } = nodes[arg];
  const { height, width, channels } = imageOf(nodes[arg]);
  const same = (other: readonly number[]): boolean => other.join() === shape.join();
  switch (layer) {
    case 'convolution':
      window(nodes, choices, choices.one(['pixel', 'channel']));
      return dot(nodes, choices, 1);
    case 'grouped':
      window(nodes, choices, 'channel');
      return dot(nodes, choices, choices.one(divisors(channels)));
    case 'depthwise':
      window(nodes, choices, 'channel');
      return dot(nodes, choices, channels);
    case 'pointwise': return dot(nodes, choices, choices.one(divisors(channels)));
    case 'maxpool': {
      const [down, right] = window(nodes, choices, 'channel');
      const taps = nodes[nodes.length - 1].shape[3] / channels;
      nodes.push({
        ...common(nodes, 'extreme'), op: 'extreme', arg: nodes.length - 1, length: taps, kind: choices.one(['maximum', 'minimum'] as const),
        shape: [1, down, right, channels], type: nodes[nodes.length - 1].type,
      });
      return undefined;
    }
    case 'averagepool': {
      const [down, right] = window(nodes, choices, 'channel');
      const sums = nodes.length - 1;
      const columns = nodes[sums].shape[3] / channels;
      const weights = new Int32Array(channels * columns).fill(1);
      nodes.push({
        ...common(nodes, 'dot'), op: 'dot', arg: sums, groups: channels, rows: 1, columns, weights, shape: [1, down, right, channels],
        type: dotRange(weights, channels, columns, nodes[sums].type),
      });
      nodes.push({
        ...common(nodes, 'requantize'), op: 'requantize', arg: sums + 1, channels: 1, multipliers: [BigInt(choices.whole(1, 300))], offsets: [3n],
        shift: 8, rounding: 'half-even', shape: [1, down, right, channels], type: integerType(-100, 100),
      });
      return undefined;
    }
    case 'global': {
      nodes.push({
        ...common(nodes, 'window'), op: 'window', arg, height, width, channels, kernel: [height, width], stride: [1, 1], dilation: [1, 1], pad: [0, 0, 0, 0],
        fill: Float64Array.of(type.low), order: 'channel', shape: [1, 1, 1, height * width * channels], type,
      });
      if (choices.whole(0, 1) === 0) return dot(nodes, choices, channels);
      nodes.push({
        ...common(nodes, 'extreme'), op: 'extreme', arg: nodes.length - 1, length: height * width, kind: choices.one(['maximum', 'minimum'] as const),
        shape: [1, 1, 1, channels], type,
      });
      return undefined;
    }
    case 'window': window(nodes, choices, choices.one(['pixel', 'channel'])); return undefined;
    case 'threshold': return threshold(nodes, choices);
    case 'upsample': {
      const [tall, wide] = [choices.whole(1, 3), choices.whole(1, 3)];
      const target = [1, height * tall, width * wide, channels];
      return gather(nodes, [arg], target, (place) => {
        const [c, x, y] = [place % channels, Math.floor(place / channels) % target[2], Math.floor(place / channels / target[2])];
        return (Math.floor(y / tall) * width + Math.floor(x / wide)) * channels + c;
      });
    }
    case 'depth-to-space': {
      const block = channels % 4 === 0 ? 2 : 1;
      const depth = channels / block / block;
      return gather(nodes, [arg], [1, height * block, width * block, depth], (place) => {
        const [c, x, y] = [place % depth, Math.floor(place / depth) % (width * block), Math.floor(place / depth / width / block)];
        return (Math.floor(y / block) * width + Math.floor(x / block)) * channels + ((y % block) * block + (x % block)) * depth + c;
      });
    }
    case 'transpose':
      return gather(nodes, [arg], [1, channels, height, width], (place) => (place % (height * width)) * channels + Math.floor(place / (height * width)));
    case 'scatter': {
      const wanted = Array.from({ length: height * width * channels }, () => choices.whole(0, height * width * channels - 1));
      return gather(nodes, [arg], shape, (place) => wanted[place]);
    }
    case 'concat': {
      const other = partner(nodes, arg, (each) => each[1] === height && each[2] === width);
      const added = nodes[other].shape[3];
      const both = channels + added;
      return gather(nodes, [arg, other], [1, height, width, both], (place) => {
        const [pixel, c] = [Math.floor(place / both), place % both];
        return c < channels ? pixel * channels + c : sizeOf(shape) + pixel * added + c - channels;
      });
    }
    case 'stack': {
      const other = partner(nodes, arg, (each) => each[2] === width && each[3] === channels);
      return gather(nodes, [arg, other], [1, height + nodes[other].shape[1], width, channels], (place) => place);
    }
    case 'residual': {
      const other = partner(nodes, arg, same);
      const types = [type, nodes[other].type];
      nodes.push({
        ...common(nodes, 'add'), op: 'add', args: [arg, other], coefficients: [1, 2], shape,
        type: integerType(types[0].low + 2 * types[1].low, types[0].high + 2 * types[1].high),
      });
      return undefined;
    }
    case 'product': {
      const other = partner(nodes, arg, same);
      const [left, right] = [type, nodes[other].type];
      const corners = [left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high];
      nodes.push({ ...common(nodes, 'multiply'), op: 'multiply', args: [arg, other], shape, type: integerType(Math.min(...corners), Math.max(...corners)) });
      return undefined;
    }
  }
}
