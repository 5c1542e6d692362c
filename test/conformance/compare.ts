import { expect } from 'vitest';
import type { SampleResult } from '../../src/compiler/engines.ts';
import { expectedCodes, expectedOutputs, type CorpusCase } from '../corpus.ts';

/**
 * Integer outputs must be equal; reals to a relative difference of 1e-9, the precision of the expected ones. `all` says that every
 * sample is there, not the first of them.
 */
export function compareOutputs(found: readonly SampleResult[], corpusCase: CorpusCase, all = true): void {
  const { data } = expectedOutputs(corpusCase);
  const perSample = found[0].outputs[0].values.length;
  let wrong = 0;
  let first = '';
  found.forEach((result, sample) => result.outputs[0].values.forEach((value, i) => {
    const expected = data[sample * perSample + i];
    const close = Number.isInteger(expected) ? value === expected : Math.abs(value - expected) <= 1e-9 * Math.abs(expected);
    if (!close && wrong++ === 0) first = `sample ${sample}, element ${i}: ${value} for ${expected}`;
  }));
  expect(first).toBe('');
  if (all) expect(found.length * perSample).toBe(data.length);
}

/** What takes neurons out of a network: left out, every code is computed. */
export const NEURON_PASSES = ['constant-neurons', 'duplicate-neurons', 'dead-neurons'];

interface Comparison {
  readonly constants?: ReadonlyMap<string, Float64Array>;
  /** Whether neurons may have been taken out: their codes are no numbers. */
  readonly removed?: boolean;
}

/** Compares the codes of every quantizer that is shown; gives their number. */
export function compareCodes(found: readonly SampleResult[], corpusCase: CorpusCase, { constants, removed = false }: Comparison = {}): number {
  let compared = 0;
  for (const [name, { data }] of expectedCodes(corpusCase)) {
    const constant = constants?.get(name);
    if (constant !== undefined) {
      expect([...constant], name).toEqual([...data]);
      compared++;
      continue;
    }
    if (!found[0].codes.has(name)) continue;
    const size = found[0].codes.get(name)!.length;
    for (let sample = 0; sample < data.length / size; sample++) {
      const codes = found[sample].codes.get(name)!;
      const expected = [...data.subarray(sample * size, (sample + 1) * size)].map((code, i) => (removed && Number.isNaN(codes[i]) ? NaN : code));
      expect([...codes], `${name}, sample ${sample}`).toEqual(expected);
    }
    compared++;
  }
  return compared;
}
