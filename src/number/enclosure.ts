import { Rational } from '../base/rational.ts';
import { dispatch, type OpTable } from '../base/table.ts';
import { UndecidedError } from './domain-error.ts';
import { errorFunctionAt, exponentialAt, logarithmAt, sigmoidAt, squareRootAt, tanhAt } from './elementary.ts';
import {
  addIntervals, bounded, hull, invertInterval, isPoint, multiplyIntervals, negateInterval, pointEnclosure, type Enclosure,
} from './interval.ts';
import { powerOfIntervals } from './power.ts';
import { roundRational } from './rounding.ts';
import type { ScalarOperator } from './scalar.ts';
import { stepOfRational, valueRange } from './staircase.ts';

export { UndecidedError } from './domain-error.ts';
export { isPoint, pointEnclosure, type Enclosure } from './interval.ts';

type Row = (args: readonly Enclosure[], precision: number) => Enclosure;

const ZERO = pointEnclosure(Rational.ZERO);
const ONE = pointEnclosure(Rational.ONE);
const EITHER: Enclosure = { low: Rational.ZERO, high: Rational.ONE };

/** A nondecreasing function of one number, given at rationals. */
function rising(at: (x: Rational, precision: number) => Enclosure, [x]: readonly Enclosure[], precision: number): Enclosure {
  const low = at(x.low, precision);
  return isPoint(x) ? low : { low: low.low, high: at(x.high, precision).high };
}

/** 1 where surely so, 0 where surely not. */
function truth(surely: boolean, surelyNot: boolean): Enclosure {
  return surely ? ONE : surelyNot ? ZERO : EITHER;
}

const ENCLOSURES: OpTable<ScalarOperator, Enclosure, Parameters<Row>> = {
  add: (_, [a, b]) => addIntervals(a, b),
  subtract: (_, [a, b]) => addIntervals(a, negateInterval(b)),
  multiply: (_, [a, b]) => multiplyIntervals(a, b),
  divide: (_, [a, b]) => multiplyIntervals(a, invertInterval(b)),
  power: (_, [a, b], precision) => powerOfIntervals(a, b, precision),
  minimum: (_, [a, b]) => ({ low: Rational.minimum(a.low, b.low), high: Rational.minimum(a.high, b.high) }),
  maximum: (_, [a, b]) => ({ low: Rational.maximum(a.low, b.low), high: Rational.maximum(a.high, b.high) }),
  negate: (_, [a]) => negateInterval(a),
  absolute: (_, [a]) => {
    if (Rational.sign(a.low) >= 0) return a;
    const opposite = negateInterval(a);
    return Rational.sign(a.high) <= 0 ? opposite : { low: Rational.ZERO, high: Rational.maximum(a.high, opposite.high) };
  },
  sign: (_, args, precision) => rising((x) => pointEnclosure(Rational.of(BigInt(Rational.sign(x)))), args, precision),
  'square-root': (_, args, precision) => rising(squareRootAt, args, precision),
  exponential: (_, args, precision) => rising(exponentialAt, args, precision),
  logarithm: (_, args, precision) => rising(logarithmAt, args, precision),
  sigmoid: (_, args, precision) => rising(sigmoidAt, args, precision),
  tanh: (_, args, precision) => rising(tanhAt, args, precision),
  'error-function': (_, args, precision) => rising(errorFunctionAt, args, precision),
  less: (_, [a, b]) => truth(Rational.compare(a.high, b.low) < 0, Rational.compare(a.low, b.high) >= 0),
  'less-equal': (_, [a, b]) => truth(Rational.compare(a.high, b.low) <= 0, Rational.compare(a.low, b.high) > 0),
  equal: (_, [a, b]) => truth(
    isPoint(a) && isPoint(b) && Rational.compare(a.low, b.low) === 0,
    Rational.compare(a.high, b.low) < 0 || Rational.compare(b.high, a.low) < 0,
  ),
  select: (_, [condition, whenTrue, whenFalse]) => {
    if (Rational.sign(condition.low) > 0 || Rational.sign(condition.high) < 0) return whenTrue;
    return isPoint(condition) ? whenFalse : hull(whenTrue, whenFalse);
  },
  quotient: (_, [a, b]) => {
    if (isPoint(b) && Rational.sign(b.low) === 0) return ZERO;
    if (Rational.sign(b.low) * Rational.sign(b.high) <= 0) throw new UndecidedError('a quotient by a number that may be 0');
    return multiplyIntervals(a, invertInterval(b));
  },
  staircase: ({ steps }, [a]) => {
    const { low, high } = valueRange(steps, stepOfRational(steps, a.low), stepOfRational(steps, a.high));
    return { low: Rational.fromDouble(low), high: Rational.fromDouble(high) };
  },
  round: ({ mode }, args, precision) =>
    rising((x) => pointEnclosure(Rational.fromBigint(roundRational(x, mode))), args, precision),
};

/**
 * The operator applied to every choice of real numbers from the operands. Points give points where the result is known to be
 * rational (+ - * / and comparisons always; roots of perfect powers; e^0, ln 1, sigmoid 0, tanh 0, erf 0); other results are
 * intervals whose width falls with `precision`, in significant bits.
 * @throws DomainError where the result does not exist, UndecidedError where the operands are too wide to bound it
 */
export function applyExact(operator: ScalarOperator, args: readonly Enclosure[], precision: number): Enclosure {
  return bounded(dispatch(ENCLOSURES, operator, args, precision), precision);
}

const FIRST_PRECISION = 64;
const LAST_PRECISION = 4096;

/**
 * Evaluates with more and more precision until the enclosure decides what is asked.
 * @throws UndecidedError where 4096 bits do not decide it: two irrational numbers that seem equal
 */
export function refine(evaluate: (precision: number) => Enclosure, decided: (enclosure: Enclosure) => boolean): Enclosure {
  for (let precision = FIRST_PRECISION; precision <= LAST_PRECISION; precision *= 2) {
    const enclosure = attempt(evaluate, precision);
    if (enclosure !== undefined && decided(enclosure)) return enclosure;
  }
  throw new UndecidedError(`${LAST_PRECISION} bits do not decide on which side of a boundary a number lies`);
}

function attempt(evaluate: (precision: number) => Enclosure, precision: number): Enclosure | undefined {
  try {
    return evaluate(precision);
  } catch (error) {
    if (error instanceof UndecidedError) return undefined;
    throw error;
  }
}
