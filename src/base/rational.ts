import { absolute, bitLength, floorDivide, greatestCommonDivisor, shift, squareRootFloor } from './bigint.ts';

/** An exact rational number in lowest terms, denominator > 0. Values are immutable; equal numbers have equal fields. */
export class Rational {
  static readonly ZERO = new Rational(0n, 1n);
  static readonly ONE = new Rational(1n, 1n);
  static readonly HALF = new Rational(1n, 2n);

  readonly numerator: bigint;
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /** numerator / denominator. Throws RangeError where the denominator is 0. */
  static of(numerator: bigint, denominator = 1n): Rational {
    if (denominator === 0n) throw new RangeError('division by zero');
    if (denominator < 0n) return Rational.of(-numerator, -denominator);
    if (denominator === 1n) return new Rational(numerator, 1n);
    if (numerator === 0n) return Rational.ZERO;
    const powerOfTwo = (denominator & (denominator - 1n)) === 0n;
    const divisor = powerOfTwo ? lesser(numerator & -numerator, denominator) : greatestCommonDivisor(numerator, denominator);
    return divisor === 1n ? new Rational(numerator, denominator) : new Rational(numerator / divisor, denominator / divisor);
  }

  static fromBigint(value: bigint): Rational {
    return new Rational(value, 1n);
  }

  /** The double's value, exactly. Throws RangeError for NaN and infinities. */
  static fromDouble(value: number): Rational {
    if (Number.isInteger(value)) return new Rational(BigInt(value), 1n);
    if (!Number.isFinite(value)) throw new RangeError(`${value} is not a rational number`);
    // Not an integer, hence below 2^52: scaling up by a power of two is exact.
    let mantissa = value;
    let places = 0;
    while (!Number.isInteger(mantissa)) {
      mantissa *= 2 ** 53;
      places += 53;
    }
    return Rational.of(BigInt(mantissa), 1n << BigInt(places));
  }

  /** mantissa * 2^exponent. */
  static dyadic(mantissa: bigint, exponent: number): Rational {
    return exponent >= 0 ? new Rational(shift(mantissa, exponent), 1n) : Rational.of(mantissa, 1n << BigInt(-exponent));
  }

  static add(a: Rational, b: Rational): Rational {
    if (a.denominator === b.denominator) return Rational.of(a.numerator + b.numerator, a.denominator);
    return Rational.of(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
  }

  static subtract(a: Rational, b: Rational): Rational {
    return Rational.add(a, Rational.negate(b));
  }

  static multiply(a: Rational, b: Rational): Rational {
    return Rational.of(a.numerator * b.numerator, a.denominator * b.denominator);
  }

  /** Throws RangeError where b is 0. */
  static divide(a: Rational, b: Rational): Rational {
    return Rational.of(a.numerator * b.denominator, a.denominator * b.numerator);
  }

  static negate(a: Rational): Rational {
    return new Rational(-a.numerator, a.denominator);
  }

  static absolute(a: Rational): Rational {
    return a.numerator < 0n ? Rational.negate(a) : a;
  }

  /** Negative, zero or positive as a is less than, equal to or greater than b. */
  static compare(a: Rational, b: Rational): -1 | 0 | 1 {
    const left = a.numerator * b.denominator;
    const right = b.numerator * a.denominator;
    return left < right ? -1 : left > right ? 1 : 0;
  }

  static minimum(a: Rational, b: Rational): Rational {
    return Rational.compare(a, b) <= 0 ? a : b;
  }

  static maximum(a: Rational, b: Rational): Rational {
    return Rational.compare(a, b) >= 0 ? a : b;
  }

  static sign(a: Rational): -1 | 0 | 1 {
    return a.numerator < 0n ? -1 : a.numerator > 0n ? 1 : 0;
  }

  /** Largest integer not above a. */
  static floor(a: Rational): bigint {
    return floorDivide(a.numerator, a.denominator);
  }

  /** a to an integer power, exactly. Throws RangeError for 0 to a negative power. */
  static power(a: Rational, exponent: bigint): Rational {
    if (exponent < 0n) return Rational.power(Rational.divide(Rational.ONE, a), -exponent);
    // Powers of coprime numbers are coprime.
    return new Rational(a.numerator ** exponent, a.denominator ** exponent);
  }

  /** The square root where it is rational, otherwise undefined; undefined for negative numbers. */
  static sqrtExact(a: Rational): Rational | undefined {
    if (a.numerator < 0n) return undefined;
    const numerator = squareRootFloor(a.numerator);
    if (numerator * numerator !== a.numerator) return undefined;
    const denominator = squareRootFloor(a.denominator);
    return denominator * denominator === a.denominator ? new Rational(numerator, denominator) : undefined;
  }

  /** An integer e with 2^(e - 1) < |a| < 2^(e + 1); a is not 0. */
  static exponent(a: Rational): number {
    return bitLength(a.numerator) - bitLength(a.denominator);
  }

  /** The nearest double, ties to even, as IEEE 754 rounds: infinite beyond the largest double; never -0. */
  static toDouble(a: Rational): number {
    if (a.numerator === 0n) return 0;
    const magnitude = absolute(a.numerator);
    const exponent = Rational.exponent(a);
    const value = exponent <= SMALLEST_NORMAL_EXPONENT
      ? subnormal(magnitude, a.denominator)
      : normal(magnitude, a.denominator, exponent);
    return a.numerator < 0n ? 0 - value : value;
  }

  /** Reads `3/4`, `-2`, `0.375`, `1.5e-3`; undefined for anything else. */
  static parse(text: string): Rational | undefined {
    const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text);
    if (fraction !== null) return /^0+$/.test(fraction[2]) ? undefined : Rational.of(BigInt(fraction[1]), BigInt(fraction[2]));
    const decimal = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
    if (decimal === null || decimal[2] + decimal[3] === '') return undefined;
    const digits = BigInt(decimal[2] + decimal[3]);
    const exponent = Number(decimal[4] ?? 0) - decimal[3].length;
    const signed = decimal[1] === '-' ? -digits : digits;
    return exponent >= 0 ? Rational.of(signed * 10n ** BigInt(exponent)) : Rational.of(signed, 10n ** BigInt(-exponent));
  }

  /** The exact decimal fraction where there is one (`-0.375`), otherwise as {@link toString}. */
  static toDecimal(a: Rational): string {
    let places = 0;
    let denominator = a.denominator;
    for (const prime of [10n, 5n, 2n]) {
      while (denominator % prime === 0n) {
        denominator /= prime;
        places++;
      }
    }
    if (denominator !== 1n) return a.toString();
    const digits = absolute((a.numerator * 10n ** BigInt(places)) / a.denominator).toString().padStart(places + 1, '0');
    const sign = a.numerator < 0n ? '-' : '';
    return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }

  /** `3/4`, `-2`. */
  toString(): string {
    return this.denominator === 1n ? `${this.numerator}` : `${this.numerator}/${this.denominator}`;
  }
}

const SMALLEST_NORMAL_EXPONENT = -1022;

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The quotient has more bits than a double and its last bit is sticky, so the one rounding is that of Number(). */
function normal(numerator: bigint, denominator: bigint, exponent: number): number {
  const places = 64 - exponent;
  const dividend = places > 0 ? shift(numerator, places) : numerator;
  const divisor = places > 0 ? denominator : shift(denominator, -places);
  const quotient = dividend / divisor;
  const sticky = quotient * divisor === dividend ? 0n : 1n;
  const half = Math.trunc(-places / 2);
  return Number(quotient << 1n | sticky) / 2 * 2 ** half * 2 ** (-places - half);
}

/** Below 2^-1021 a double is a multiple of 2^-1074. */
function subnormal(numerator: bigint, denominator: bigint): number {
  const dividend = numerator << 1074n;
  const quotient = dividend / denominator;
  const twice = (dividend - quotient * denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return Number(up ? quotient + 1n : quotient) * Number.MIN_VALUE;
}
