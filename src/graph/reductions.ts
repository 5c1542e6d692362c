import { Rational } from '../base/rational.ts';
import { applyBall, highest, lowest, type Ball } from '../number/ball.ts';
import { applyExact, isPoint, refine, type Enclosure } from '../number/enclosure.ts';
import type { ScalarOperator } from '../number/scalar.ts';
import { enclosureAt, realTensor } from './elements.ts';
import { sizeOf, type RealTensor } from './tensor.ts';

type Reduction = 'sum' | 'maximum' | 'minimum';

const OPERATORS: Readonly<Record<Reduction, ScalarOperator>> = {
  sum: { op: 'add' }, maximum: { op: 'maximum' }, minimum: { op: 'minimum' },
};

export function reducedShape(shape: readonly number[], axes: readonly number[]): readonly number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Reduction over `axes`, which are removed from the shape. @throws Error for the maximum of no elements */
export function reduceReals(kind: Reduction, tensor: RealTensor, axes: readonly number[]): RealTensor {
  const shape = reducedShape(tensor.shape, axes);
  const { index, count } = groupsOf(tensor.shape, axes);
  if (count === 0 && kind !== 'sum') throw new Error(`the ${kind} of no elements`);
  const operator = OPERATORS[kind];
  const values = new Float64Array(sizeOf(shape));
  let errors: Float64Array | undefined;
  for (let group = 0; group < values.length; group++) {
    let result: Ball = count === 0 ? { value: 0, error: 0 } : ballAt(tensor, index[group * count]);
    for (let i = 1; i < count; i++) result = applyBall(operator, [result, ballAt(tensor, index[group * count + i])]);
    values[group] = result.value;
    if (result.error !== 0) (errors ??= new Float64Array(values.length))[group] = result.error;
  }
  return realTensor(shape, values, errors, (group, precision) => {
    let result = enclosureAt(tensor, index[group * count], precision);
    for (let i = 1; i < count; i++) {
      result = applyExact(operator, [result, enclosureAt(tensor, index[group * count + i], precision)], precision);
    }
    return result;
  });
}

/** Index of the largest (smallest) element along `axis`, decided exactly. @throws UndecidedError where it cannot be */
export function argumentOfReals(
  kind: 'maximum' | 'minimum', tensor: RealTensor, axis: number, tie: 'first' | 'last',
): RealTensor {
  const shape = reducedShape(tensor.shape, [axis]);
  const { index, count } = groupsOf(tensor.shape, [axis]);
  const values = new Float64Array(sizeOf(shape));
  for (let group = 0; group < values.length; group++) {
    let best = 0;
    for (let i = 1; i < count; i++) {
      const order = compareElements(tensor, index[group * count + i], index[group * count + best]);
      const better = kind === 'maximum' ? order > 0 : order < 0;
      if (better || (order === 0 && tie === 'last')) best = i;
    }
    values[group] = best;
  }
  return { shape, values };
}

function compareElements(tensor: RealTensor, i: number, j: number): number {
  const [a, b] = [ballAt(tensor, i), ballAt(tensor, j)];
  if (a.error === 0 && b.error === 0) return a.value - b.value;
  if (lowest(a) > highest(b)) return 1;
  if (highest(a) < lowest(b)) return -1;
  const difference = (precision: number): Enclosure =>
    applyExact({ op: 'subtract' }, [enclosureAt(tensor, i, precision), enclosureAt(tensor, j, precision)], precision);
  const decided = (d: Enclosure): boolean => isPoint(d) || Rational.sign(d.low) > 0 || Rational.sign(d.high) < 0;
  const { low } = refine(difference, decided);
  return Rational.sign(low);
}

function ballAt({ values, errors }: RealTensor, index: number): Ball {
  return { value: values[index], error: errors === undefined ? 0 : errors[index] };
}

/** The elements that are reduced to one, `count` of them one behind the other for each element of the result. */
function groupsOf(shape: readonly number[], axes: readonly number[]): { index: Int32Array; count: number } {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  let index = Int32Array.of(0);
  for (const axis of order) {
    const extent = shape[axis];
    const next = new Int32Array(index.length * extent);
    for (let i = 0; i < next.length; i++) next[i] = index[Math.floor(i / extent)] + (i % extent) * strides[axis];
    index = next;
  }
  return { index, count: sizeOf(axes.map((axis) => shape[axis])) };
}
