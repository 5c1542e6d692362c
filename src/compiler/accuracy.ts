import { userError } from '../base/diagnostic.ts';
import type { SampleResult } from './engines.ts';

/** The class a result names: its one integer, or the index of its largest value (the first of equal ones). */
export function classOf(result: Pick<SampleResult, 'outputs'>): number {
  const { values } = result.outputs[0];
  if (values.length === 1) return values[0];
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** `accuracy 91.30 % (913 of 1000)`. @throws UserError where labels and samples do not match */
export function accuracyOf(results: readonly Pick<SampleResult, 'outputs'>[], labels: ArrayLike<number>, origin: string): string {
  const right = rightAnswers(results, labels, origin);
  return `accuracy ${((100 * right) / results.length).toFixed(2)} % (${right} of ${results.length})`;
}

export function rightAnswers(results: readonly Pick<SampleResult, 'outputs'>[], labels: ArrayLike<number>, origin: string): number {
  if (labels.length < results.length) {
    throw userError('labels', `${labels.length} labels for ${results.length} samples`, { origin, help: 'give a label for each sample' });
  }
  return results.filter((result, i) => classOf(result) === labels[i]).length;
}
