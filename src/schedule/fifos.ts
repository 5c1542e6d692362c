import { predict, type Network, type Performance, type Stage } from './performance.ts';

/** By name of the FIFO's stage: beats that it holds. */
export type FifoDepths = ReadonlyMap<string, number>;

/** Frames after which a pipeline that starts empty has settled. */
const FRAMES = 6;
/** The smallest FIFO that a beat passes in every cycle. */
const LEAST = 2;
/** Stage-cycles of model runs that are spent on making FIFOs smaller one by one. */
const PATIENCE = 2e8;

/** The network with other FIFOs. */
export function withDepths(network: Network, depths: FifoDepths): Network {
  const resized = (stage: Stage, i: number): Stage => (stage.kind === 'fifo' ? { ...stage, depth: depths.get(network.names[i]) ?? stage.depth } : stage);
  return { ...network, stages: network.stages.map(resized) };
}

/** Clock cycles between the last output beats of the last two frames, and when the first frame was complete. */
function rhythm({ sinks }: Performance, frames: number): { interval: number; latency: number } {
  const end = (frame: number): number => Math.max(...sinks.map((cycles) => cycles[(cycles.length / frames) * (frame + 1) - 1]));
  return { interval: end(frames - 1) - end(frames - 2), latency: end(0) };
}

/**
 * The FIFO depths with which the network is as fast as with FIFOs without end. First all FIFOs have no end, which shows the interval
 * that the units allow and how many beats ever wait; then all are small and grow together until that interval is reached; then,
 * the widest first, each that can be smaller is made so. Every step is a run of the model, so the result is proven.
 * `fixed` are depths that somebody chose: they stay.
 * @throws Deadlock where fixed depths are too small
 */
export function sizeFifos(network: Network, widths: ReadonlyMap<string, number>, fixed: FifoDepths = new Map()): FifoDepths {
  const names = network.names.filter((name, i) => network.stages[i].kind === 'fifo' && !fixed.has(name));
  const run = (depths: FifoDepths): Performance => predict(withDepths(network, new Map([...depths, ...fixed])), FRAMES);
  const endless = run(new Map(names.map((name) => [name, Infinity])));
  const { interval } = rhythm(endless, FRAMES);
  const waiting = new Map(network.names.map((name, i) => [name, endless.occupancy[i]]));
  const limited = (depth: number): Map<string, number> =>
    new Map(names.map((name) => [name, Math.max(LEAST, Math.min(depth, waiting.get(name)! + 1))]));
  const suffices = (depths: FifoDepths): Performance | undefined => {
    try {
      const result = run(depths);
      return rhythm(result, FRAMES).interval <= interval ? result : undefined;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'Deadlock') throw error;
      return undefined;
    }
  };

  const most = Math.max(LEAST, ...names.map((name) => waiting.get(name)! + 1));
  let depth = LEAST;
  while (depth < most && suffices(limited(depth)) === undefined) depth *= 2;
  let best = limited(depth);
  const cycles = rhythm(endless, FRAMES).latency + FRAMES * interval;
  let patience = PATIENCE;
  for (const name of [...names].sort((a, b) => widths.get(b)! * best.get(b)! - widths.get(a)! * best.get(a)!)) {
    for (let low = LEAST, high = best.get(name)!; low < high && patience > 0; patience -= cycles * network.stages.length) {
      const middle = low === LEAST ? LEAST : (low + high) >> 1;
      const smaller = new Map([...best, [name, middle]]);
      if (suffices(smaller) === undefined) {
        low = middle + 1;
      } else {
        best = smaller;
        high = middle;
      }
    }
  }
  return new Map([...best, ...fixed]);
}
