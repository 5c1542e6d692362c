import { bipolar } from './bipolar.ts';
import { integer } from './integer.ts';
import { ternary } from './ternary.ts';
import type { WeightEncoding } from './encoding.ts';

/** The encodings of stored weights, cheapest first. */
export const WEIGHT_ENCODINGS: readonly WeightEncoding[] = [bipolar, ternary, integer];

/** The cheapest encoding that has a code for every weight. */
export function encodingOf(weights: Int32Array): WeightEncoding {
  return WEIGHT_ENCODINGS.find((encoding) => encoding.fits(weights))!;
}
