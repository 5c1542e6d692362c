import { isSplittable, productError, sumError } from '../number/error-free.ts';
import { roundDouble } from '../number/rounding.ts';
import type { ScalarOperator } from '../number/scalar.ts';

/** One operand of an elementwise operator. */
export interface Side {
  readonly values: Float64Array;
  readonly errors: Float64Array | undefined;
  /** Element for each element of the result; undefined for the same one. */
  readonly index: Int32Array | undefined;
}

/** Where the results go; `undecided` computes the element that a kernel leaves to the balls of src/number. */
export interface Results {
  readonly values: Float64Array;
  readonly errors: Float64Array;
  readonly undecided: (i: number) => void;
}

/** What covers the roundings of a bound, and what underflows in it: as in src/number/ball-arithmetic.ts, whose bounds these are. */
const UNIT = 2 ** -53;
const SLACK = 1 + 2 ** -48;
const TINY = 2 ** -1070;

/** A difference that is surely larger than errors: both may be off by a few roundings. */
const LESS = 1 - 2 ** -50;
const MORE = 1 + 2 ** -50;

/**
 * The commonest operators in plain loops over doubles: the same balls as `applyBall` gives, or slightly larger ones, without an object for
 * each element. False where the operator has no loop here.
 */
export function mapFast(operator: ScalarOperator, sides: readonly Side[], results: Results): boolean {
  const [a, b, c] = sides;
  switch (operator.op) {
    case 'add': add(a, b, 1, results); return true;
    case 'subtract': add(a, b, -1, results); return true;
    case 'multiply': multiply(a, b, results); return true;
    case 'divide': divide(a, b, results); return true;
    case 'maximum': extreme(a, b, 1, results); return true;
    case 'minimum': extreme(a, b, -1, results); return true;
    case 'less': compare(a, b, false, results); return true;
    case 'less-equal': compare(a, b, true, results); return true;
    case 'select': select(a, b, c, results); return true;
    case 'round':
      if (operator.mode === 'half-even') roundHalfEven(a, results);
      else roundExact(a, operator.mode, results);
      return true;
    default: return false;
  }
}

/** a + sign * b. */
function add(a: Side, b: Side, sign: number, { values, errors, undecided }: Results): void {
  for (let i = 0; i < values.length; i++) {
    const [j, k] = [a.index === undefined ? i : a.index[i], b.index === undefined ? i : b.index[i]];
    const x = a.values[j];
    const y = sign * b.values[k];
    const sum = x + y;
    const rounding = Math.abs(sumError(x, y, sum));
    const error = (a.errors === undefined ? 0 : a.errors[j]) + (b.errors === undefined ? 0 : b.errors[k]) + rounding;
    // Infinite and undefined ones fail too.
    if (!(error < 2 ** 1000)) undecided(i);
    else {
      values[i] = sum + 0;
      errors[i] = error === 0 ? 0 : error * SLACK + TINY;
    }
  }
}

function multiply(a: Side, b: Side, { values, errors, undecided }: Results): void {
  for (let i = 0; i < values.length; i++) {
    const [j, k] = [a.index === undefined ? i : a.index[i], b.index === undefined ? i : b.index[i]];
    const [x, y] = [a.values[j], b.values[k]];
    const [e, f] = [a.errors === undefined ? 0 : a.errors[j], b.errors === undefined ? 0 : b.errors[k]];
    if ((x === 0 && e === 0) || (y === 0 && f === 0)) continue;
    const product = x * y;
    const error = Math.abs(x) * f + Math.abs(y) * e + e * f;
    if (!isSplittable(x, y, product) || !(error < 2 ** 1000)) {
      undecided(i);
      continue;
    }
    const whole = error + Math.abs(productError(x, y, product));
    values[i] = product;
    errors[i] = whole === 0 && e === 0 && f === 0 ? 0 : whole * SLACK + TINY;
  }
}

function divide(a: Side, b: Side, { values, errors, undecided }: Results): void {
  for (let i = 0; i < values.length; i++) {
    const [j, k] = [a.index === undefined ? i : a.index[i], b.index === undefined ? i : b.index[i]];
    const [x, y] = [a.values[j], b.values[k]];
    const [e, f] = [a.errors === undefined ? 0 : a.errors[j], b.errors === undefined ? 0 : b.errors[k]];
    const quotient = x / y;
    const least = (Math.abs(y) - f) * (1 - 2 ** -52);
    if (x === 0 && e === 0 && least > 0) continue;
    if (!isSplittable(quotient, y, x) || !(least > 0) || !(e < 2 ** 1000)) {
      undecided(i);
      continue;
    }
    values[i] = quotient;
    if (e === 0 && f === 0) errors[i] = quotient * y === x && productError(quotient, y, x) === 0 ? 0 : Math.abs(quotient) * UNIT * SLACK + TINY;
    else errors[i] = (Math.abs(quotient) * UNIT + e / least + Math.abs(quotient) * (f / least + TINY)) * SLACK + TINY;
  }
}

/** The larger where `sign` is 1, the smaller where it is -1. */
function extreme(a: Side, b: Side, sign: number, { values, errors, undecided }: Results): void {
  for (let i = 0; i < values.length; i++) {
    const [j, k] = [a.index === undefined ? i : a.index[i], b.index === undefined ? i : b.index[i]];
    const [x, y] = [a.values[j], b.values[k]];
    const [e, f] = [a.errors === undefined ? 0 : a.errors[j], b.errors === undefined ? 0 : b.errors[k]];
    const first = sign * (x - y) >= 0;
    if ((e === 0 && f === 0) || Math.abs(x - y) * LESS > (e + f) * MORE) {
      values[i] = first ? x : y;
      errors[i] = first ? e : f;
    } else undecided(i);
  }
}

/** 1 where a < b (or a <= b), else 0. */
function compare(a: Side, b: Side, orEqual: boolean, { values, undecided }: Results): void {
  for (let i = 0; i < values.length; i++) {
    const [j, k] = [a.index === undefined ? i : a.index[i], b.index === undefined ? i : b.index[i]];
    const [x, y] = [a.values[j], b.values[k]];
    const error = (a.errors === undefined ? 0 : a.errors[j]) + (b.errors === undefined ? 0 : b.errors[k]);
    if (error === 0 || Math.abs(y - x) * LESS > error * MORE) values[i] = x < y || (orEqual && x === y) ? 1 : 0;
    else undecided(i);
  }
}

function select(condition: Side, whenTrue: Side, whenFalse: Side, { values, errors, undecided }: Results): void {
  for (let i = 0; i < values.length; i++) {
    const at = condition.index === undefined ? i : condition.index[i];
    if (condition.errors !== undefined && condition.errors[at] !== 0) {
      undecided(i);
      continue;
    }
    const chosen = condition.values[at] === 0 ? whenFalse : whenTrue;
    const place = chosen.index === undefined ? i : chosen.index[i];
    values[i] = chosen.values[place];
    errors[i] = chosen.errors === undefined ? 0 : chosen.errors[place];
  }
}

/** Adding and taking away 1.5 * 2^52 rounds a double below 2^51 to an integer, ties to even. */
const INTEGERS = 1.5 * 2 ** 52;

function roundHalfEven(a: Side, { values, undecided }: Results): void {
  for (let i = 0; i < values.length; i++) {
    const x = a.values[i];
    const error = a.errors === undefined ? 0 : a.errors[i];
    const rounded = x + INTEGERS - INTEGERS;
    // The distance to the integer is a double: nothing is rounded here.
    if (Math.abs(x) < 2 ** 51 && (error === 0 || (0.5 - Math.abs(x - rounded)) * LESS > error * MORE)) values[i] = rounded + 0;
    else undecided(i);
  }
}

function roundExact(a: Side, mode: Parameters<typeof roundDouble>[1], { values, undecided }: Results): void {
  for (let i = 0; i < values.length; i++) {
    if (a.errors === undefined || a.errors[i] === 0) values[i] = roundDouble(a.values[i], mode);
    else undecided(i);
  }
}
