import { sizeOf, type RealTensor } from '../graph/tensor.ts';
import { layer, type Formula } from './formula.ts';

/** The shape with axes of extent 1 put in, or taken out. */
function unsqueezed<T>(f: Formula<T>, shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length;
  const places = new Set(axes.map((axis) => f.axis(axis, rank)));
  if (places.size !== axes.length) throw f.error('axis', `axes ${axes.join(', ')}`, 'name each axis once');
  const rest = [...shape];
  return Array.from({ length: rank }, (_, axis) => (places.has(axis) ? 1 : rest.shift()!));
}

/** Extents of a target shape: 0 keeps the input's extent (unless `allowZero`), one -1 takes what is left. */
function reshaped<T>(f: Formula<T>, shape: readonly number[], target: readonly number[], allowZero: boolean): number[] {
  const extents = target.map((extent, axis) => (extent === 0 && !allowZero ? shape[axis] : extent));
  const rest = extents.filter((extent) => extent !== -1).reduce((product, extent) => product * extent, 1);
  const size = sizeOf(shape);
  if (extents.some((extent) => extent === undefined || extent < -1) || extents.filter((extent) => extent === -1).length > 1
    || (extents.includes(-1) && (rest === 0 || size % rest !== 0))) {
    throw f.error('shapes', `[${shape.join(', ')}] to [${target.join(', ')}]`, 'check the target shape');
  }
  return extents.map((extent) => (extent === -1 ? size / rest : extent));
}

/** Start, end and step of each axis that is sliced. */
function sliced<T>(f: Formula<T>): T {
  const x = f.input(0, 'data');
  const shape = f.shape(x);
  const old = f.node.version < 10;
  const starts = old ? f.numbers('starts') : f.wholeNumbers(1, 'starts');
  const ends = old ? f.numbers('ends') : f.wholeNumbers(2, 'ends');
  if (starts === undefined || ends === undefined || starts.length !== ends.length) {
    throw f.error('attribute', 'starts and ends are missing or of different length', 'export the network again');
  }
  const axes = (old ? f.numbers('axes') : f.has(3) ? f.wholeNumbers(3, 'axes') : undefined) ?? starts.map((_, i) => i);
  const steps = !old && f.has(4) ? f.wholeNumbers(4, 'steps') : starts.map(() => 1);
  const first = shape.map(() => 0);
  const step = shape.map(() => 1);
  const result = [...shape];
  axes.forEach((axis, i) => {
    const at = f.axis(axis, shape.length);
    const extent = shape[at];
    if (steps[i] === 0) throw f.error('attribute', 'a step of 0', 'use another step');
    const limit = (value: number, low: number, high: number): number => Math.min(Math.max(value < 0 ? value + extent : value, low), high);
    step[at] = steps[i];
    first[at] = steps[i] > 0 ? limit(starts[i], 0, extent) : limit(starts[i], 0, extent - 1);
    const end = steps[i] > 0 ? limit(ends[i], 0, extent) : limit(ends[i], -1, extent - 1);
    result[at] = Math.max(0, Math.ceil((end - first[at]) / steps[i]));
  });
  return f.rearrange(x, result, (position) => position.map((place, axis) => first[axis] + place * step[axis]));
}

function split<T>(f: Formula<T>): T[] {
  const x = f.input(0, 'input');
  const shape = f.shape(x);
  const axis = f.axis(f.number('axis', 0), shape.length);
  const count = f.node.outputs.length;
  const chunk = Math.ceil(shape[axis] / count);
  const sizes = f.attributeOrInput('split', 1, 13)
    ?? Array.from({ length: count }, (_, i) => Math.min(chunk, Math.max(0, shape[axis] - i * chunk)));
  if (sizes.length !== count || sizes.reduce((sum, size) => sum + size, 0) !== shape[axis]) {
    throw f.error('shapes', `${shape[axis]} elements into ${sizes.join(' + ')}`, 'the parts must add up to the whole');
  }
  let start = 0;
  return sizes.map((size) => {
    const from = start;
    start += size;
    return f.rearrange(x, shape.map((extent, i) => (i === axis ? size : extent)),
      (position) => position.map((place, i) => (i === axis ? place + from : place)));
  });
}

function gathered<T>(f: Formula<T>): T {
  const x = f.input(0, 'data');
  const shape = f.shape(x);
  const axis = f.axis(f.number('axis', 0), shape.length);
  const indices = f.literal(1, 'indices');
  const places = f.wholeNumbers(1, 'indices').map((index) => (index < 0 ? index + shape[axis] : index));
  if (places.some((place) => place < 0 || place >= shape[axis])) {
    throw f.error('index', `index ${places.find((place) => place < 0 || place >= shape[axis])} of ${shape[axis]} elements`, 'check the indices');
  }
  const rank = indices.shape.length;
  const result = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
  return f.rearrange(x, result, (position) => {
    const flat = indices.shape.reduce((sum, extent, i) => sum * extent + position[axis + i], 0);
    return [...position.slice(0, axis), places[flat], ...position.slice(axis + rank)];
  });
}

export const shapeLayers = [
  layer('Reshape', 'another shape for the same elements', (f) => {
    const x = f.input(0, 'data');
    const target = f.node.version < 5 ? f.numbers('shape') ?? [] : f.wholeNumbers(1, 'the target shape');
    return f.reshape(x, reshaped(f, f.shape(x), target, f.number('allowzero', 0) !== 0));
  }),
  layer('Flatten', 'two dimensions', (f) => {
    const x = f.input(0, 'input');
    const shape = f.shape(x);
    const at = f.number('axis', 1);
    const axis = at < 0 ? at + shape.length : at;
    return f.reshape(x, [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))]);
  }),
  layer('Squeeze', 'without dimensions of extent 1', (f) => {
    const x = f.input(0, 'data');
    const shape = f.shape(x);
    const given = f.attributeOrInput('axes', 1, 13);
    const axes = given?.map((axis) => f.axis(axis, shape.length)) ?? shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
    if (axes.some((axis) => shape[axis] !== 1)) throw f.error('shapes', `axes ${axes.join(', ')} of [${shape.join(', ')}]`, 'only extents of 1 can go');
    return f.reshape(x, shape.filter((_, axis) => !axes.includes(axis)));
  }),
  layer('Unsqueeze', 'with more dimensions of extent 1', (f) => {
    const x = f.input(0, 'data');
    const axes = f.attributeOrInput('axes', 1, 13);
    if (axes === undefined) throw f.error('attribute', 'the axes are missing', 'export the network again');
    return f.reshape(x, unsqueezed(f, f.shape(x), axes));
  }),
  layer('Transpose', 'dimensions in another order', (f) => {
    const x = f.input(0, 'data');
    const rank = f.shape(x).length;
    const order = f.numbers('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
    if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => axis < 0 || axis >= rank)) {
      throw f.error('attribute', `order ${order.join(', ')} of ${rank} dimensions`, 'name each dimension once');
    }
    return f.transpose(x, order);
  }),
  layer('Concat', 'tensors one behind the other', (f) => {
    const tensors = Array.from({ length: f.inputCount }, (_, i) => f.input(i, `tensor ${i}`));
    return f.concat(tensors, f.axis(f.number('axis', 1), f.shape(tensors[0]).length));
  }),
  layer('Slice', 'part of a tensor', sliced),
  layer('Split', 'parts of a tensor', split),
  layer('Gather', 'elements by index', gathered),
  layer('Expand', 'broadcast to a shape', (f) => {
    const zeros: RealTensor = { shape: f.wholeNumbers(1, 'the shape'), values: new Float64Array(sizeOf(f.wholeNumbers(1, 'the shape'))) };
    return f.add(f.input(0, 'input'), f.algebra.constant(zeros));
  }),
  layer('Tile', 'repeated along dimensions', (f) => {
    const x = f.input(0, 'input');
    const shape = f.shape(x);
    const repeats = f.wholeNumbers(1, 'repeats');
    return f.rearrange(x, shape.map((extent, i) => extent * repeats[i]), (position) => position.map((place, i) => place % shape[i]));
  }),
  layer('Shape', 'the extents of a tensor', (f) => f.vector(f.shape(f.input(0, 'data')))),
  layer('Size', 'the number of elements', (f) => f.constant(sizeOf(f.shape(f.input(0, 'data'))))),
  layer('ConstantOfShape', 'a tensor of one value', (f) => {
    const value = f.node.attributes.value as RealTensor | undefined;
    const shape = f.wholeNumbers(0, 'the shape');
    return f.algebra.constant({ shape, values: new Float64Array(sizeOf(shape)).fill(value?.values[0] ?? 0) });
  }),
  layer('Constant', 'a tensor in the file', (f) => {
    const { value, value_float: float, value_int: integer, value_floats: floats, value_ints: integers } = f.node.attributes;
    if (typeof value === 'object' && !Array.isArray(value) && 'shape' in value) return f.algebra.constant(value);
    if (typeof float === 'number') return f.constant(float);
    if (typeof integer === 'number') return f.constant(integer);
    const list = floats ?? integers;
    if (Array.isArray(list)) return f.vector(list as number[]);
    throw f.error('attribute', 'a constant without numbers', 'only numeric constants are supported');
  }),
];
