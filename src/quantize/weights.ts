import { divisors } from '../base/divisors.ts';
import { userError } from '../base/diagnostic.ts';
import { sizeOf, type RealTensor } from '../graph/tensor.ts';
import type { NumberFormat } from '../number/formats/index.ts';
import { vectorFieldsOf } from '../number/formats/vector.ts';
import type { GraphEditor } from './editor.ts';
import { replaceInput, type Product } from './products.ts';
import { scaleFor, type ScaleChoice } from './scale.ts';
import { quantizeVectors } from './vectors.ts';

/** What shares a scale: all weights, those of one result, or so many consecutive ones of one result. */
export type Sharing = 'tensor' | 'channel' | { readonly group: number };

/** Scales of groups are whole multiples, up to this many, of one number for each result: the weights then lie on one grid. */
const GROUP_STEPS = 256;

/** Bits of that number: its multiples are float32 numbers exactly. */
const GROUP_BITS = 16;

/** Where the weights of each result lie. */
interface Layout {
  readonly results: number;
  readonly length: number;
  /** Flat index of weight number `i` of a result. */
  readonly at: (result: number, i: number) => number;
}

function layoutOf({ weights: { shape }, channelAxis }: Product): Layout {
  if (shape.length < 2) return { results: 1, length: sizeOf(shape), at: (_, i) => i };
  const results = shape[channelAxis];
  const inner = sizeOf(shape.slice(channelAxis + 1));
  const length = sizeOf(shape) / results;
  return { results, length, at: (result, i) => (Math.floor(i / inner) * results + result) * inner + (i % inner) };
}

/**
 * Puts the weights of a product into a format: a constant with the weights, and a quantizer on it. Gives the number of scales.
 * @throws UserError where groups do not divide the weights of a result
 */
export function quantizeWeights(editor: GraphEditor, product: Product, format: NumberFormat, sharing: Sharing, choice: ScaleChoice): number {
  const { node, weights, weightInput } = product;
  const { results, length, at } = layoutOf(product);
  const vectors = vectorFieldsOf(format);
  if (vectors !== undefined) {
    if (sharing !== 'tensor') {
      throw userError('sharing', 'a codebook of vectors is for a whole tensor', { origin: node.origin, help: 'leave --per and --group out' });
    }
    quantizeVectors(editor, product, vectors, { results, length, at });
    return 1;
  }
  const values = weights.values.slice();
  const scaled = (places: readonly number[]): number => {
    const { scale, values: read } = scaleFor(format, Float64Array.from(places, (place) => values[place]), choice);
    places.forEach((place, i) => { values[place] = read[i]; });
    return scale;
  };
  const vector = (result: number, first = 0, count = length): number[] => Array.from({ length: count }, (_, i) => at(result, first + i));
  const wish = `${node.name}_weight`;
  const read = (tensor: string): void => editor.replace(replaceInput(node, weightInput, tensor));
  const put = (scale: RealTensor, shape = weights.shape): string => {
    const stored = editor.constant(wish, shape, Float64Array.from(values, Math.fround));
    const quantizer = editor.quantizer(`${wish}_quant`, stored, format, scale);
    editor.before(node.name, [quantizer]);
    return quantizer.outputs[0];
  };
  if (sharing === 'tensor' || (sharing === 'channel' && weights.shape.length < 2)) {
    read(put({ shape: [], values: Float64Array.of(scaled(Array.from(values, (_, i) => i))) }));
    return 1;
  }
  if (sharing === 'channel') {
    const scales = Float64Array.from({ length: results }, (_, result) => scaled(vector(result)));
    const shape = weights.shape.map((extent, axis) => (axis === product.channelAxis ? extent : 1));
    read(put({ shape, values: scales }));
    return results;
  }
  const { group } = sharing;
  if (length % group !== 0) {
    throw userError('group', `groups of ${group} do not divide the ${length} weights of a result`, {
      origin: node.origin, help: `use one of ${divisors(length).join(', ')}`,
    });
  }
  if (product.channelAxis !== 0 && product.channelAxis !== weights.shape.length - 1) {
    throw userError('group', 'its weights have their results in the middle', { origin: node.origin, help: 'use --per channel for this layer' });
  }
  const groups = length / group;
  const scales = Float64Array.from({ length: results * groups }, (_, i) => scaled(vector(Math.floor(i / groups), (i % groups) * group, group)));
  const [shape, scaleShape, order] = product.channelAxis === 0
    ? [[results, groups, group], [results, groups, 1], scalesOnGrid(scales, groups)]
    : [[groups, group, results], [groups, 1, results], transposed(scalesOnGrid(scales, groups), results, groups)];
  const tensor = put({ shape: scaleShape, values: order }, shape);
  const back = editor.node('Reshape', `${wish}_ungrouped`, [tensor, editor.constant(`${wish}_shape`, [weights.shape.length], weights.shape)], {}, 13);
  editor.before(node.name, [back]);
  read(back.outputs[0]);
  return scales.length;
}

/** The scales of each result's groups, rounded up to multiples of 1/256 of the largest. */
function scalesOnGrid(scales: Float64Array, groups: number): Float64Array {
  const result = new Float64Array(scales.length);
  for (let first = 0; first < scales.length; first += groups) {
    const own = scales.subarray(first, first + groups);
    const largest = own.reduce((most, scale) => Math.max(most, scale), 0);
    const unit = 2 ** (Math.floor(Math.log2(largest / GROUP_STEPS)) + 1 - GROUP_BITS);
    const step = Math.ceil(largest / GROUP_STEPS / unit) * unit;
    own.forEach((scale, i) => { result[first + i] = Math.ceil(scale / step) * step; });
  }
  return result;
}

function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: values.length }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}
