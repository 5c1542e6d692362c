import { BIPOLAR, integerType, type IntegerType } from '../../fixed/ir.ts';
import { rewritableRequantization } from '../../fixed/rewritable.ts';
import type { ScalarChain } from './chain.ts';
import { evaluate, MOST_THRESHOLDS, sign, thresholds, type Quantizer } from './quantizer.ts';
import { fitRequantization } from './requantize.ts';
import type { Staircase } from './staircase.ts';

/** All codes that a quantizer may ever give; `two`: its ends alone. */
export interface CodeRange {
  readonly low: number;
  readonly high: number;
  readonly two: boolean;
}

/** What a quantizer's parameters may be, whatever the weights are. */
export interface Surroundings {
  readonly range: IntegerType;
  readonly codes: CodeRange;
  /** Elements of the innermost dimension: each gets parameters of its own. */
  readonly innermost: number;
}

/**
 * An operator whose parameters can be written at run time. Its form and its type follow from the quantizer's codes and from `range`,
 * which holds for all weights of the format, and not from the parameters of today: another network with layers of the same shapes
 * and formats becomes the same operator with other parameters. Undefined where the function is not monotone.
 */
export function rewritableQuantizer(
  chains: readonly ScalarChain[], { range, codes: { low, high, two }, innermost }: Surroundings, origin: string,
): Quantizer | undefined {
  const known = new Map<string, Staircase>();
  const distinct: Staircase[] = [];
  for (const chain of chains) {
    const found = known.get(chain.key) ?? evaluate(chain, range, origin);
    if (found instanceof Float64Array) return undefined;
    known.set(chain.key, found);
    distinct.push(found);
  }
  const staircases = innermost % distinct.length === 0
    ? Array.from({ length: innermost }, (_, channel) => distinct[channel % distinct.length]) : distinct;
  if (two) {
    return {
      node: { ...thresholds(staircases.map((staircase) => sign(staircase, low)), range, 0, 1), rewritable: true }, type: BIPOLAR,
      code: { scale: (high - low) / 2, offset: (high + low) / 2 },
    };
  }
  const steps = high - low;
  const common = { type: integerType(low, high), code: { scale: 1, offset: 0 } };
  // Rounding to the nearest even code is first, since whatever has no ties can be had by it too.
  const fitted = steps <= MOST_THRESHOLDS ? undefined
    : (['half-even', 'floor'] as const)
      .map((rounding) => fitRequantization(staircases, { first: range.low, last: range.high }, low, high, [rounding]))
      .find((each) => each !== undefined);
  return fitted === undefined ? { node: { ...thresholds(staircases, range, low, steps), rewritable: true }, ...common }
    : { node: { op: 'requantize', channels: staircases.length, ...rewritableRequantization(fitted, range, common.type) }, ...common };
}
