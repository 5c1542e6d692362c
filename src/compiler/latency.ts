import { predict, settle, type Network, type Speed } from '../schedule/performance.ts';
import type { BeatTimes } from './engines.ts';

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

/** Speeds that are known already: of large networks they take seconds. */
const known = new WeakMap<Network, Speed>();

export function rememberSpeed(network: Network, speed: Speed): void {
  known.set(network, speed);
}

/** Latency and settled interval of a network with both ends always ready. */
export function predictSpeed(network: Network): Speed {
  const { latency, interval } = known.get(network) ?? settle(network);
  rememberSpeed(network, { latency, interval });
  return { latency, interval };
}
