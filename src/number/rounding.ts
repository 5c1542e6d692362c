import { absolute } from '../base/bigint.ts';
import type { Rational } from '../base/rational.ts';

/**
 * How a real number becomes an integer: the modes of QONNX, ONNX and ap_fixed under one name each.
 * - half-even: nearest, ties to even (QONNX ROUND, ONNX Round, AP_RND_CONV)
 * - half-up: nearest, ties to +infinity (AP_RND); half-down: ties to -infinity (AP_RND_MIN_INF)
 * - half-away: ties away from zero (QONNX HALF_UP, AP_RND_INF); half-zero: ties to zero (QONNX HALF_DOWN, AP_RND_ZERO)
 * - floor (AP_TRN), ceil, to-zero (QONNX ROUND_TO_ZERO and DOWN, AP_TRN_ZERO), away (QONNX UP)
 */
export type RoundingMode =
  | 'half-even' | 'half-up' | 'half-down' | 'half-away' | 'half-zero' | 'floor' | 'ceil' | 'to-zero' | 'away';

/**
 * Whether a number strictly between two integers goes to the one away from zero. `even`: the one towards zero is even;
 * `half`: the sign of (its fraction - 1/2).
 */
const GOES_AWAY: Readonly<Record<RoundingMode, (negative: boolean, even: boolean, half: number) => boolean>> = {
  'half-even': (_, even, half) => half > 0 || (half === 0 && !even),
  'half-up': (negative, _, half) => half > 0 || (half === 0 && !negative),
  'half-down': (negative, _, half) => half > 0 || (half === 0 && negative),
  'half-away': (_, __, half) => half >= 0,
  'half-zero': (_, __, half) => half > 0,
  floor: (negative) => negative,
  ceil: (negative) => !negative,
  'to-zero': () => false,
  away: () => true,
};

/** The double rounded to an integer, exactly; never -0. */
export function roundDouble(value: number, mode: RoundingMode): number {
  const toZero = Math.trunc(value);
  if (toZero === value) return value + 0;
  // The fraction of a double is a double: no rounding here.
  const fraction = Math.abs(value - toZero);
  const away = GOES_AWAY[mode](value < 0, toZero % 2 === 0, fraction - 0.5);
  return away ? toZero + (value < 0 ? -1 : 1) : toZero + 0;
}

/** An integer brought into the range from `low` to `high` modulo its size; exact while the integer is below 2^53. */
export function wrapped(value: number, low: number, high: number): number {
  const span = high - low + 1;
  return value - span * Math.floor((value - low) / span);
}

/** The rational rounded to an integer. */
export function roundRational(value: Rational, mode: RoundingMode): bigint {
  const { numerator, denominator } = value;
  const toZero = numerator / denominator;
  const rest = absolute(numerator - toZero * denominator);
  if (rest === 0n) return toZero;
  const negative = numerator < 0n;
  const twice = 2n * rest;
  const half = twice < denominator ? -1 : twice > denominator ? 1 : 0;
  const away = GOES_AWAY[mode](negative, toZero % 2n === 0n, half);
  return away ? toZero + (negative ? -1n : 1n) : toZero;
}
