import { bitLength, shift, squareRootFloor } from '../base/bigint.ts';
import { Rational } from '../base/rational.ts';
import { ln2, pi } from './constants.ts';
import { DomainError, UndecidedError } from './domain-error.ts';
import {
  addIntervals, invertInterval, multiplyIntervals, negateInterval, pointEnclosure, roundOutward, scaledFloor, type Enclosure,
} from './interval.ts';

/*
 * Enclosures of irrational functions at one rational, `precision` significant bits wide or narrower. All of them sum a series in
 * fixed point (integers times 2^-working), count how many units of the last place the sum can be off, and add that on both sides.
 */

/** Exponentials of numbers beyond this have no useful rational enclosure. */
const LARGEST_EXPONENT = 2 ** 16;

/** log2(e) from above and 1 / ln 2 from below, for bounds on powers of e. */
const LOG2_E_ABOVE = 1.4426951;
const LOG2_E_BELOW = 1.442695;

const ONE = pointEnclosure(Rational.ONE);
const TWO = pointEnclosure(Rational.of(2n));

/** The enclosure (sum ± error) * 2^exponent. */
function around(sum: bigint, error: bigint, exponent: number): Enclosure {
  return { low: Rational.dyadic(sum - error, exponent), high: Rational.dyadic(sum + error, exponent) };
}

/** e^x. Throws UndecidedError beyond 65536. */
export function exponentialAt(x: Rational, precision: number): Enclosure {
  if (x.numerator === 0n) return ONE;
  const estimate = Rational.toDouble(x);
  if (estimate > LARGEST_EXPONENT) throw new UndecidedError('the exponential of a number beyond 65536');
  if (estimate < -LARGEST_EXPONENT) return { low: Rational.ZERO, high: Rational.dyadic(1n, -LARGEST_EXPONENT) };
  // x = k ln 2 + r with |r| < 0.4, r off by less than 4 units.
  const working = precision + bitLength(BigInt(precision)) + 8;
  const k = Math.round(estimate / Math.LN2);
  const r = scaledFloor(x, working) - ((BigInt(k) * ln2(working + 24)) >> 24n);
  let term = 1n << BigInt(working);
  let sum = term;
  let terms = 1n;
  for (; term !== 0n; terms++) {
    term = ((term * r) >> BigInt(working)) / terms;
    sum += term;
  }
  return around(sum, 4n * terms + 12n, k - working);
}

/** Natural logarithm. Throws DomainError where x is not positive. */
export function logarithmAt(x: Rational, precision: number): Enclosure {
  if (x.numerator <= 0n) throw new DomainError('logarithm of a number that is not positive');
  if (x.numerator === x.denominator) return pointEnclosure(Rational.ZERO);
  // x = 2^k m with 2/3 <= m <= 4/3; ln m = 2 artanh z with z = (m - 1) / (m + 1), |z| <= 1/5.
  let k = Rational.exponent(x);
  const scaled = Rational.multiply(x, Rational.dyadic(1n, -k));
  if (3n * scaled.numerator > 4n * scaled.denominator) k++;
  if (3n * scaled.numerator < 2n * scaled.denominator) k--;
  const m = Rational.multiply(x, Rational.dyadic(1n, -k));
  const z = Rational.of(m.numerator - m.denominator, m.numerator + m.denominator);
  const small = k === 0 ? 1 - Rational.exponent(z) : 0;
  const working = precision + small + bitLength(BigInt(precision)) + 8;
  const start = scaledFloor(Rational.absolute(z), working);
  const square = (start * start) >> BigInt(working);
  let power = start;
  let sum = 0n;
  let terms = 0n;
  for (; power !== 0n; terms++) {
    sum += power / (2n * terms + 1n);
    power = (power * square) >> BigInt(working);
  }
  const fraction = z.numerator < 0n ? -sum : sum;
  const whole = (BigInt(k) * ln2(working + 24)) >> 24n;
  return around(2n * fraction + whole, 6n * terms + 8n, -working);
}

export function squareRootAt(x: Rational, precision: number): Enclosure {
  const exact = Rational.sqrtExact(x);
  if (exact !== undefined) return pointEnclosure(exact);
  if (x.numerator < 0n) throw new DomainError('square root of a negative number');
  const places = precision - (Rational.exponent(x) >> 1);
  const root = squareRootFloor(scaledFloor(x, 2 * places));
  return { low: Rational.dyadic(root, -places), high: Rational.dyadic(root + 1n, -places) };
}

/** 1 / (1 + e^-x). */
export function sigmoidAt(x: Rational, precision: number): Enclosure {
  if (x.numerator === 0n) return pointEnclosure(Rational.HALF);
  const magnitude = Rational.absolute(x);
  const power = exponentialAt(Rational.negate(magnitude), precision + 4);
  const above = invertInterval(addIntervals(ONE, power));
  if (x.numerator < 0n) return roundOutward(multiplyIntervals(power, above), precision + 4);
  // 1 - sigmoid(x) > e^-x / 2
  return belowOne(roundOutward(above, precision + 4), Rational.toDouble(magnitude) * LOG2_E_ABOVE + 1, precision);
}

export function tanhAt(x: Rational, precision: number): Enclosure {
  if (x.numerator === 0n) return pointEnclosure(Rational.ZERO);
  if (x.numerator < 0n) return negateInterval(tanhAt(Rational.negate(x), precision));
  // 1 - e^(-2x) loses about as many bits as x is small.
  const power = exponentialAt(Rational.multiply(x, Rational.of(-2n)), precision + 6 + Math.max(0, -Rational.exponent(x)));
  const quotient = {
    low: Rational.divide(Rational.subtract(Rational.ONE, power.high), Rational.add(Rational.ONE, power.high)),
    high: Rational.divide(Rational.subtract(Rational.ONE, power.low), Rational.add(Rational.ONE, power.low)),
  };
  // 1 - tanh(x) > e^(-2x)
  return belowOne(roundOutward(quotient, precision + 4), Rational.toDouble(x) * 2 * LOG2_E_ABOVE, precision);
}

/** The error function 2 / sqrt(pi) * integral of e^(-t^2) from 0 to x. */
export function errorFunctionAt(x: Rational, precision: number): Enclosure {
  if (x.numerator === 0n) return pointEnclosure(Rational.ZERO);
  if (x.numerator < 0n) return negateInterval(errorFunctionAt(Rational.negate(x), precision));
  const square = Rational.multiply(x, x);
  const estimate = Rational.toDouble(square);
  // e^(-x^2) / (2x + 2) < 1 - erf(x) < e^(-x^2)
  const complementBits = estimate * LOG2_E_ABOVE + Math.log2(2 * Math.sqrt(estimate) + 2) + 1;
  if (estimate * LOG2_E_BELOW > precision + 2) {
    const low = Rational.subtract(Rational.ONE, Rational.dyadic(1n, -precision - 2));
    return belowOne({ low, high: Rational.ONE }, complementBits, precision);
  }
  const bits = precision + 12;
  const factors = [
    pointEnclosure(x), TWO, errorFunctionSeries(square, bits), exponentialAt(Rational.negate(square), bits),
    invertInterval(squareRootOfPi(bits)),
  ];
  return belowOne(roundOutward(factors.reduce(multiplyIntervals), bits), complementBits, precision);
}

/**
 * Sum of (2 x^2)^n / (1 * 3 * ... * (2n + 1)), all terms positive. Each term loses up to 2 units, which grow only as the terms
 * do: to at most the whole sum where the term is above 1, and not at all where it is below.
 */
function errorFunctionSeries(square: Rational, precision: number): Enclosure {
  const working = precision + 40;
  const factor = scaledFloor(square, working + 1);
  let term = 1n << BigInt(working);
  let sum = term;
  let terms = 1n;
  for (; term !== 0n || (2n * terms + 1n) << BigInt(working) < 2n * factor; terms++) {
    term = ((term * factor) >> BigInt(working)) / (2n * terms + 1n);
    sum += term;
  }
  return around(sum, (2n * terms + 1n) * (shift(sum, -working) + 1n) + 2n * terms * terms, -working);
}

function squareRootOfPi(bits: number): Enclosure {
  const square = pi(bits + 4);
  return {
    low: squareRootAt(Rational.dyadic(square - 2n, -bits - 4), bits + 2).low,
    high: squareRootAt(Rational.dyadic(square + 2n, -bits - 4), bits + 2).high,
  };
}

/**
 * A number known to be less than 1 by more than 2^-complementBits: so that it can be told from 1 however large the argument was
 * (as far as the precision is worth it).
 */
function belowOne(value: Enclosure, complementBits: number, precision: number): Enclosure {
  const high = complementBits < 2 * precision
    ? Rational.subtract(Rational.ONE, Rational.dyadic(1n, -Math.ceil(complementBits)))
    : Rational.ONE;
  return { low: value.low, high: Rational.minimum(value.high, high) };
}
