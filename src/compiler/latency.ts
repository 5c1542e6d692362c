import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { evaluateFixed, type Integers } from '../fixed/evaluator.ts';
import type { ValueId } from '../fixed/ir.ts';
import { fewestPasses, passesOf, valuesOfChanges, withPasses } from '../schedule/changes.ts';
import { predict, settle, type Network, type Speed } from '../schedule/performance.ts';
import type { BeatTimes } from './engines.ts';
import { encodeSample, type Sample } from './host.ts';

/** The performance model of an accelerator that takes these samples from reset on: products that follow changes see those of their vectors. */
export function modelFor({ network, graph }: Accelerator, samples: readonly Sample[]): Network {
  const watched = valuesOfChanges(network);
  if (watched.size === 0 || samples.length === 0) return network;
  const frames = new Map<ValueId, Integers[]>([...watched].map((value) => [value, []]));
  const memory = new Map<ValueId, Integers>();
  for (const sample of samples) {
    const values = evaluateFixed(graph, encodeSample(graph, sample), { memory, kept: (_, value) => watched.has(value) });
    for (const [value, list] of frames) list.push(values[value]);
  }
  return withPasses(network, (stage) => passesOf(frames.get(stage.value)!, graph.nodes[stage.value].type, stage));
}

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

/** Latency and settled interval of a network with both ends always ready, the longest there are where they depend on data. */
export function predictSpeed(network: Network): Speed {
  const { latency, interval } = known.get(network) ?? settle(network);
  rememberSpeed(network, { latency, interval });
  return { latency, interval };
}

/** Latency and settled interval where no element of any vector whose changes are followed changes; undefined where none is followed. */
export function predictBestSpeed(network: Network): Speed | undefined {
  if (valuesOfChanges(network).size === 0) return undefined;
  return predictSpeed(withPasses(network, ({ beats }) => fewestPasses(beats)));
}

/** `latency 120 cycles, one inference every 100 cycles`, with what it is at best where that depends on data. */
export function describeSpeed(network: Network): string {
  const { latency, interval } = predictSpeed(network);
  const best = predictBestSpeed(network);
  const most = `latency ${latency} cycles, one inference every ${interval} cycles`;
  return best === undefined ? most : `${most} where all elements change; ${best.latency} and ${best.interval} cycles where none does`;
}
