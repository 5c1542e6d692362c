import { absolute, bitLength } from '../base/bigint.ts';
import { Rational } from '../base/rational.ts';
import { DomainError, UndecidedError } from './domain-error.ts';
import { exponentialAt, logarithmAt } from './elementary.ts';
import { invertInterval, isPoint, multiplyIntervals, negateInterval, pointEnclosure, hull, type Enclosure } from './interval.ts';

/** Exact powers of more bits than this are enclosed instead. */
const LARGEST_EXACT = 2 ** 14;

const ONE = pointEnclosure(Rational.ONE);
const ZERO = pointEnclosure(Rational.ZERO);

/**
 * base^exponent: any base with an integer exponent (0^0 = 1), bases that are not negative with others.
 * @throws DomainError for 0 to a negative power and negative bases with exponents that are not integers
 */
export function powerOfIntervals(base: Enclosure, exponent: Enclosure, precision: number): Enclosure {
  if (isPoint(exponent) && exponent.low.denominator === 1n) return integerPower(base, exponent.low.numerator, precision);
  if (Rational.sign(base.low) < 0) {
    if (Rational.sign(base.high) >= 0) throw new UndecidedError('a power of a number that may be negative');
    throw new DomainError('a negative number to a power that is not an integer');
  }
  if (!isPoint(exponent)) return positivePower(base, exponent, precision);
  return rooted(base, exponent.low, precision) ?? positivePower(base, exponent, precision);
}

function integerPower(base: Enclosure, exponent: bigint, precision: number): Enclosure {
  if (exponent === 0n) return ONE;
  if (exponent < 0n) return invertInterval(integerPower(base, -exponent, precision));
  const odd = exponent % 2n === 1n;
  const at = (x: Rational): Enclosure => naturalPower(x, exponent, precision);
  if (isPoint(base)) return at(base.low);
  if (odd) return { low: at(base.low).low, high: at(base.high).high };
  if (Rational.sign(base.low) >= 0) return { low: at(base.low).low, high: at(base.high).high };
  if (Rational.sign(base.high) <= 0) return { low: at(base.high).low, high: at(base.low).high };
  return { low: Rational.ZERO, high: Rational.maximum(at(base.low).high, at(base.high).high) };
}

/** x^n for n > 0. */
function naturalPower(x: Rational, n: bigint, precision: number): Enclosure {
  const bits = BigInt(bitLength(x.numerator) + bitLength(x.denominator));
  const trivial = absolute(x.numerator) <= 1n && x.denominator === 1n;
  if (trivial || bits * n <= LARGEST_EXACT) return pointEnclosure(Rational.power(x, n));
  const magnitude = positivePower(pointEnclosure(Rational.absolute(x)), pointEnclosure(Rational.fromBigint(n)), precision);
  return x.numerator < 0n && n % 2n === 1n ? negateInterval(magnitude) : magnitude;
}

/**
 * The power where the exponent is m / 2^k and the base is a 2^k-th power of a rational: the only exponents of this form with
 * rational results. Undefined for others.
 */
function rooted(base: Enclosure, exponent: Rational, precision: number): Enclosure | undefined {
  if (!isPoint(base)) return undefined;
  let root: Rational | undefined = base.low;
  for (let divisor = exponent.denominator; divisor > 1n && root !== undefined; divisor /= 2n) {
    if (divisor % 2n === 1n) return undefined;
    if (root.numerator <= 1n && root.denominator === 1n) break;
    root = Rational.sqrtExact(root);
  }
  return root === undefined ? undefined : integerPower(pointEnclosure(root), exponent.numerator, precision);
}

/** base^exponent = e^(exponent ln base) for bases that are not negative. */
function positivePower(base: Enclosure, exponent: Enclosure, precision: number): Enclosure {
  if (Rational.sign(base.low) === 0) {
    if (Rational.sign(exponent.low) <= 0) {
      if (isPoint(base) && Rational.sign(exponent.high) < 0) throw new DomainError('zero to a negative power');
      throw new UndecidedError('a power of a number that may be zero');
    }
    return isPoint(base) ? ZERO : hull(ZERO, positivePower(pointEnclosure(base.high), exponent, precision));
  }
  // The product may be as large as 2^16: that many more bits of the logarithm keep the precision of the exponential.
  const bits = precision + 24;
  const logarithm = { low: logarithmAt(base.low, bits).low, high: logarithmAt(base.high, bits).high };
  const product = multiplyIntervals(exponent, logarithm);
  return { low: exponentialAt(product.low, precision).low, high: exponentialAt(product.high, precision).high };
}
