import { lmulProduct } from '../number/formats/lmul.ts';
import type { Integers } from './evaluator.ts';
import type { DotNode } from './ir.ts';

/** The sums of each vector of `x`, group by group. */
export function sumsOf(node: DotNode, x: Integers): Integers {
  const { groups, rows, columns } = node;
  const parts = x.length / columns;
  const result = new Float64Array(parts * rows);
  for (let part = 0; part < parts; part++) {
    const first = (part % groups) * rows;
    if (node.lmul !== undefined) ordinalRows(node, x, part * columns, first, result, part * rows);
    else if (rows === 1) result[part] = sumOfRow(node.weights, first * columns, x, part * columns, columns);
    else sumRows(node, x, part * columns, first, result, part * rows);
  }
  return result;
}

function sumOfRow(weights: Int32Array, at: number, x: Integers, start: number, columns: number): number {
  let sum = 0;
  for (let column = 0; column < columns; column++) sum += weights[at + column] * x[start + column];
  return sum;
}

/** Four rows at a time, so that each element is read once for them. */
function sumRows({ rows, columns, weights }: DotNode, x: Integers, start: number, first: number, result: Integers, to: number): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const a = (first + row) * columns;
    const [b, c, d] = [a + columns, a + 2 * columns, a + 3 * columns];
    let [s, t, u, v] = [0, 0, 0, 0];
    for (let column = 0; column < columns; column++) {
      const element = x[start + column];
      s += weights[a + column] * element;
      t += weights[b + column] * element;
      u += weights[c + column] * element;
      v += weights[d + column] * element;
    }
    result[to + row] = s;
    result[to + row + 1] = t;
    result[to + row + 2] = u;
    result[to + row + 3] = v;
  }
  for (; row < rows; row++) result[to + row] = sumOfRow(weights, (first + row) * columns, x, start, columns);
}

function ordinalRows({ rows, columns, weights, lmul }: DotNode, x: Integers, start: number, first: number, result: Integers, to: number): void {
  for (let row = 0, weight = first * columns; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[to + row] += lmulProduct(lmul!, x[start + column], weights[weight++]);
  }
}
