import { largestMagnitude, magnitudeValue, type FloatFields } from './float.ts';

/**
 * L-Mul (arXiv:2410.00907): the product of two floating-point numbers by one addition of their fields. Numbers are given as ordinals:
 * the code without its sign, negative for negative numbers, so that ordinals rise with the numbers.
 *
 * The magnitude of the product is |x| + |y| - bias * 2^M + 2^(M - l(M)), as integers: the carry of the mantissas runs into the exponent.
 * - A factor whose exponent field is 0 (zero and subnormals) makes the product 0.
 * - A result whose exponent field would be 0 or less is 0 (underflow).
 * - A result beyond the largest number is the largest number (overflow).
 */
export function lmulOrdinal(fields: FloatFields, x: number, y: number): number {
  const one = 2 ** fields.mantissaBits;
  const [a, b] = [Math.abs(x), Math.abs(y)];
  if (a < one || b < one) return 0;
  const sum = a + b + lmulConstant(fields);
  if (sum < one) return 0;
  const magnitude = Math.min(sum, largestMagnitude(fields));
  return x < 0 === y < 0 ? magnitude : -magnitude;
}

/** What is added besides the two magnitudes: it takes one bias away and stands for the product of the mantissas. */
export function lmulConstant({ mantissaBits, bias }: FloatFields): number {
  return 2 ** (mantissaBits - lmulOffset(mantissaBits)) - bias * 2 ** mantissaBits;
}

/** l(M): the product of the mantissas is taken as 2^-l(M). M up to 3; 3 for 4; 4 above. */
export function lmulOffset(mantissaBits: number): number {
  return mantissaBits <= 3 ? mantissaBits : mantissaBits === 4 ? 3 : 4;
}

/** The number that an ordinal stands for, in units of the format. */
export function ordinalValue(ordinal: number, mantissaBits: number): number {
  return ordinal < 0 ? -magnitudeValue(-ordinal, mantissaBits) : magnitudeValue(ordinal, mantissaBits);
}

/** The number that an L-Mul product stands for, in units of the format: 2^(1 - bias - M). */
export function lmulProduct(fields: FloatFields, x: number, y: number): number {
  return ordinalValue(lmulOrdinal(fields, x, y), fields.mantissaBits);
}

/**
 * The formula by which the paper explains L-Mul, for normal factors: (1 + x + y + 2^-l(M)) 2^(ex + ey). A reference only: the adder
 * computes something else wherever x + y + 2^-l(M) reaches 1, because its carry doubles the rest of the mantissa too.
 */
export function lmulFormula(fields: FloatFields, x: number, y: number): number {
  const { mantissaBits, bias } = fields;
  const one = 2 ** mantissaBits;
  const split = (ordinal: number): [exponent: number, fraction: number] => {
    const magnitude = Math.abs(ordinal);
    return [Math.floor(magnitude / one) - bias, (magnitude % one) / one];
  };
  const [[ex, fx], [ey, fy]] = [split(x), split(y)];
  const magnitude = (1 + fx + fy + 2 ** -lmulOffset(mantissaBits)) * 2 ** (ex + ey);
  return x < 0 === y < 0 ? magnitude : -magnitude;
}
