import { predict, type Network } from '../schedule/performance.ts';
import type { BeatTimes } from './engines.ts';

export interface Speed {
  /** Clock cycles from the one in which the first input beat of a sample is taken to the one in which its last output beat is taken. */
  readonly latency: number;
  /** Clock cycles between the last output beats of two samples, when samples follow each other without a gap. */
  readonly interval: number;
}

/** Samples after which a pipeline that starts empty has settled. */
const SETTLING_SAMPLES = 6;

/** When every beat of `frames` samples moves if both ends are always ready. */
export function predictTimes(network: Network, frames: number): BeatTimes {
  const { sources, sinks } = predict(network, frames);
  return { inputs: sources, outputs: sinks };
}

/** Latency of the first sample and interval of the last two. */
export function speedOf(times: BeatTimes, samples: number): Speed {
  const last = (cycles: readonly number[], sample: number): number => cycles[(cycles.length / samples) * (sample + 1) - 1];
  const ends = (sample: number): number => Math.max(...times.outputs.map((cycles) => last(cycles, sample)));
  const start = Math.min(...times.inputs.map((cycles) => cycles[0]));
  return { latency: ends(0) - start, interval: samples < 2 ? ends(0) - start : ends(samples - 1) - ends(samples - 2) };
}

/** Latency and settled interval of a network with both ends always ready. */
export function predictSpeed(network: Network): Speed {
  return speedOf(predictTimes(network, SETTLING_SAMPLES), SETTLING_SAMPLES);
}
