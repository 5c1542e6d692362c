import { integerType, type IntegerType } from './ir.ts';

/** The exact range of the sums of a dot node: over all rows (of all groups), with each element of x free in its type. */
export function dotRange(weights: Int32Array, rows: number, columns: number, input: IntegerType): IntegerType {
  let low = Infinity;
  let high = -Infinity;
  for (let row = 0; row < rows; row++) {
    let least = 0;
    let most = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const weight = weights[i];
      least += weight >= 0 ? weight * input.low : weight * input.high;
      most += weight >= 0 ? weight * input.high : weight * input.low;
    }
    low = Math.min(low, least);
    high = Math.max(high, most);
  }
  return integerType(low, high);
}
