import {
  above, below, between, divideBalls, exactly, highest, isZero, lowest, multiplyBalls, negateBall, squareRootOfBall, UNKNOWN,
  within, type Ball,
} from './ball-arithmetic.ts';
import { DomainError } from './domain-error.ts';

/**
 * Relative error that is assumed of Math.exp, Math.log and Math.tanh. V8's are ports of fdlibm, which documents less than 1 unit
 * in the last place (2^-52) for exp and log and 2 for tanh; 16 are allowed for.
 */
const LIBRARY_ERROR = 2 ** -48;

/** A strictly rising function of doubles with a bound on its relative error and the open range of its values. */
interface Rising {
  readonly at: (x: number) => number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

const EXPONENTIAL: Rising = { at: Math.exp, error: LIBRARY_ERROR, low: 0, high: Infinity };
const LOGARITHM: Rising = { at: Math.log, error: LIBRARY_ERROR, low: -Infinity, high: Infinity };
const TANH: Rising = { at: Math.tanh, error: LIBRARY_ERROR, low: -1, high: 1 };
/** Three more operations on a positive exponential. */
const SIGMOID: Rising = { at: sigmoid, error: 2 * LIBRARY_ERROR, low: 0, high: 1 };
const ERROR_FUNCTION: Rising = { at: errorFunction, error: 2 ** -42, low: -1, high: 1 };

function applyRising(f: Rising, x: Ball): Ball {
  if (x.error === 0) {
    const value = f.at(x.value);
    return within(value, Math.abs(value) * f.error);
  }
  return between(Math.max(f.low, lower(f, lowest(x))), Math.min(f.high, upper(f, highest(x))));
}

function lower(f: Rising, x: number): number {
  const value = f.at(x);
  return below(value - Math.abs(value) * f.error) - SUBNORMAL;
}

function upper(f: Rising, x: number): number {
  const value = f.at(x);
  return above(value + Math.abs(value) * f.error) + SUBNORMAL;
}

/** Where results are subnormal, relative errors say nothing. */
const SUBNORMAL = 2 ** -1065;

export function exponentialOfBall(x: Ball): Ball {
  return isZero(x) ? exactly(1) : applyRising(EXPONENTIAL, x);
}

/** @throws DomainError where x is surely not positive */
export function logarithmOfBall(x: Ball): Ball {
  if (x.value === 1 && x.error === 0) return exactly(0);
  if (highest(x) <= 0) throw new DomainError('logarithm of a number that is not positive');
  return lowest(x) > 0 ? applyRising(LOGARITHM, x) : UNKNOWN;
}

export function tanhOfBall(x: Ball): Ball {
  return isZero(x) ? x : applyRising(TANH, x);
}

export function sigmoidOfBall(x: Ball): Ball {
  return isZero(x) ? exactly(0.5) : applyRising(SIGMOID, x);
}

export function errorFunctionOfBall(x: Ball): Ball {
  return isZero(x) ? x : applyRising(ERROR_FUNCTION, x);
}

/** Exponents up to this are powers by multiplication, exact where the products are. */
const LARGEST_MULTIPLIED = 64;

/** @throws DomainError for 0 to a negative power and negative bases with exponents that are not integers */
export function powerOfBalls(base: Ball, exponent: Ball): Ball {
  if (exponent.error === 0) {
    const n = exponent.value;
    if (n < 0 && isZero(base)) throw new DomainError('zero to a negative power');
    if (Number.isInteger(n) && Math.abs(n) <= LARGEST_MULTIPLIED) {
      return n < 0 ? divideBalls(exactly(1), naturalPower(base, -n)) : naturalPower(base, n);
    }
    if (isZero(base)) return base;
    if (n === 0.5) return squareRootOfBall(base);
    if (Number.isInteger(n) && highest(base) < 0) {
      const magnitude = powerOfBalls(negateBall(base), exponent);
      return n % 2 === 0 ? magnitude : negateBall(magnitude);
    }
  }
  if (highest(base) < 0) {
    if (exponent.error === 0) throw new DomainError('a negative number to a power that is not an integer');
    return UNKNOWN;
  }
  if (lowest(base) <= 0) return UNKNOWN;
  return exponentialOfBall(multiplyBalls(exponent, logarithmOfBall(base)));
}

function naturalPower(base: Ball, exponent: number): Ball {
  let result = exactly(1);
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiplyBalls(result, square);
    if (rest > 1) square = multiplyBalls(square, square);
  }
  return result;
}

/** 1 / (1 + e^-x) without overflow. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

/** 1 - erf(6) < 2^-55. */
const ERROR_FUNCTION_IS_ONE = 6;
const TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);

/**
 * 2/sqrt(pi) x e^(-x^2) times the sum of (2 x^2)^n / (1 * 3 * ... * (2n + 1)). All terms are positive and there are fewer than 200
 * of them, so that the rounding errors of terms and sum stay below 1000 units of 2^-53.
 */
function errorFunction(x: number): number {
  if (Math.abs(x) >= ERROR_FUNCTION_IS_ONE) return Math.sign(x);
  const square = x * x;
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 2 ** -56 || 2 * n + 1 < 4 * square; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return TWO_BY_ROOT_PI * x * Math.exp(-square) * sum;
}
