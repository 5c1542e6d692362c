import type { DotNode } from '../../../src/fixed/ir.ts';
import { weightIntegers } from '../../../src/fixed/rewritable.ts';
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
import { vectorCodebook } from './vector-codebook.ts';
import type { StoredWeights, WeightEncoding } from './encoding.ts';

/** All encodings of stored weights. */
export const WEIGHT_ENCODINGS: readonly WeightEncoding[] = [
  bipolar, binary, ternary, shift, khot(1), khot(2), khot(3), khot(4), multibit, codebook, vectorCodebook, minifloat, integer,
];

/** What weights of no stated format are tried as, cheapest first; a multiplier only where nothing else fits. */
const AUTOMATIC: readonly WeightEncoding[] = [bipolar, binary, ternary, shift, integer];

/**
 * The encoding of the weights' own format if it has a code for every weight, otherwise the cheapest that has. `fits` says whether the
 * weights of a code come together in the hardware, where codes stand for several.
 */
export function storedWeights(
  dot: Pick<DotNode, 'weights' | 'format' | 'lmul' | 'rewritable'> & { readonly columns?: number }, fits: (span: number) => boolean = () => true,
): StoredWeights {
  if (dot.lmul !== undefined) return lmulWeights(dot.lmul);
  if (dot.rewritable !== undefined) return anyWeights(dot.format!);
  const format = dot.format === undefined ? undefined : parseFormat(dot.format);
  const own = WEIGHT_ENCODINGS.find((encoding) => encoding.name === format?.encoding)?.of(dot.weights, format, dot.columns);
  if (own !== undefined && (own.span === undefined || fits(own.span))) return own;
  return automatic(dot.weights);
}

/** The encoding that has a code for all weights of a format; of evenly spaced ones the cheapest. */
function anyWeights(format: string): StoredWeights {
  const parsed = parseFormat(format);
  const all = weightIntegers(format);
  const own = parsed.encoding === 'integer' ? undefined : WEIGHT_ENCODINGS.find((encoding) => encoding.name === parsed.encoding)?.of(all, parsed);
  return own ?? automatic(all);
}

function automatic(weights: Int32Array): StoredWeights {
  for (const encoding of AUTOMATIC) {
    const stored = encoding.of(weights);
    if (stored !== undefined) return stored;
  }
  throw new Error('integers fit every weight');
}
