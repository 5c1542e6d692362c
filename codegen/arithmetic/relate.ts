import { countDigits } from './digits.ts';
import { rowTerms, type InputRange, type Matrix, type SumGraph, type Term } from './graph.ts';
import { bitsOfSpan } from './spans.ts';

/**
 * Rows that are another row, perhaps negated, and a difference with fewer digits: a minimum spanning tree over the rows, the digits' bits
 * as distance, with the empty sum as its root. `extra` rows may be used on the way and are left out where nothing needs them.
 * `depth` bounds the rows between the root and any other.
 */
export function relateRows(matrix: Matrix, ranges: readonly InputRange[], extra: Matrix = [], depth = Infinity): SumGraph {
  const inputs = ranges.length;
  const rows = [...matrix, ...extra];
  const widths = ranges.map(({ low, high }) => bitsOfSpan(high - low));
  const parent = new Int32Array(rows.length).fill(-1);
  const negated = new Uint8Array(rows.length);
  const depths = new Int32Array(rows.length).fill(1);
  const rowBits = rows.map(row => bitsOfSpan(row.reduce((sum, weight, i) => sum + Math.abs(weight) * (ranges[i].high - ranges[i].low), 0)));
  const distance = rows.map(row => row.reduce((sum, weight, i) => sum + countDigits(weight) * widths[i], 0));
  const joined = new Uint8Array(rows.length);
  for (let step = 0; step < rows.length; step++) {
    let next = -1;
    for (let row = 0; row < rows.length; row++) {
      // Extra rows come in as cheaply as any row, but only before the rows that they are to help.
      if (joined[row] === 0 && (next < 0 || rank(row) < rank(next))) next = row;
    }
    joined[next] = 1;
    if (depths[next] >= depth) continue;
    for (let row = 0; row < rows.length; row++) {
      if (joined[row] !== 0) continue;
      for (const sign of [1, -1]) {
        const bits = rowBits[next] + differenceBits(rows[row], rows[next], sign, widths, distance[row] - rowBits[next]);
        if (bits >= distance[row]) continue;
        distance[row] = bits;
        parent[row] = next;
        negated[row] = sign < 0 ? 1 : 0;
        depths[row] = depths[next] + 1;
      }
    }
  }

  function rank(row: number): number {
    return row >= matrix.length ? distance[row] - 1e9 : distance[row];
  }

  const used = new Set<number>();
  const use = (row: number): void => {
    if (row < 0 || used.has(row)) return;
    used.add(row);
    use(parent[row]);
  };
  matrix.forEach((_, row) => use(row));
  const nodes: Term[][] = rows.map((row, index) => {
    if (!used.has(index)) return [];
    if (parent[index] < 0) return rowTerms(row);
    const sign = negated[index] === 1 ? -1 : 1;
    const other = rows[parent[index]];
    return [
      { source: inputs + parent[index], shift: 0, negative: sign < 0 },
      ...rowTerms(row.map((weight, i) => weight - sign * other[i])),
    ];
  });
  return { inputs, nodes, outputs: matrix.map((row, index) => (row.some(weight => weight !== 0) ? index : undefined)) };
}

function differenceBits(row: Int32Array, other: Int32Array, sign: number, widths: readonly number[], limit: number): number {
  let bits = 0;
  for (let i = 0; i < row.length && bits < limit; i++) bits += countDigits(row[i] - sign * other[i]) * widths[i];
  return bits;
}

/** Each row by itself. */
export function separateRows(matrix: Matrix): SumGraph {
  return {
    inputs: matrix[0]?.length ?? 0,
    nodes: matrix.map(row => rowTerms(row)),
    outputs: matrix.map((row, index) => (row.some(weight => weight !== 0) ? index : undefined)),
  };
}
