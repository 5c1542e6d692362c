import { sizeOf } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';
import { imagesOf } from './images.ts';
import { rowStrides, selectedIndex } from '../graph/strides.ts';

/** Begin and end of each dimension. */
type Pads = readonly (readonly [begin: number, end: number])[];

function padsOf<T>(f: Formula<T>, rank: number): Pads {
  const given = f.node.version < 2 ? f.numbers('paddings') : f.attributeOrInput('pads', 1, 11);
  const axes = f.node.version < 18 || !f.has(3) ? Array.from({ length: rank }, (_, i) => i)
    : f.wholeNumbers(3, 'the axes').map((axis) => f.axis(axis, rank));
  if (given === undefined || given.length !== 2 * axes.length || given.some((pad) => !Number.isInteger(pad))) {
    throw f.error('attribute', `pads ${given?.join(', ') ?? 'missing'} for ${axes.length} dimensions`, 'give a begin and an end for each dimension');
  }
  return Array.from({ length: rank }, (_, axis) => {
    const at = axes.indexOf(axis);
    return at < 0 ? [0, 0] : [given[at], given[at + axes.length]];
  });
}

/** Places of one dimension that the padded one repeats. */
const REPEATED: Readonly<Record<string, (place: number, extent: number) => number>> = {
  edge: (place, extent) => Math.min(Math.max(place, 0), extent - 1),
  wrap: (place, extent) => ((place % extent) + extent) % extent,
  reflect: (place, extent) => {
    if (extent === 1) return 0;
    const period = 2 * (extent - 1);
    const within = ((place % period) + period) % period;
    return Math.min(within, period - within);
  },
};

/** Negative padding takes away. */
function cropped<T>(f: Formula<T>, x: T, pads: Pads): T {
  if (pads.every(([begin, end]) => begin >= 0 && end >= 0)) return x;
  const shape = f.shape(x);
  const strides = rowStrides(shape);
  const start = pads.reduce((sum, [begin], axis) => sum + Math.max(0, -begin) * strides[axis], 0);
  return f.strided(x, shape.map((extent, axis) => extent + Math.min(0, pads[axis][0]) + Math.min(0, pads[axis][1])), start, strides);
}

/** The tensor with `value` around it: dimensions of space together, as images; all others one by one. */
function constantPadding<T>(f: Formula<T>, tensor: T, pads: Pads, value: number): T {
  const x = cropped(f, tensor, pads);
  const around = pads.map(([begin, end]) => [Math.max(0, begin), Math.max(0, end)]);
  const padded = around.flatMap(([begin, end], axis) => (begin + end > 0 ? [axis] : []));
  const shape = f.shape(x);
  const space = shape.length === 3 || shape.length === 4;
  if (padded.length > 0 && space && padded.every((axis) => axis >= 2)) {
    const images = imagesOf(f, x);
    const [down, right] = shape.length === 4 ? around.slice(2) : [[0, 0], around[2]];
    return images.restore(f.algebra.pad(images.tensor, [down[0], right[0], down[1], right[1]], value));
  }
  return padded.reduce((before, axis) => {
    const extents = f.shape(before);
    const [outer, inner] = [sizeOf(extents.slice(0, axis)), sizeOf(extents.slice(axis + 1))];
    const rows = f.reshape(before, [outer, extents[axis], 1, inner]);
    const [begin, end] = around[axis];
    return f.reshape(f.algebra.pad(rows, [begin, 0, end, 0], value), extents.map((extent, i) => (i === axis ? extent + begin + end : extent)));
  }, x);
}

export const padLayer = layer('Pad', 'more elements around a tensor', (f) => {
  const x = f.input(0, 'data');
  const shape = f.shape(x);
  const pads = padsOf(f, shape.length);
  const mode = f.text('mode', 'constant');
  if (mode === 'constant') {
    const value = f.node.version < 11 ? f.number('value', 0) : f.has(2) ? f.literal(2, 'the value').values[0] ?? 0 : 0;
    return constantPadding(f, x, pads, value);
  }
  const repeat = Object.hasOwn(REPEATED, mode) ? REPEATED[mode] : undefined;
  if (repeat === undefined) throw f.error('attribute', `mode ${mode}`, `use constant, ${Object.keys(REPEATED).join(', ')}`);
  const places = shape.map((extent, axis) => {
    const [begin, end] = pads[axis];
    return Array.from({ length: extent + begin + end }, (_, i) => repeat(i - begin, extent));
  });
  return f.algebra.gather([x], places.map((list) => list.length), selectedIndex(shape, places));
});
