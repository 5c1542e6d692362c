import type { RealTensor } from '../graph/tensor.ts';
import type { BeatTimes, SampleResult, SimulationResult } from './engines.ts';

/** The first place where two engines differ, in the user's terms. */
export interface Difference {
  readonly sample: number;
  /** Tensor of the file, or output stream. */
  readonly where: string;
  readonly element: number;
  readonly expected: string;
  readonly found: string;
}

/** One step of the ladder: two engines that must agree, and what was compared. */
export type Rung =
  | { readonly name: string; readonly status: 'passed'; readonly samples: number; readonly compared: number; readonly seconds: number; readonly detail?: string }
  | { readonly name: string; readonly status: 'failed'; readonly compared: number; readonly difference: Difference }
  | { readonly name: string; readonly status: 'skipped'; readonly reason: string };

/** Counts what is compared and keeps the first difference. */
export class Comparison {
  compared = 0;
  difference: Difference | undefined;

  /** Compares two integers (or anything printable that is equal or not). */
  equal(expected: number | bigint, found: number | bigint | undefined, place: () => Omit<Difference, 'expected' | 'found'>): void {
    this.compared++;
    if (expected === found || this.difference !== undefined) return;
    this.difference = { ...place(), expected: `${expected}`, found: found === undefined ? 'nothing' : `${found}` };
  }

  /** Codes of every quantizer that both engines show, and all outputs. */
  samples(expected: readonly SampleResult[], found: readonly SampleResult[], outputNames: readonly string[]): void {
    expected.forEach((reference, sample) => {
      for (const [where, codes] of reference.codes) {
        const others = found[sample]?.codes.get(where);
        if (others === undefined) continue;
        codes.forEach((code, element) => {
          if (!Number.isNaN(code) && !Number.isNaN(others[element])) this.equal(code, others[element], () => ({ sample, where, element }));
        });
      }
      reference.outputs.forEach((tensor, i) => this.reals(tensor, found[sample]?.outputs[i], sample, outputNames[i]));
    });
  }

  /** Real numbers agree where the intervals in which they are proven to lie overlap; exact ones must be equal. */
  private reals(expected: RealTensor, found: RealTensor | undefined, sample: number, where: string): void {
    expected.values.forEach((value, element) => {
      this.compared++;
      if (this.difference !== undefined) return;
      const other = found?.values[element];
      const slack = (expected.errors?.[element] ?? 0) + (found?.errors?.[element] ?? 0);
      if (other !== undefined && (value === other || Math.abs(value - other) <= slack)) return;
      this.difference = { sample, where, element, expected: `${value}`, found: other === undefined ? 'nothing' : `${other}` };
    });
  }

  /** Every output beat of two simulations and the cycle in which it came; input beats' cycles too. */
  simulations(expected: SimulationResult, found: SimulationResult, beatsPerSample: readonly number[]): void {
    expected.beats.forEach((beats, stream) => beats.forEach((beat, index) => {
      const place = (what: string) => () => ({
        sample: Math.floor(index / beatsPerSample[stream]), where: `${what} m_axis_${stream}`, element: index % beatsPerSample[stream],
      });
      this.equal(beat, found.beats[stream]?.[index], place('beat of'));
      this.equal(expected.times.outputs[stream][index], found.times.outputs[stream]?.[index], place('cycle of a beat of'));
      const end = (index + 1) % beatsPerSample[stream] === 0;
      this.equal(Number(end), Number(expected.ends[stream][index]), place('TLAST of'));
      this.equal(Number(end), Number(found.ends[stream]?.[index]), place('TLAST of'));
    }));
    this.cycles(expected.times.inputs, found.times.inputs, 's_axis');
  }

  /** Every beat of the inner streams that both watched, and its cycle. */
  probes(expected: SimulationResult, found: SimulationResult, names: readonly string[]): void {
    expected.probes.forEach(({ beats, cycles }, probe) => {
      const other = found.probes[probe];
      const place = (what: string, element: number) => () => ({ sample: 0, where: `${what} ${names[probe]}`, element });
      this.equal(beats.length, other.beats.length, place('number of beats of', 0));
      beats.forEach((beat, i) => {
        this.equal(beat, other.beats[i], place('beat of', i));
        this.equal(cycles[i], other.cycles[i], place('cycle of a beat of', i));
      });
    });
  }

  /** The cycles in which beats moved, against a prediction. */
  times(expected: BeatTimes, found: BeatTimes): void {
    this.cycles(expected.inputs, found.inputs, 's_axis');
    this.cycles(expected.outputs, found.outputs, 'm_axis');
  }

  private cycles(expected: readonly (readonly number[])[], found: readonly (readonly number[])[], prefix: string): void {
    expected.forEach((cycles, stream) => cycles.forEach((cycle, index) =>
      this.equal(cycle, found[stream]?.[index], () => ({ sample: 0, where: `cycle of a beat of ${prefix}_${stream}`, element: index }))));
  }

  rung(name: string, samples: number, started: number, detail?: string): Rung {
    if (this.difference !== undefined) return { name, status: 'failed', compared: this.compared, difference: this.difference };
    if (this.compared === 0) throw new Error(`${name}: nothing was compared`);
    const seconds = (performance.now() - started) / 1000;
    return { name, status: 'passed', samples, compared: this.compared, seconds, ...(detail === undefined ? {} : { detail }) };
  }
}

/** `784,000 values compared, 0 differ` or what was found instead. */
export function describeRung(rung: Rung): string {
  switch (rung.status) {
    case 'passed':
      return `${rung.compared.toLocaleString('en-US')} values compared, 0 differ (${rung.samples} samples${rung.detail === undefined ? '' : `, ${rung.detail}`})`;
    case 'skipped': return `skipped: ${rung.reason}`;
    case 'failed': {
      const { sample, where, element, expected, found } = rung.difference;
      return `DIFFERS at sample ${sample}, ${where}, element ${element}: expected ${expected}, found ${found}`;
    }
  }
}
