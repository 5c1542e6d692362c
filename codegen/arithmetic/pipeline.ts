import { Arrivals } from './arrivals.ts';
import type { Delays } from './delays.ts';
import type { Bit, Cell, Netlist } from './netlist.ts';
import { earliestStages, fewestFlipFlops, leastPeriod, longestStage, type Stages } from './stages.ts';

/** In which stage, 0 to stages - 1, each cell works and each net is made; inputs are made in stage 0. */
export interface Pipeline {
  readonly stages: number;
  readonly ofCell: ReadonlyMap<Cell, number>;
  readonly ofNet: Int32Array;
  /** Between the stages and behind the last. */
  readonly flipFlops: number;
  /** Nanoseconds that the longest path between registers asks of a clock period. */
  readonly period: number;
}

/** Cells of a design that is worth so much care: wires are as long as there. */
const USUAL_CELLS = 32768;

export function arrivalsOf(netlist: Netlist, outputs: readonly Bit[], delays: Delays): Arrivals {
  return new Arrivals(netlist, outputs, delays, { cells: USUAL_CELLS });
}

const cyclesOf = (stage: Stages): number => stage.reduce((most, each) => Math.max(most, each), 0) + 1;

/** The fewest stages for a clock period in nanoseconds, or for the shortest that registers can make if that is longer. */
export function stagesFor(arrivals: Arrivals, period: number): number {
  return cyclesOf(earliestStages(arrivals, Math.max(period, leastPeriod(arrivals))));
}

/**
 * Spreads a netlist over `stages` clock cycles with the fewest flip-flops between which no path takes longer than `period` nanoseconds, or than the
 * shortest period that so many stages allow. A carry chain stays whole, with the tables that select in it; a register stands behind the last
 * stage.
 */
export function pipeline(arrivals: Arrivals, outputs: readonly Bit[], stages: number, period: number): Pipeline {
  const { netlist: { cells }, units: { count, ofCell, maker } } = arrivals;
  const { stage, flipFlops } = fewestFlipFlops(arrivals, outputs, stages, shortestWithin(arrivals, stages, period, new Int32Array(count)));
  return {
    stages, flipFlops, period: longestStage(arrivals, stage),
    ofCell: new Map(cells.map((cell, index) => [cell, stage[ofCell[index]]])),
    ofNet: Int32Array.from(maker, unit => (unit < 0 ? 0 : stage[unit])),
  };
}

/** Steps in which the shortest period for a number of stages is sought. */
const STEPS = 12;

function shortestWithin(arrivals: Arrivals, stages: number, period: number, together: Stages): number {
  const least = Math.max(period, leastPeriod(arrivals));
  if (cyclesOf(earliestStages(arrivals, least)) <= stages) return least;
  let [short, long] = [least, longestStage(arrivals, together)];
  for (let step = 0; step < STEPS && stages > 1; step++) {
    const middle = (short + long) / 2;
    const stage = earliestStages(arrivals, middle);
    if (cyclesOf(stage) > stages) short = middle;
    else long = longestStage(arrivals, stage);
  }
  return long;
}
