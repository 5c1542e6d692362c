import { sizeOf } from '../graph/tensor.ts';
import { LARGEST_TENSOR, layer, type Formula } from './formula.ts';
import { selectedIndex } from '../graph/strides.ts';

/** One dimension: its extents before and after, and how much larger it gets. */
interface Axis { readonly from: number; readonly to: number; readonly scale: number }

/** The place in the input, a real number, that place `x` of the result is taken from. */
const COORDINATES: Readonly<Record<string, (x: number, axis: Axis) => number>> = {
  asymmetric: (x, { scale }) => x / scale,
  half_pixel: (x, { scale }) => (x + 0.5) / scale - 0.5,
  pytorch_half_pixel: (x, { scale, to }) => (to > 1 ? (x + 0.5) / scale - 0.5 : 0),
  align_corners: (x, { from, to }) => (to > 1 ? (x * (from - 1)) / (to - 1) : 0),
  tf_half_pixel_for_nn: (x, { scale }) => (x + 0.5) / scale,
};

const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5), round_prefer_ceil: (x) => Math.floor(x + 0.5), floor: Math.floor, ceil: Math.ceil,
};

function row<V>(f: Formula<unknown>, table: Readonly<Record<string, V>>, attribute: string, otherwise: string): V {
  const name = f.text(attribute, otherwise);
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw f.error('attribute', `${attribute} ${name}`, `use one of ${Object.keys(table).join(', ')}`);
  return found;
}

/** The nearest pixel for each of the result. */
function nearest<T>(f: Formula<T>, x: T, axes: readonly Axis[], coordinate: (x: number, axis: Axis) => number, round: (x: number) => number): T {
  if (f.text('mode', 'nearest') !== 'nearest') {
    throw f.error('resize-mode', `mode ${f.text('mode', 'nearest')}`, 'only the nearest pixel (mode nearest) is supported');
  }
  if (!(sizeOf(axes.map((axis) => axis.to)) <= LARGEST_TENSOR)) {
    throw f.error('too-large', `an image of ${axes.map((axis) => axis.to).join(' x ')}`, 'tensors may have up to 2^31 elements');
  }
  const places = axes.map((axis) => Array.from({ length: axis.to }, (_, i) =>
    Math.min(Math.max(round(coordinate(i, axis)), 0), axis.from - 1)));
  return f.algebra.gather([x], axes.map((axis) => axis.to), selectedIndex(f.shape(x), places));
}

function scaled<T>(f: Formula<T>, shape: readonly number[], scales: readonly number[]): Axis[] {
  if (scales.length !== shape.length || scales.some((scale) => !(scale > 0))) {
    throw f.error('attribute', `scales ${scales.join(', ')} for ${shape.length} dimensions`, 'give one number above 0 for each dimension');
  }
  return shape.map((from, i) => ({ from, to: Math.floor(from * scales[i]), scale: scales[i] }));
}

/** Numbers of an optional input; undefined where it is left out or empty. */
function numbersOf<T>(f: Formula<T>, index: number, what: string): readonly number[] | undefined {
  const values = f.has(index) ? [...f.literal(index, what).values] : [];
  return values.length === 0 ? undefined : values;
}

/** A number for each dimension, where some may be left out by `axes`. */
function onAxes<T>(f: Formula<T>, rank: number, given: readonly number[], otherwise: readonly number[]): readonly number[] {
  const axes = f.numbers('axes')?.map((axis) => f.axis(axis, rank));
  return axes === undefined ? given : otherwise.map((value, axis) => (axes.includes(axis) ? given[axes.indexOf(axis)] : value));
}

export const resizeLayers = [
  layer('Resize', 'image of another size, nearest pixels', (f) => {
    const x = f.input(0, 'X');
    const shape = f.shape(x);
    const old = f.node.version < 11;
    if (f.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch') {
      throw f.error('attribute', 'an aspect ratio to keep', 'name the sizes themselves');
    }
    const scales = numbersOf(f, old ? 1 : 2, 'the scales');
    const sizes = old ? undefined : numbersOf(f, 3, 'the sizes');
    if ((scales === undefined) === (sizes === undefined)) throw f.error('attribute', 'neither scales nor sizes', 'give one of them');
    const axes = sizes === undefined ? scaled(f, shape, onAxes(f, shape.length, scales!, shape.map(() => 1)))
      : onAxes(f, shape.length, sizes, shape).map((to, i) => ({ from: shape[i], to, scale: to / shape[i] }));
    if (axes.length !== shape.length) throw f.error('attribute', `${axes.length} sizes for ${shape.length} dimensions`, 'give one for each dimension');
    if (old) return nearest(f, x, axes, COORDINATES.asymmetric, NEAREST.floor);
    return nearest(f, x, axes, row(f, COORDINATES, 'coordinate_transformation_mode', 'half_pixel'),
      row(f, NEAREST, 'nearest_mode', 'round_prefer_floor'));
  }),
  layer('Upsample', 'larger image, nearest pixels', (f) => {
    const x = f.input(0, 'X');
    const scales = f.node.version < 9 ? f.numbers('scales') ?? [] : numbersOf(f, 1, 'the scales') ?? [];
    return nearest(f, x, scaled(f, f.shape(x), scales), COORDINATES.asymmetric, NEAREST.floor);
  }),
];
