import { userError } from '../base/diagnostic.ts';
import type { VectorFields } from '../number/formats/vector.ts';
import type { GraphEditor } from './editor.ts';
import { replaceInput, type Product } from './products.ts';
import { largestMagnitude } from './scale.ts';

const LARGEST_INTEGER = 127;
const ROUNDS = 30;

/** Vectors, one behind the other. */
interface Vectors {
  readonly length: number;
  readonly count: number;
  readonly values: Float64Array;
}

/**
 * Puts the weights of a product into codes of a codebook (k-means over the vectors of all results, then integers of 8 bits by the largest
 * magnitude): a `VectorDecode` with the codes, and what gives its weights the product's layout.
 * @param at flat index of weight number `i` of a result
 * @throws UserError where vectors do not divide the weights of a result
 */
export function quantizeVectors(
  editor: GraphEditor, { node, weights, weightInput, channelAxis }: Product, fields: VectorFields,
  { results, length, at }: { readonly results: number; readonly length: number; readonly at: (result: number, i: number) => number },
): void {
  if (length % fields.length !== 0) {
    throw userError('vectors', `vectors of ${fields.length} do not divide the ${length} weights of a result`, {
      origin: node.origin, help: 'use a length that does, or another format for this layer with --layer NAME=FORMAT',
    });
  }
  const values = Float64Array.from({ length: results * length }, (_, i) => weights.values[at(Math.floor(i / length), i % length)]);
  const vectors: Vectors = { length: fields.length, count: values.length / fields.length, values };
  const centres = clustered(vectors, fields.count);
  const scale = Math.max(2 ** -126, Math.fround(largestMagnitude(centres.values) / LARGEST_INTEGER));
  const integers = centres.values.map((value) => Math.max(-LARGEST_INTEGER, Math.min(LARGEST_INTEGER, Math.round(value / scale) + 0)));
  const codes = nearest(vectors, { ...centres, values: integers.map((integer) => integer * scale) });

  const wish = `${node.name}_weight`;
  const decode = editor.node('VectorDecode', `${wish}_decode`, [
    editor.constant(`${wish}_codes`, [results, length / fields.length], codes),
    editor.constant(`${wish}_codebook`, [centres.count, fields.length], integers), editor.constant(`${wish}_scale`, [], [scale]),
  ]);
  const arranged = channelAxis === 0
    ? editor.node('Reshape', `${wish}_arranged`, [decode.outputs[0], editor.constant(`${wish}_shape`, [weights.shape.length], weights.shape)], {}, 13)
    : editor.node('Transpose', `${wish}_arranged`, [decode.outputs[0]], { perm: [1, 0] }, 13);
  if (channelAxis !== 0 && weights.shape.length !== 2) {
    throw userError('vectors', 'its weights are no matrix', { origin: node.origin, help: 'use another format for this layer with --layer NAME=FORMAT' });
  }
  editor.before(node.name, [decode, arranged]);
  editor.replace(replaceInput(node, weightInput, arranged.outputs[0]));
}

/** At most `count` centres by k-means; it starts from vectors evenly spread over the order of their norms. */
function clustered(vectors: Vectors, count: number): Vectors {
  const { length, values } = vectors;
  const norms = Float64Array.from({ length: vectors.count }, (_, i) => values.subarray(i * length, (i + 1) * length).reduce((sum, value) => sum + value * value, 0));
  const order = Array.from(norms, (_, i) => i).sort((a, b) => norms[a] - norms[b] || a - b);
  const size = Math.min(count, vectors.count);
  const centres: Vectors = {
    length, count: size,
    values: Float64Array.from({ length: size * length }, (_, i) => values[order[Math.floor(((Math.floor(i / length) + 0.5) * vectors.count) / size)] * length + (i % length)]),
  };
  for (let round = 0; round < ROUNDS; round++) {
    const chosen = nearest(vectors, centres);
    const sums = new Float64Array(size * length);
    const members = new Float64Array(size);
    chosen.forEach((centre, i) => {
      members[centre]++;
      for (let k = 0; k < length; k++) sums[centre * length + k] += values[i * length + k];
    });
    const moved = sums.map((sum, i) => (members[Math.floor(i / length)] === 0 ? centres.values[i] : sum / members[Math.floor(i / length)]));
    if (moved.every((value, i) => value === centres.values[i])) break;
    centres.values.set(moved);
  }
  return centres;
}

/** The centre nearest to each vector, the first of equally near ones. */
function nearest({ length, count, values }: Vectors, centres: Vectors): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => {
    let best = 0;
    let least = Infinity;
    for (let centre = 0; centre < centres.count; centre++) {
      let distance = 0;
      for (let k = 0; k < length && distance < least; k++) distance += (values[i * length + k] - centres.values[centre * length + k]) ** 2;
      if (distance < least) [best, least] = [centre, distance];
    }
    return best;
  });
}
