import type { SampleResult } from '../../src/compiler/engines.ts';

/** Numbers that differ by more than this part of the largest one of their sample are not the same but for float32's rounding. */
const TOLERANCE = 1e-4;

export interface Agreement {
  readonly compared: number;
  /** Samples whose largest output is another one (equal ones do not count), and samples with another number anywhere. */
  readonly otherClass: number;
  readonly otherOutput: number;
}

/** Compares the first outputs of samples with those that another engine gave, one sample behind the other. */
export function compareOutputs(results: readonly SampleResult[], found: Float32Array): Agreement {
  let [otherClass, otherOutput] = [0, 0];
  results.forEach(({ outputs: [{ values }] }, s) => {
    const own = found.subarray(s * values.length, (s + 1) * values.length);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const tolerance = TOLERANCE * largest;
    if (values[largestAt(own)] < values[largestAt(values)] - tolerance) otherClass++;
    if (values.some((value, i) => !(Math.abs(value - own[i]) <= tolerance))) otherOutput++;
  });
  if (found.length !== results.length * results[0].outputs[0].values.length) throw new Error(`${found.length} outputs of ${results.length} samples`);
  return { compared: results.length, otherClass, otherOutput };
}

function largestAt(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
