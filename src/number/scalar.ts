import type { RoundingMode } from './rounding.ts';
import type { Staircase } from './staircase.ts';

interface Plain { readonly op: PlainOperator }

type PlainOperator =
  | 'quotient' | 'add' | 'subtract' | 'multiply' | 'divide' | 'power' | 'minimum' | 'maximum'
  | 'negate' | 'absolute' | 'sign' | 'square-root' | 'exponential' | 'logarithm' | 'sigmoid' | 'tanh' | 'error-function'
  | 'less' | 'less-equal' | 'equal' | 'select';

/**
 * The closed set of real functions that elementwise layers are composed of. Comparisons give 1 or 0; `select` is
 * (condition, when not 0, when 0); `sign` is -1, 0 or 1; `quotient` is a / b, and 0 where b is 0; everything else (Relu, Clip, Gelu,
 * HardSigmoid, Quant …) is composed.
 */
export type ScalarOperator =
  | Plain
  | { readonly op: 'round'; readonly mode: RoundingMode }
  | { readonly op: 'staircase'; readonly steps: Staircase };

/** Number of operands of each operator. */
export const SCALAR_ARITY: Readonly<Record<ScalarOperator['op'], 1 | 2 | 3>> = {
  add: 2, subtract: 2, multiply: 2, divide: 2, power: 2, minimum: 2, maximum: 2,
  negate: 1, absolute: 1, sign: 1, 'square-root': 1, exponential: 1, logarithm: 1, sigmoid: 1, tanh: 1, 'error-function': 1,
  less: 2, 'less-equal': 2, equal: 2, select: 3, round: 1, staircase: 1, quotient: 2,
};
