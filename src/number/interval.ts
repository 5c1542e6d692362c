import { bitLength, floorDivide, shift } from '../base/bigint.ts';
import { Rational } from '../base/rational.ts';
import { DomainError, UndecidedError } from './domain-error.ts';

/** A closed interval that holds a real number; a point where the number is known exactly. */
export interface Enclosure {
  readonly low: Rational;
  readonly high: Rational;
}

export function pointEnclosure(value: Rational): Enclosure {
  return { low: value, high: value };
}

export function isPoint({ low, high }: Enclosure): boolean {
  return low === high || (low.numerator === high.numerator && low.denominator === high.denominator);
}

/** The smallest interval that holds both. */
export function hull(a: Enclosure, b: Enclosure): Enclosure {
  return { low: Rational.minimum(a.low, b.low), high: Rational.maximum(a.high, b.high) };
}

export function addIntervals(a: Enclosure, b: Enclosure): Enclosure {
  return { low: Rational.add(a.low, b.low), high: Rational.add(a.high, b.high) };
}

export function negateInterval(a: Enclosure): Enclosure {
  return { low: Rational.negate(a.high), high: Rational.negate(a.low) };
}

export function multiplyIntervals(a: Enclosure, b: Enclosure): Enclosure {
  if (isPoint(a) && isPoint(b)) return pointEnclosure(Rational.multiply(a.low, b.low));
  const products = [
    Rational.multiply(a.low, b.low), Rational.multiply(a.low, b.high),
    Rational.multiply(a.high, b.low), Rational.multiply(a.high, b.high),
  ];
  return { low: products.reduce(Rational.minimum), high: products.reduce(Rational.maximum) };
}

/** 1 / a. Throws DomainError where a is 0, UndecidedError where it may be. */
export function invertInterval(a: Enclosure): Enclosure {
  if (Rational.sign(a.low) * Rational.sign(a.high) <= 0) {
    throw isPoint(a) ? new DomainError('division by zero') : new UndecidedError('division by a number that may be zero');
  }
  return { low: Rational.divide(Rational.ONE, a.high), high: Rational.divide(Rational.ONE, a.low) };
}

/** The dyadic number of at most `bits` significant bits next below a. */
export function roundDown(a: Rational, bits: number): Rational {
  if (a.numerator === 0n) return a;
  const places = bits - Rational.exponent(a);
  return Rational.dyadic(scaledFloor(a, places), -places);
}

/** The dyadic number of at most `bits` significant bits next above a. */
export function roundUp(a: Rational, bits: number): Rational {
  return Rational.negate(roundDown(Rational.negate(a), bits));
}

/** floor(a * 2^places). */
export function scaledFloor(a: Rational, places: number): bigint {
  return places >= 0
    ? floorDivide(shift(a.numerator, places), a.denominator)
    : floorDivide(a.numerator, shift(a.denominator, -places));
}

/** The interval with endpoints rounded outward to `precision` bits; points stay as they are. */
export function roundOutward(a: Enclosure, precision: number): Enclosure {
  return isPoint(a) ? a : { low: roundDown(a.low, precision), high: roundUp(a.high, precision) };
}

/** Keeps the endpoints of an interval that is not a point below 8 * precision bits; points stay as they are. */
export function bounded(a: Enclosure, precision: number): Enclosure {
  return !isPoint(a) && (isLarge(a.low, 8 * precision) || isLarge(a.high, 8 * precision)) ? roundOutward(a, 4 * precision) : a;
}

function isLarge({ numerator, denominator }: Rational, bits: number): boolean {
  return bitLength(numerator) + bitLength(denominator) > bits;
}
