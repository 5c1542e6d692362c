import type { FloatFields } from '../number/formats/float.ts';
import { lmulProduct } from '../number/formats/lmul.ts';
import { integerType, type IntegerType } from './ir.ts';

/** The exact range of the sums of a dot node: over all rows (of all groups), with each element of x free in its type. */
export function dotRange(weights: Int32Array, rows: number, columns: number, input: IntegerType, lmul?: FloatFields): IntegerType {
  // Both products rise (or fall) with the element.
  const product = lmul === undefined ? (x: number, weight: number) => x * weight : (x: number, weight: number) => lmulProduct(lmul, x, weight);
  let low = Infinity;
  let high = -Infinity;
  for (let row = 0; row < rows; row++) {
    let least = 0;
    let most = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const weight = weights[i];
      least += weight >= 0 ? product(input.low, weight) : product(input.high, weight);
      most += weight >= 0 ? product(input.high, weight) : product(input.low, weight);
    }
    low = Math.min(low, least);
    high = Math.max(high, most);
  }
  return integerType(low, high);
}
