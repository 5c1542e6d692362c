import type { DotNode } from '../../../src/fixed/ir.ts';
import { parseFormat } from '../../../src/number/formats/index.ts';
import { binary } from './binary.ts';
import { bipolar } from './bipolar.ts';
import { codebook } from './codebook.ts';
import { integer } from './integer.ts';
import { lmulWeights } from './lmul.ts';
import { minifloat } from './minifloat.ts';
import { multibit } from './multibit.ts';
import { khot, shift } from './shift.ts';
import { ternary } from './ternary.ts';
import type { StoredWeights, WeightEncoding } from './encoding.ts';

/** All encodings of stored weights. */
export const WEIGHT_ENCODINGS: readonly WeightEncoding[] = [
  bipolar, binary, ternary, shift, khot(1), khot(2), khot(3), khot(4), multibit, codebook, minifloat, integer,
];

/** What weights of no stated format are tried as, cheapest first; a multiplier only where nothing else fits. */
const AUTOMATIC: readonly WeightEncoding[] = [bipolar, binary, ternary, shift, integer];

/** The encoding of the weights' own format if it has a code for every weight, otherwise the cheapest that has. */
export function storedWeights(dot: Pick<DotNode, 'weights' | 'format' | 'lmul'>): StoredWeights {
  if (dot.lmul !== undefined) return lmulWeights(dot.lmul);
  const format = dot.format === undefined ? undefined : parseFormat(dot.format);
  const own = WEIGHT_ENCODINGS.find((encoding) => encoding.name === format?.encoding)?.of(dot.weights, format);
  if (own !== undefined) return own;
  for (const encoding of AUTOMATIC) {
    const stored = encoding.of(dot.weights);
    if (stored !== undefined) return stored;
  }
  throw new Error('integers fit every weight');
}
