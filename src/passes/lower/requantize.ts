import type { Staircase } from './staircase.ts';

type Rounding = 'floor' | 'half-even';

/** Parameters of a `requantize` node, a multiplier and an offset for each channel. */
export interface Requantization {
  readonly multipliers: readonly bigint[];
  readonly offsets: readonly bigint[];
  readonly shift: number;
  readonly rounding: Rounding;
}

/** `n` must give a code of at least `code` (in `reaching`), or one below it (in `below`). */
interface Bound { readonly n: number; readonly code: number }

interface Bounds { readonly reaching: readonly Bound[]; readonly below: readonly Bound[]; readonly slope: number }

/** Beyond this the product would be wider than any multiplier is worth. */
const LARGEST_SHIFT = 48;

/**
 * Finds a multiplier and an offset for each staircase and one shift for all, such that
 *     clamp(round((n * multiplier + offset) / 2^shift), low, high)
 * is each staircase over all n between `first` and `last`. For each step the last n before it and the first n on it are the only
 * places that matter, and each bounds the offset by an inequality between integers: a solution of all of them is a proof. All
 * `roundings` are tried; the fewest multiplier bits win. Undefined where no line runs through the steps.
 */
export function fitRequantization(
  staircases: readonly Staircase[], range: { readonly first: number; readonly last: number }, low: number, high: number,
  roundings: readonly Rounding[] = ['floor', 'half-even'],
): Requantization | undefined {
  const bounds = staircases.map((staircase) => boundsOf(staircase, range.first, range.last, low, high));
  const fits = roundings
    .map((rounding) => fit(bounds, rounding))
    .filter((found) => found !== undefined);
  return fits.sort((a, b) => multiplierBits(a) - multiplierBits(b) || a.shift - b.shift)[0];
}

export function multiplierBits(requantization: Requantization): number {
  return Math.max(...requantization.multipliers.map((m) => m.toString(2).length));
}

function boundsOf(staircase: Staircase, first: number, last: number, low: number, high: number): Bounds {
  const { falling, start, firsts } = staircase;
  const reaching: Bound[] = [];
  const below: Bound[] = [];
  firsts.forEach((place, step) => {
    const code = falling ? start - step : start + step + 1;
    (falling ? below : reaching).push({ n: place, code });
    (falling ? reaching : below).push({ n: place - 1, code });
  });
  const end = falling ? start - firsts.length : start + firsts.length;
  for (const [n, code] of [[first, start], [last, end]]) {
    if (code > low) reaching.push({ n, code });
    if (code < high) below.push({ n, code: code + 1 });
  }
  return { reaching, below, slope: firsts.length === 0 ? 0 : bestSlope(reaching, below, staircase) };
}

/** The slope that leaves the offset the most room: the room is concave in the slope, so a ternary search finds it. */
function bestSlope(reaching: readonly Bound[], below: readonly Bound[], { firsts, falling }: Staircase): number {
  const room = (slope: number): number => {
    let least = -Infinity;
    let most = Infinity;
    for (const { n, code } of reaching) least = Math.max(least, code - n * slope);
    for (const { n, code } of below) most = Math.min(most, code - n * slope);
    return most - least;
  };
  const steepest = (2 * (firsts.length + 1)) / Math.max(1, firsts[firsts.length - 1] - firsts[0]);
  let [left, right] = falling ? [-steepest, 0] : [0, steepest];
  for (let i = 0; i < 120; i++) {
    const third = (right - left) / 3;
    if (room(left + third) < room(right - third)) left += third;
    else right -= third;
  }
  return (left + right) / 2;
}

function fit(bounds: readonly Bounds[], rounding: Rounding): Requantization | undefined {
  for (let shift = rounding === 'floor' ? 0 : 1; shift <= LARGEST_SHIFT; shift++) {
    const multipliers: bigint[] = [];
    const offsets: bigint[] = [];
    for (const channel of bounds) {
      const multiplier = BigInt(Math.round(channel.slope * 2 ** shift));
      const offset = offsetFor(channel, multiplier, shift, rounding);
      if (offset === undefined) break;
      multipliers.push(multiplier);
      offsets.push(offset);
    }
    if (offsets.length === bounds.length) return { multipliers, offsets, shift, rounding };
  }
  return undefined;
}

/** The offset in the middle of what all bounds allow, or undefined where they allow none. */
function offsetFor({ reaching, below }: Bounds, multiplier: bigint, shift: number, rounding: Rounding): bigint | undefined {
  const half = rounding === 'half-even' ? 1n << BigInt(shift - 1) : 0n;
  // A tie below an even code rounds up to it, below an odd code down: then the boundary itself is on one side only.
  const excluded = (code: number, even: boolean): bigint => (rounding === 'half-even' && (code % 2 === 0) !== even ? 1n : 0n);
  let least: bigint | undefined;
  let most: bigint | undefined;
  for (const { n, code } of reaching) {
    const bound = (BigInt(code) << BigInt(shift)) - half - BigInt(n) * multiplier + excluded(code, true);
    if (least === undefined || bound > least) least = bound;
    if (most !== undefined && least > most) return undefined;
  }
  for (const { n, code } of below) {
    const strict = rounding === 'floor' ? 1n : excluded(code, false);
    const bound = (BigInt(code) << BigInt(shift)) - half - BigInt(n) * multiplier - strict;
    if (most === undefined || bound < most) most = bound;
    if (least !== undefined && least > most) return undefined;
  }
  if (least === undefined) return most ?? 0n;
  if (most === undefined) return least;
  // Zero, or else the number of most trailing zeros, costs the least to add.
  return roundest(least, most);
}

/** The integer between `least` and `most` with the most trailing zero bits. */
function roundest(least: bigint, most: bigint): bigint {
  if (least <= 0n && most >= 0n) return 0n;
  let bits = 0n;
  while (((most >> (bits + 1n)) << (bits + 1n)) >= least) bits++;
  return (most >> bits) << bits;
}
