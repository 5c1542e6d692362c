import { dispatch, type OpTable } from '../base/table.ts';
import {
  addBalls, between, divideBalls, exactly, highest, isZero, lowest, multiplyBalls, negateBall, squareRootOfBall, UNKNOWN,
  type Ball,
} from './ball-arithmetic.ts';
import {
  errorFunctionOfBall, exponentialOfBall, logarithmOfBall, powerOfBalls, sigmoidOfBall, tanhOfBall,
} from './ball-functions.ts';
import { roundDouble } from './rounding.ts';
import type { ScalarOperator } from './scalar.ts';
import { stepOf, valueRange } from './staircase.ts';

export { highest, lowest, type Ball } from './ball-arithmetic.ts';
export { DomainError } from './domain-error.ts';

const FALSE = exactly(0);
const TRUE = exactly(1);
const EITHER: Ball = { value: 0.5, error: 0.5 };

/** A nondecreasing function whose value at a double is exactly a double; it may jump. */
function stepwise(at: (x: number) => number, x: Ball): Ball {
  return x.error === 0 ? exactly(at(x.value)) : between(at(lowest(x)), at(highest(x)));
}

function truth(surely: boolean, surelyNot: boolean): Ball {
  return surely ? TRUE : surelyNot ? FALSE : EITHER;
}

function lesser(a: Ball, b: Ball): Ball {
  if (highest(a) <= lowest(b)) return a;
  if (highest(b) <= lowest(a)) return b;
  return between(Math.min(lowest(a), lowest(b)), Math.min(highest(a), highest(b)));
}

function greater(a: Ball, b: Ball): Ball {
  if (lowest(a) >= highest(b)) return a;
  if (lowest(b) >= highest(a)) return b;
  return between(Math.max(lowest(a), lowest(b)), Math.max(highest(a), highest(b)));
}

function select(condition: Ball, whenTrue: Ball, whenFalse: Ball): Ball {
  if (isZero(condition)) return whenFalse;
  if (lowest(condition) > 0 || highest(condition) < 0) return whenTrue;
  if (whenTrue.value === whenFalse.value && whenTrue.error === whenFalse.error) return whenTrue;
  return between(Math.min(lowest(whenTrue), lowest(whenFalse)), Math.max(highest(whenTrue), highest(whenFalse)));
}

function absolute(a: Ball): Ball {
  if (lowest(a) >= 0) return a;
  return highest(a) <= 0 ? negateBall(a) : between(0, Math.max(-lowest(a), highest(a)));
}

const BALLS: OpTable<ScalarOperator, Ball, [Ball, Ball, Ball]> = {
  add: (_, a, b) => addBalls(a, b),
  subtract: (_, a, b) => addBalls(a, negateBall(b)),
  multiply: (_, a, b) => multiplyBalls(a, b),
  divide: (_, a, b) => divideBalls(a, b),
  power: (_, a, b) => powerOfBalls(a, b),
  minimum: (_, a, b) => lesser(a, b),
  maximum: (_, a, b) => greater(a, b),
  negate: (_, a) => negateBall(a),
  absolute: (_, a) => absolute(a),
  sign: (_, a) => stepwise(Math.sign, a),
  'square-root': (_, a) => squareRootOfBall(a),
  exponential: (_, a) => exponentialOfBall(a),
  logarithm: (_, a) => logarithmOfBall(a),
  sigmoid: (_, a) => sigmoidOfBall(a),
  tanh: (_, a) => tanhOfBall(a),
  'error-function': (_, a) => errorFunctionOfBall(a),
  less: (_, a, b) => truth(highest(a) < lowest(b), lowest(a) >= highest(b)),
  'less-equal': (_, a, b) => truth(highest(a) <= lowest(b), lowest(a) > highest(b)),
  equal: (_, a, b) => truth(
    a.error === 0 && b.error === 0 && a.value === b.value,
    highest(a) < lowest(b) || highest(b) < lowest(a),
  ),
  select: (_, condition, whenTrue, whenFalse) => select(condition, whenTrue, whenFalse),
  quotient: (_, a, b) => {
    if (isZero(b)) return FALSE;
    return lowest(b) <= 0 && highest(b) >= 0 ? UNKNOWN : divideBalls(a, b);
  },
  staircase: ({ steps }, a) => {
    if (a.error === 0) return exactly(steps.values[stepOf(steps, a.value)]);
    const { low, high } = valueRange(steps, stepOf(steps, lowest(a)), stepOf(steps, highest(a)));
    return between(low, high);
  },
  round: ({ mode }, a) => stepwise((x) => roundDouble(x, mode), a),
};

/**
 * The operator in doubles, with a proof: whatever real numbers the operands stand for, the result lies in the ball. Its error is
 * 0 where the operands are exact and the result is found to be a double, or where it does not depend on what is not known (a
 * rounding far from its boundary). An operator whose operands straddle a jump gives all values on both sides.
 * @throws DomainError where the result surely does not exist
 */
export function applyBall(operator: ScalarOperator, args: readonly Ball[]): Ball {
  return dispatch(BALLS, operator, args[0], args[1], args[2]);
}
