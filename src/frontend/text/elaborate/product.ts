import type { Place } from '../../../base/text/source.ts';
import { findLayer } from '../../../layers/index.ts';
import type { Attribute } from '../../../graph/ir.ts';
import type { GraphBuilder, Layer } from './builder.ts';
import { shapeOf, showShape, type Value } from './value.ts';

/**
 * The matrix product of the language: the last extent of the left side meets the last but one of the right side; a vector on the left is
 * a row, a vector on the right a column, and goes away in the result. Samples have no batch dimension in this.
 */
export function product(left: Value, right: Value, place: Place, builder: GraphBuilder): Value {
  return shaped(left, right, place, builder, (x, y) => builder.add({ kind: layer('MatMul'), inputs: [x, y], place })[0]);
}

/**
 * The matrix product with L-Mul in place of multiplication. Both sides are quantized to one floating-point format; where it is not
 * given by name, it is the one that they were quantized to.
 */
export function lmulProduct(left: Value, right: Value, attributes: Readonly<Record<string, Attribute>>, place: Place, builder: GraphBuilder): Value {
  const format = attributes.format ?? left.coded?.format;
  if (format === undefined || (attributes.format === undefined && right.coded?.format !== format)) {
    const found = (value: Value): string => value.coded?.format ?? 'no format';
    builder.fail(place, 'format', `lmul of ${found(left)} and ${found(right)}`,
      'quantize both to one floating-point format: x as float<4,3>, const W : float<4,3> = …');
  }
  const scales = attributes.format === undefined ? [left.coded!.scale, right.coded!.scale] : [];
  return shaped(left, right, place, builder, (x, y) =>
    builder.add({ kind: layer('LMulMatMul'), inputs: [x, y, ...scales], attributes: { ...attributes, format }, place })[0]);
}

function shaped(left: Value, right: Value, place: Place, builder: GraphBuilder, add: (x: Value, y: Value) => Value): Value {
  const [a, b] = [shapeOf(left), shapeOf(right)];
  const inner = b.length === 1 ? b[0] : b[b.length - 2];
  if (a.length === 0 || b.length === 0 || a[a.length - 1] !== inner) {
    builder.fail(place, 'shapes', `${showShape(a)} @ ${showShape(b)}`, a.length === 0 || b.length === 0
      ? 'a single number is multiplied with *' : 'the last extent on the left must be the last but one on the right');
  }
  const transposed = (x: Value): Value => builder.add({ kind: layer('Transpose'), inputs: [x], attributes: { perm: [1, 0] }, place })[0];
  const reshaped = (x: Value, shape: readonly number[]): Value =>
    builder.add({ kind: layer('Reshape'), inputs: [x, builder.list(x.batched ? [1, ...shape] : shape, 'shape')], place })[0];

  // A matrix of constants times a sample that is a vector: the sample is a row of the graph, so the matrix is transposed.
  if (!left.batched && right.batched && a.length === 2 && b.length === 1) return add(right, transposed(left));
  if (left.batched && !right.batched) return add(left, right);
  if (!left.batched && !right.batched) return add(left, right);
  const row = a.length === 1;
  const column = b.length === 1;
  if (!row && !column) return add(left, right);
  const wide = add(row && left.batched ? reshaped(left, [1, ...a]) : left, column ? reshaped(right, [...b, 1]) : right);
  const shape = shapeOf(wide);
  // A constant row has gone already.
  const before = shape.slice(0, row && !left.batched ? -1 : -2);
  return reshaped(wide, [...before, ...(row ? [] : [shape[shape.length - 2]]), ...(column ? [] : [shape[shape.length - 1]])]);
}

function layer(operator: string): Layer['kind'] {
  return findLayer(operator)!;
}
