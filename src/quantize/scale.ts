import { Rational } from '../base/rational.ts';
import { integerRange, type NumberFormat, type ScaleRule } from '../number/formats/index.ts';
import { encoderOf, fullScale, MOST_UNITS } from './encoder.ts';

/** How a scale is chosen: by the format's own published rule, or so that the squared error is least. */
export const SCALE_CHOICES = ['rule', 'mse'] as const;
export type ScaleChoice = (typeof SCALE_CHOICES)[number];

/** A scale, and the numbers as the scale's format shall read them: other numbers than the given ones only under the rule `twn`. */
export interface Scaled {
  readonly scale: number;
  readonly values: Float64Array;
}

/** Candidates of the search, from the largest scale down to 1/32 of it. */
const CANDIDATES = 160;
const SEARCHED = 32;
const REFINEMENTS = 8;

/** Numbers that are looked at in a search; more are thinned out evenly. */
const MOST_SEARCHED = 65_536;

/** The scale (a float32, above 0) of numbers that go into a format. */
export function scaleFor(format: NumberFormat, values: Float64Array, choice: ScaleChoice): Scaled {
  if (values.every((value) => value === 0)) return { scale: 1, values };
  return choice === 'mse' ? { scale: leastSquares(format, values), values } : ruleScale(format, values);
}

function meanMagnitude(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}

export function largestMagnitude(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The published rule of the format: see `ScaleRule`. */
function ruleScale(format: NumberFormat, values: Float64Array): Scaled {
  const unit = Rational.toDouble(format.unit);
  const absmax = (): number => largestMagnitude(values) / (unit * fullScale(format));
  const plain = (scale: number): Scaled => ({ scale: positive(scale), values });
  const rules: Readonly<Record<ScaleRule, () => Scaled>> = {
    absmax: () => plain(absmax()),
    'power-of-two': () => plain(2 ** Math.ceil(Math.log2(absmax()))),
    mean: () => plain(meanMagnitude(values) / unit),
    absmean: () => plain(meanMagnitude(values) / unit),
    twn: () => {
      const threshold = (2 / 3) * meanMagnitude(values);
      const beyond = values.filter((value) => Math.abs(value) > threshold);
      const scale = positive(meanMagnitude(beyond));
      return { scale, values: values.map((value) => (Math.abs(value) > threshold ? Math.sign(value) * scale : 0)) };
    },
  };
  return rules[format.rule]();
}

/** The scale of least squared error among many, each improved by the least squares fit to the integers that it gives. */
function leastSquares(format: NumberFormat, values: Float64Array): number {
  const unit = Rational.toDouble(format.unit);
  const encode = encoderOf(format);
  const step = Math.ceil(values.length / MOST_SEARCHED);
  const searched = step === 1 ? values : values.filter((_, i) => i % step === 0);
  const tried = (scale: number): { error: number; fit: number } => {
    const grid = positive(scale) * unit;
    let [error, product, square] = [0, 0, 0];
    for (const value of searched) {
      const integer = encode(value / grid);
      error += (value - integer * grid) ** 2;
      product += value * integer;
      square += integer * integer;
    }
    return { error, fit: square === 0 ? 0 : product / square / unit };
  };
  // The format's own rule is the first candidate: the search never does worse.
  const start = ruleScale(format, values).scale;
  const top = Math.max(start, (2 * largestMagnitude(values)) / (unit * fullScale(format)));
  const powers = format.rule === 'power-of-two';
  // A smaller scale would make integers that are too large.
  const least = integerRange(format).high > MOST_UNITS ? start : 0;
  const ladder = powers ? Array.from({ length: 12 }, (_, i) => start * 2 ** (1 - i))
    : Array.from({ length: CANDIDATES }, (_, i) => top * SEARCHED ** (-i / (CANDIDATES - 1)));
  let best = { scale: start, error: Infinity };
  for (const candidate of [start, ...ladder]) {
    let scale = candidate;
    for (let round = 0; round < (powers ? 1 : REFINEMENTS); round++) {
      if (scale < least) break;
      const { error, fit } = tried(scale);
      if (error < best.error) best = { scale, error };
      if (!(fit > 0) || Math.abs(fit - scale) <= 1e-9 * scale || error > 4 * best.error) break;
      scale = fit;
    }
  }
  return positive(best.scale);
}

/** The nearest float32, no less than the smallest normal one. */
function positive(scale: number): number {
  return Math.max(2 ** -126, Math.fround(scale));
}
