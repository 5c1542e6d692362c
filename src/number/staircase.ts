import { Rational } from '../base/rational.ts';

/**
 * A step function: `values[k]` where k boundaries are reached. Boundary i is reached by every number above it, and by itself where
 * `upper[i]`. Boundaries ascend; the values are any doubles.
 */
export interface Staircase {
  readonly boundaries: Float64Array;
  readonly upper: readonly boolean[];
  readonly values: Float64Array;
}

/** The number of boundaries that the double reaches. */
export function stepOf({ boundaries, upper }: Staircase, x: number): number {
  return search(boundaries.length, (i) => x > boundaries[i] || (x === boundaries[i] && upper[i]));
}

/** The number of boundaries that the rational reaches. */
export function stepOfRational({ boundaries, upper }: Staircase, x: Rational): number {
  return search(boundaries.length, (i) => {
    const side = Rational.compare(x, Rational.fromDouble(boundaries[i]));
    return side > 0 || (side === 0 && upper[i]);
  });
}

/** Whether the values rise or fall with their number; `constant` for one value. */
export function directionOf({ values }: Staircase): 'rising' | 'falling' | 'constant' | 'unknown' {
  let [rises, falls] = [true, true];
  for (let i = 1; i < values.length; i++) {
    if (values[i] < values[i - 1]) rises = false;
    if (values[i] > values[i - 1]) falls = false;
  }
  if (rises && falls) return 'constant';
  return rises ? 'rising' : falls ? 'falling' : 'unknown';
}

/** The least and the greatest value from step `first` to step `last`. */
export function valueRange({ values }: Staircase, first: number, last: number): { low: number; high: number } {
  let low = values[first];
  let high = low;
  for (let i = first + 1; i <= last; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return { low, high };
}

/** How many of the first `length` places hold; those that hold come first. */
function search(length: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const numbers = new WeakMap<Staircase, number>();
let count = 0;

/** A number that tells staircases apart: one object, one number. */
export function identityOf(staircase: Staircase): number {
  const known = numbers.get(staircase) ?? ++count;
  numbers.set(staircase, known);
  return known;
}
