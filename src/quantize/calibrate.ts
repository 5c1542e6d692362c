import { Rational } from '../base/rational.ts';
import type { NumberFormat } from '../number/formats/index.ts';
import { fullScale } from './encoder.ts';
import { scaleFor } from './scale.ts';

/** How the scale of activations is chosen from the numbers that calibration shows. */
export const ACTIVATION_SCALES = ['absmax', 'percentile', 'mse'] as const;
export type ActivationScale = (typeof ACTIVATION_SCALES)[number];

/** The part of the magnitudes that lies within the range under `percentile`. */
const WITHIN = 0.999;

/** Numbers that are looked at; more are thinned out evenly. */
const MOST_NUMBERS = 1 << 18;

/**
 * The scale of activations: the largest magnitude seen (or the 99.9th percentile of those that are not 0) on the largest value of the
 * format, or the least squared error. Formats of signs alone have the mean magnitude.
 */
export function activationScale(format: NumberFormat, seen: readonly Float64Array[], choice: ActivationScale): number {
  const total = seen.reduce((sum, values) => sum + values.length, 0);
  const step = Math.ceil(total / MOST_NUMBERS);
  const numbers = Float64Array.from(seen.flatMap((values) => [...(step === 1 ? values : values.filter((_, i) => i % step === 0))]));
  if (choice === 'mse') return scaleFor(format, numbers, 'mse').scale;
  if (format.rule !== 'absmax' && format.rule !== 'power-of-two') return scaleFor(format, numbers, 'rule').scale;
  const magnitudes = numbers.map(Math.abs).filter((magnitude) => magnitude > 0).sort();
  if (magnitudes.length === 0) return 1;
  const top = choice === 'absmax' ? magnitudes[magnitudes.length - 1] : magnitudes[Math.floor(WITHIN * (magnitudes.length - 1))];
  const scale = top / (Rational.toDouble(format.unit) * fullScale(format));
  return Math.max(2 ** -126, Math.fround(format.rule === 'power-of-two' ? 2 ** Math.ceil(Math.log2(scale)) : scale));
}
