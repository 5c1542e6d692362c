import type { DotNode, IntegerType } from '../ir.ts';

/** Chunks of fewer pairs of columns than these do not pay. */
const FEWEST_PAIRS = 4;

/** Two rows in one 32-bit sum, low + 2^bits * high; the low one is read off after every `pairs` pairs of columns. */
export interface Packing { readonly bits: number; readonly pairs: number }

/**
 * How rows of a product are computed two at a time: their weights w + 2^bits * v fit 16 bits, both sums fit the 32 bits between them, and
 * the low sum moves by less than 2^(bits - 1) while it is not read. `columns` are those of each pair's weights, -1 for none.
 */
export function packingOf({ groups, rows, weights, columns: width }: DotNode, x: IntegerType, columns: readonly number[]): Packing | undefined {
  if (rows < 8) return undefined;
  const most = weights.reduce((so, weight) => Math.max(so, Math.abs(weight)), 1);
  const largest = Math.max(Math.abs(x.low), Math.abs(x.high));
  const bits = Math.floor(Math.log2((32767 - most) / most));
  const pairs = columns.length / 2;
  // Of each row, how far the sum moves at most in each pair, and in all pairs before.
  const moves = Array.from({ length: groups * rows }, (_, row) => {
    const before = new Float64Array(pairs + 1);
    const weight = (c: number): number => (c < 0 ? 0 : Math.abs(weights[row * width + c]));
    for (let pair = 0; pair < pairs; pair++) before[pair + 1] = before[pair] + largest * (weight(columns[2 * pair]) + weight(columns[2 * pair + 1]));
    return before;
  });
  if (moves.some((before) => before[pairs] >= 2 ** (31 - bits))) return undefined;
  for (let chunks = 1; Math.ceil(pairs / chunks) >= Math.min(pairs, FEWEST_PAIRS); chunks++) {
    const length = Math.ceil(pairs / chunks);
    const fits = (before: Float64Array): boolean => {
      for (let start = 0; start < pairs; start += length) {
        if (before[Math.min(pairs, start + length)] - before[start] >= 2 ** (bits - 1)) return false;
      }
      return true;
    };
    if (moves.every(fits)) return { bits, pairs: length };
    if (length <= FEWEST_PAIRS) break;
  }
  return undefined;
}
