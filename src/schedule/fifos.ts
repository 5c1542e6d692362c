import { withoutOverlap } from './changes.ts';
import { Deadlock } from './deadlock.ts';
import { predict, settle, type Network, type Performance, type Speed, type Stage } from './performance.ts';

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

/** Frames of which all results must come for FIFOs to suffice. */
const ENOUGH_FRAMES = 4;

/**
 * The same for networks whose beats move when data say so: depths with which something always moves, whatever changes and whenever results
 * must wait; sized for the speed that is left where all elements change.
 * @throws Deadlock where fixed depths are too small for some data
 */
export function sizeFifosForAllData(network: Network, widths: ReadonlyMap<string, number>, fixed: FifoDepths = new Map()): SizedFifos {
  const depths = new Map(sizeFifos(withoutOverlap(network), widths, fixed).depths);
  const strict = withoutOverlap(network, true);
  for (let stands = true; stands;) {
    try {
      predict(withDepths(strict, depths), ENOUGH_FRAMES);
      stands = false;
    } catch (error) {
      if (!(error instanceof Deadlock)) throw error;
      const full = error.report.full.filter(({ stage }) => !fixed.has(stage));
      if (full.length === 0) throw error;
      for (const { stage, depth } of full) depths.set(stage, depth + Math.max(1, depth >> 1));
    }
  }
  return { depths, speed: settle(withDepths(network, depths)) };
}
