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
  let longest = pairs;
  for (let row = 0; row < groups * rows; row++) {
    const weight = (c: number): number => (c < 0 ? 0 : Math.abs(weights[row * width + c]));
    const moves = (pair: number): number => largest * (weight(columns[2 * pair]) + weight(columns[2 * pair + 1]));
    // The window that ends with each pair and moves little enough.
    let [start, inside, total] = [0, 0, 0];
    for (let pair = 0; pair < pairs; pair++) {
      inside += moves(pair);
      total += moves(pair);
      for (; inside >= 2 ** (bits - 1); start++) {
        longest = Math.min(longest, pair - start);
        inside -= moves(start);
      }
    }
    if (total >= 2 ** (31 - bits) || longest < Math.min(pairs, FEWEST_PAIRS)) return undefined;
  }
  return { bits, pairs: Math.ceil(pairs / Math.ceil(pairs / longest)) };
}
