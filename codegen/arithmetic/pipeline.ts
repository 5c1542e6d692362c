import { usualWire, type Delays } from './delays.ts';
import { placeRegisters } from './levels.ts';
import { netOf, type Cell, type Net, type Netlist } from './netlist.ts';

/** In which stage, 0 to stages - 1, each cell works and each net is made; inputs are made in stage 0. */
export interface Pipeline {
  readonly stages: number;
  readonly ofCell: ReadonlyMap<Cell, number>;
  readonly ofNet: Int32Array;
}

/**
 * Spreads a netlist over `stages` clock cycles by the level of its cells, with the fewest flip-flops between which no path takes longer than
 * `budget` nanoseconds, or than the shortest that so many stages allow. A carry chain stays whole, with the tables that select in it, and no
 * cell works before what it reads; a register stands behind the last stage.
 */
export function pipeline(netlist: Netlist, stages: number, delays: Delays, budget: number): Pipeline {
  const { cells, chains, level } = netlist;
  const chainOf = new Map<Net, number>();
  for (const cell of cells) if (cell.kind === 'place') chainOf.set(netOf(cell.select), cell.chain);
  // A unit is a chain with its tables, or a table alone.
  const unitOf = new Map<Cell, number>();
  let units = chains.length;
  for (const cell of cells) {
    unitOf.set(cell, cell.kind === 'place' ? cell.chain : chainOf.get(cell.o6) ?? units++);
  }
  const deepest = level.reduce((most, each) => Math.max(most, each), 1);
  const stage = new Int32Array(units);
  const maker = new Int32Array(level.length).fill(-1);
  const made = (cell: Cell): Net[] => (
    (cell.kind === 'place' ? [cell.sum, cell.carry] : [cell.o6, cell.o5]).filter(net => net !== undefined)
  );
  const readBy = (cell: Cell): readonly Net[] => {
    if (cell.kind === 'lookup') return cell.inputs;
    return [cell.select, cell.data, ...(cell.index === 0 ? [chains[cell.chain].carryIn] : [])].map(netOf);
  };
  // What a level adds is half a table with a chain of four places: both count as one.
  const delay = (usualWire(delays) + delays.adder + 3 * delays.carry) / 2;
  const live = liveNets(cells, level, deepest, readBy, made);
  const registers = placeRegisters(Array.from(live, bits => ({ delay, ripple: 0, bits })), stages, budget);
  const stageOfLevel = registers.map((_, index) => registers.slice(0, index).reduce((sum, count) => sum + count, 0));
  for (const cell of cells) {
    const unit = unitOf.get(cell)!;
    for (const net of made(cell)) {
      maker[net] = unit;
      const wanted = stageOfLevel[level[net] - 1];
      stage[unit] = Math.max(stage[unit], wanted);
    }
  }
  for (let changed = true; changed;) {
    changed = false;
    for (const cell of cells) {
      const unit = unitOf.get(cell)!;
      for (const net of readBy(cell)) {
        if (maker[net] < 0 || stage[maker[net]] <= stage[unit]) continue;
        stage[unit] = stage[maker[net]];
        changed = true;
      }
    }
  }
  return {
    stages,
    ofCell: new Map(cells.map(cell => [cell, stage[unitOf.get(cell)!]])),
    ofNet: Int32Array.from(maker, unit => (unit < 0 ? 0 : stage[unit])),
  };
}

/** By level: nets that are made up to there and read above, or by nobody here: these are results. */
function liveNets(
  cells: readonly Cell[], level: readonly number[], deepest: number, readBy: (cell: Cell) => readonly Net[], made: (cell: Cell) => readonly Net[],
): Float64Array {
  const last = new Int32Array(level.length);
  for (const cell of cells) {
    const own = made(cell).reduce((most, net) => Math.max(most, level[net]), 0);
    for (const net of readBy(cell)) last[net] = Math.max(last[net], own);
  }
  const live = new Float64Array(deepest);
  level.forEach((from, net) => {
    if (net === 0) return;
    for (let at = Math.max(from, 1); at < (last[net] === 0 ? deepest + 1 : last[net]); at++) live[at - 1]++;
  });
  return live;
}
