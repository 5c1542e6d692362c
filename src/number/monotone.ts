import { dispatch, type OpTable } from '../base/table.ts';
import { highest, lowest, type Ball } from './ball-arithmetic.ts';
import type { ScalarOperator } from './scalar.ts';
import { directionOf } from './staircase.ts';

/** How a function moves with one argument: `rising` and `falling` include standing still; `constant` is both. */
export type Direction = 'rising' | 'falling' | 'constant' | 'unknown';

type Row = (args: readonly Ball[], position: number) => Direction;

const opposite: Readonly<Record<Direction, Direction>> = {
  rising: 'falling', falling: 'rising', constant: 'constant', unknown: 'unknown',
};

/** The direction of x * factor. */
function bySign(factor: Ball): Direction {
  if (factor.value === 0 && factor.error === 0) return 'constant';
  if (lowest(factor) >= 0) return 'rising';
  return highest(factor) <= 0 ? 'falling' : 'unknown';
}

function divide(dividend: Ball, divisor: Ball, position: number): Direction {
  // 1/x jumps at 0 and falls on both sides of it.
  if (lowest(divisor) <= 0 && highest(divisor) >= 0) return 'unknown';
  return position === 0 ? bySign(divisor) : opposite[bySign(dividend)];
}

function power(base: Ball, exponent: Ball, position: number): Direction {
  if (position === 1) {
    if (lowest(base) >= 1) return 'rising';
    return lowest(base) > 0 && highest(base) <= 1 ? 'falling' : 'unknown';
  }
  const positive = lowest(base) > 0;
  if (lowest(exponent) >= 0 && lowest(base) >= 0) return 'rising';
  if (highest(exponent) <= 0 && positive) return 'falling';
  if (exponent.error !== 0 || !Number.isInteger(exponent.value)) return 'unknown';
  const odd = exponent.value % 2 !== 0;
  if (exponent.value > 0) return odd ? 'rising' : highest(base) <= 0 ? 'falling' : 'unknown';
  if (highest(base) >= 0) return 'unknown';
  return odd ? 'falling' : 'rising';
}

function select([condition, whenTrue, whenFalse]: readonly Ball[], position: number): Direction {
  if (position > 0) return 'rising';
  // As the condition leaves 0 upward, the result goes from one value to the other; toward 0 from below, the other way.
  if (lowest(condition) < 0) return 'unknown';
  if (lowest(whenTrue) >= highest(whenFalse)) return 'rising';
  return highest(whenTrue) <= lowest(whenFalse) ? 'falling' : 'unknown';
}

const DIRECTIONS: OpTable<ScalarOperator, Direction, Parameters<Row>> = {
  add: () => 'rising',
  subtract: (_, __, position) => (position === 0 ? 'rising' : 'falling'),
  multiply: (_, args, position) => bySign(args[1 - position]),
  divide: (_, [dividend, divisor], position) => divide(dividend, divisor, position),
  power: (_, [base, exponent], position) => power(base, exponent, position),
  minimum: () => 'rising',
  maximum: () => 'rising',
  negate: () => 'falling',
  absolute: (_, [a]) => bySign(a),
  sign: () => 'rising',
  'square-root': () => 'rising',
  exponential: () => 'rising',
  logarithm: () => 'rising',
  sigmoid: () => 'rising',
  tanh: () => 'rising',
  'error-function': () => 'rising',
  less: (_, __, position) => (position === 0 ? 'falling' : 'rising'),
  'less-equal': (_, __, position) => (position === 0 ? 'falling' : 'rising'),
  equal: () => 'unknown',
  select: (_, args, position) => select(args, position),
  quotient: (_, [dividend, divisor], position) => divide(dividend, divisor, position),
  staircase: ({ steps }) => directionOf(steps),
  round: () => 'rising',
};

/**
 * The direction of the operator in argument `position` while all other arguments stay anywhere in their balls. `args` holds the
 * ranges of all arguments, that of `position` included.
 */
export function direction(operator: ScalarOperator, position: number, args: readonly Ball[]): Direction {
  return dispatch(DIRECTIONS, operator, args, position);
}
