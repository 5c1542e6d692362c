import type { Arrivals } from './arrivals.ts';
import { FlowNetwork } from './max-flow.ts';
import { netOf, type Bit, type Net } from './netlist.ts';

/** In which clock cycle each unit of a netlist works. */
export type Stages = Int32Array;

const NEAR = 1e-9;

/** What the longest path between registers asks of a clock period. */
export function longestStage(arrivals: Arrivals, stage: Stages): number {
  const { times } = arrivals.compute(stage);
  return arrivals.latest(times).reduce((most, net) => Math.max(most, net === 0 ? 0 : arrivals.ends(net, times[net])), 0);
}

/** The least clock period, however many registers there are: that of the unit that takes longest by itself. */
export function leastPeriod(arrivals: Arrivals): number {
  const { count, reads, maker } = arrivals.units;
  // Each in a clock cycle of its own, behind what it reads.
  const stage = new Int32Array(count).fill(1);
  for (let unit = 0; unit < count; unit++) {
    for (const net of reads[unit]) if (maker[net] >= 0) stage[unit] = Math.max(stage[unit], stage[maker[net]] + 1);
  }
  return longestStage(arrivals, stage);
}

/** The earliest clock cycle of each unit with which no path takes longer than `period`, which is not below {@link leastPeriod}. */
export function earliestStages(arrivals: Arrivals, period: number): Stages {
  const { count, reads, maker } = arrivals.units;
  const stage = new Int32Array(count);
  for (;;) {
    const { times } = arrivals.compute(stage);
    let late = false;
    arrivals.latest(times).forEach((net, unit) => {
      if (net === 0 || arrivals.ends(net, times[net]) <= period + NEAR) return;
      stage[unit]++;
      late = true;
    });
    if (!late) return stage;
    for (let unit = 0; unit < count; unit++) {
      for (const net of reads[unit]) if (maker[net] >= 0) stage[unit] = Math.max(stage[unit], stage[maker[net]]);
    }
  }
}

/**
 * The clock cycles, of `stages`, in which units work so that the fewest flip-flops stand between them and no path takes longer than `period`; a
 * register stands behind each output in the last cycle. It is a smallest cut: a unit has a node for each border between cycles, on the
 * source's side where the unit works behind the border, and a net costs one at each border where it is made before and read behind. That a
 * path is too long for one cycle is found out cut by cut.
 */
export function fewestFlipFlops(
  arrivals: Arrivals, outputs: readonly Bit[], stages: number, period: number,
): { readonly stage: Stages; readonly flipFlops: number } {
  const { count } = arrivals.units;
  const outgoing = new Set(outputs.map(netOf).filter(net => net !== 0));
  if (stages <= 1) return { stage: new Int32Array(count), flipFlops: outgoing.size };
  const borders = stages - 1;
  const [source, sink] = [0, 1];
  const flow = new FlowNetwork(2 + count * borders);
  const behind = (unit: number, border: number): number => (border < 0 ? source : border >= borders ? sink : 2 + unit * borders + border);
  /** Where one unit works, another works so many cycles later at the least. */
  const follows = (unit: number, before: number, cycles: number): void => {
    for (let border = -1; border < borders; border++) {
      const [from, to] = [behind(before, border), behind(unit, border + cycles)];
      if (from !== to && to !== source) flow.edge(from, to, Infinity);
    }
  };
  for (const { unit, readers, bits } of alike(arrivals, outgoing)) {
    for (const reader of readers) if (reader >= 0 && unit >= 0) follows(reader, unit, 0);
    for (let border = 0; border < borders; border++) {
      const ends = readers.map(reader => (reader < 0 ? source : behind(reader, border)));
      let live = ends[0];
      if (ends.length > 1) {
        live = flow.node();
        ends.forEach(end => flow.edge(end, live, Infinity));
      }
      flow.edge(live, unit < 0 ? sink : behind(unit, border), bits);
    }
  }
  for (let unit = 0; unit < count; unit++) {
    for (let border = 1; border < borders; border++) flow.edge(behind(unit, border), behind(unit, border - 1), Infinity);
  }
  const earliest = earliestStages(arrivals, period);
  earliest.forEach((stage, unit) => { if (stage > 0) flow.edge(source, behind(unit, stage - 1), Infinity); });
  for (let flipFlops = outgoing.size; ;) {
    flipFlops += flow.augment(source, sink);
    if (flipFlops === Infinity) throw new Error(`${stages} stages are too few`);
    const reached = flow.reachable(source);
    const stage = Int32Array.from({ length: count }, (_, unit) => {
      let own = 0;
      while (own < borders && reached[behind(unit, own)] === 1) own++;
      return own;
    });
    const { times, before } = arrivals.compute(stage);
    let late = false;
    arrivals.latest(times).forEach((net, unit) => {
      if (net === 0 || arrivals.ends(net, times[net]) <= period + NEAR) return;
      late = true;
      const first = firstOnPath(arrivals, stage, times, before, net, period);
      if (first < 0) flow.edge(source, behind(unit, 0), Infinity);
      else follows(unit, first, 1);
    });
    if (!late) return { stage, flipFlops };
  }
}

/** The nearest unit on the path to `last` from which on it is too long; -1 where it is so only because inputs come late. */
function firstOnPath(
  arrivals: Arrivals, stage: Stages, times: Float64Array, before: Int32Array, last: Net, period: number,
): number {
  const { units: { maker }, delays: { clockToOutput } } = arrivals;
  const longest = times[last] - (period - arrivals.ends(last, 0)) + clockToOutput - NEAR;
  for (let net = last; ; net = before[net]) {
    const from = before[net];
    const unit = maker[net];
    const input = maker[from] < 0;
    if (input || stage[maker[from]] < stage[unit]) return input && stage[unit] === 0 && arrivals.first > longest ? -1 : unit;
    // With a register behind `from` the path would begin here.
    if (maker[from] !== unit && times[from] < longest) return unit;
  }
}

/** Nets that one unit makes and the same units read, -1 for the inputs' maker and for the outputs' reader. */
interface Alike {
  readonly unit: number;
  readonly readers: readonly number[];
  readonly bits: number;
}

function alike({ units: { reads, maker } }: Arrivals, outgoing: ReadonlySet<Net>): Alike[] {
  const readers = Array.from(maker, (): number[] => []);
  reads.forEach((nets, unit) => nets.forEach(net => readers[net].push(unit)));
  outgoing.forEach(net => readers[net].push(-1));
  const groups = new Map<string, Alike & { bits: number }>();
  readers.forEach((all, net) => {
    if (all.length === 0) return;
    const key = `${maker[net]} ${all.join(' ')}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { unit: maker[net], readers: all, bits: 1 });
    else known.bits++;
  });
  return [...groups.values()];
}
