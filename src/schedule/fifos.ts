import { Deadlock } from './deadlock.ts';
import { settle, type Network, type Performance, type Speed, type Stage } from './performance.ts';

/** By name of the FIFO's stage: beats that it holds. */
export type FifoDepths = ReadonlyMap<string, number>;

/** The smallest FIFO that a beat passes in every cycle. */
const LEAST = 2;
/** Stage-cycles of model runs that are spent on making FIFOs smaller one by one; a run that needs more is a long one. */
const PATIENCE = 1e7;

/** The network with other FIFOs. */
export function withDepths(network: Network, depths: FifoDepths): Network {
  const resized = (stage: Stage, i: number): Stage => (
    stage.kind === 'fifo' ? { ...stage, depth: depths.get(network.names[i]) ?? stage.depth } : stage);
  return { ...network, stages: network.stages.map(resized) };
}

/** FIFO depths, and how fast the network is with them. */
export interface SizedFifos {
  readonly depths: FifoDepths;
  readonly speed: Speed;
}

/**
 * The FIFO depths with which the network is as fast as with FIFOs without end. If the smallest reach `bound`, the clock cycles that the
 * slowest unit needs, that is all. If not, all FIFOs have no end first, which shows the interval that the units allow and how many
 * beats ever wait; then all are small and grow together until that interval is reached; then, the widest first, each that can
 * be smaller is made so. Every step is a run of the model, so the result is proven. `fixed` are depths that somebody chose: they stay.
 * @throws Deadlock where fixed depths are too small
 */
export function sizeFifos(
  network: Network, widths: ReadonlyMap<string, number>, fixed: FifoDepths = new Map(), bound = 0,
): SizedFifos {
  const names = network.names.filter((name, i) => network.stages[i].kind === 'fifo' && !fixed.has(name));
  const run = (depths: FifoDepths): Speed & Performance => settle(withDepths(network, new Map([...depths, ...fixed])));
  const fastEnough = (depths: FifoDepths, interval: number): Speed | undefined => {
    try {
      const speed = run(depths);
      return speed.interval <= interval ? speed : undefined;
    } catch (error) {
      if (!(error instanceof Deadlock)) throw error;
      return undefined;
    }
  };
  const smallest = new Map(names.map((name) => [name, LEAST]));
  let speed = fastEnough(smallest, bound);
  if (speed !== undefined) return { depths: new Map([...smallest, ...fixed]), speed };

  const endless = run(new Map(names.map((name) => [name, Infinity])));
  const { interval } = endless;
  const waiting = new Map(network.names.map((name, i) => [name, endless.occupancy[i]]));
  const limited = (depth: number): Map<string, number> =>
    new Map(names.map((name) => [name, Math.max(LEAST, Math.min(depth, waiting.get(name)! + 1))]));
  const most = Math.max(LEAST, ...names.map((name) => waiting.get(name)! + 1));
  // Where a run is long, fewer depths are tried.
  const factor = 3 * interval * network.stages.length > PATIENCE ? 8 : 2;
  let depth = LEAST * factor;
  while (depth < most && (speed = fastEnough(limited(depth), interval)) === undefined) depth *= factor;
  let best = limited(depth);
  let patience = PATIENCE;
  for (const name of [...names].sort((a, b) => widths.get(b)! * best.get(b)! - widths.get(a)! * best.get(a)!)) {
    for (let low = LEAST, high = best.get(name)!; low < high && patience > 0; patience -= 3 * interval * network.stages.length) {
      const middle = low === LEAST ? LEAST : (low + high) >> 1;
      const smaller = new Map([...best, [name, middle]]);
      const found = fastEnough(smaller, interval);
      if (found === undefined) {
        low = middle + 1;
      } else {
        best = smaller;
        high = middle;
        speed = found;
      }
    }
  }
  return { depths: new Map([...best, ...fixed]), speed: speed ?? run(best) };
}
