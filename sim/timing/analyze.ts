import { DELAYS, type Delays } from '../../codegen/arithmetic/delays.ts';
import type { SynthesisReport } from '../yosys/synthesize.ts';
import { SYNTHESIS_TARGETS, type TargetName } from '../yosys/targets.ts';
import { cellTiming, type Arc, type Pin } from './arcs.ts';
import { flattenNetlist } from './flat-netlist.ts';

/** The longest path from a register to a register that the delay model sees in a netlist. */
export interface EstimatedPath {
  /** Nanoseconds. */
  readonly delay: number;
  /** Paths of the names of the cells at its ends. */
  readonly from: string;
  readonly to: string;
  readonly tables: number;
  readonly carries: number;
  /** Part of the delay that is cells. */
  readonly logic: number;
}

/** The clock period that a synthesized design is estimated to reach once placed, by the target's delays. */
export function estimateTiming(report: Pick<SynthesisReport, 'modules' | 'target'>, delays: Delays = DELAYS[report.target]): EstimatedPath {
  const { cells, nets } = flattenNetlist(report);
  const timings = cells.map((cell) => cellTiming(cell, SYNTHESIS_TARGETS[report.target as TargetName].cells, delays));
  const readers = new Int32Array(nets);
  const drivers = new Array<Pin>(nets).fill('plain');
  const driver = new Int32Array(nets).fill(-1);
  const arcs: Arc[] = [];
  const owner: number[] = [];
  const arrival = new Float64Array(nets).fill(-Infinity);
  timings.forEach(({ launches, arcs: own, drives }, cell) => {
    const pins = new Map<number, number>();
    for (const each of own) {
      pins.set(each.from, 1);
      arcs.push(each);
      owner.push(cell);
      if (each.to !== undefined) {
        drivers[each.to] = drives;
        driver[each.to] = cell;
      }
    }
    for (const net of pins.keys()) readers[net]++;
    for (const { net, delay } of launches) {
      arrival[net] = Math.max(arrival[net], delay);
      driver[net] = cell;
    }
  });
  const base = delays.wire + delays.spread * Math.max(0, Math.log2(cells.length / 64));
  const wire = ({ from, pin }: Arc): number => {
    const far = base + delays.fanOut * Math.log2(Math.max(1, readers[from]));
    if (drivers[from] === 'carry') {
      if (pin === 'carry') return 0;
      // Out of a chain into the sum's table it is a wire of its own; elsewhere it passes a table first, where sums have no pin.
      if (report.target === 'ice40') return pin === 'sum' ? delays.carryOut - delays.table : delays.carryOut + far;
    }
    return pin === 'data' && readers[from] === 1 ? 0 : far;
  };
  const order = topological(arcs, nets);
  const before = new Int32Array(nets).fill(-1);
  let last = -1;
  let longest = 0;
  const wires = arcs.map(wire);
  for (const index of order) {
    const { from, to, delay } = arcs[index];
    const time = arrival[from] + wires[index] + delay;
    if (to === undefined) {
      if (time > longest) {
        longest = time;
        last = index;
      }
    } else if (time > arrival[to]) {
      arrival[to] = time;
      before[to] = index;
    }
  }
  if (last < 0) return { delay: 0, from: '', to: '', tables: 0, carries: 0, logic: 0 };
  let [tables, carries, wiring] = [0, 0, 0];
  let start = arcs[last].from;
  for (let index = last; ; index = before[start]) {
    const { from, kind } = arcs[index];
    tables += Number(kind === 'table');
    carries += Number(kind === 'carry');
    wiring += wires[index];
    start = from;
    if (before[start] < 0) break;
  }
  return { delay: longest, from: cells[driver[start]].name, to: cells[owner[last]].name, tables, carries, logic: longest - wiring };
}

/** Indices of arcs so that those into a net stand before those out of it; those of a loop are left out. */
function topological(arcs: readonly Arc[], nets: number): Int32Array {
  const out: number[][] = Array.from({ length: nets }, () => []);
  const waiting = new Int32Array(nets);
  arcs.forEach(({ from, to }, index) => {
    out[from].push(index);
    if (to !== undefined) waiting[to]++;
  });
  const order = new Int32Array(arcs.length);
  let count = 0;
  const ready: number[] = [];
  for (let net = 0; net < nets; net++) if (waiting[net] === 0) ready.push(net);
  for (let net = ready.pop(); net !== undefined; net = ready.pop()) {
    for (const index of out[net]) {
      order[count++] = index;
      const { to } = arcs[index];
      if (to !== undefined && --waiting[to] === 0) ready.push(to);
    }
  }
  return order.subarray(0, count);
}
