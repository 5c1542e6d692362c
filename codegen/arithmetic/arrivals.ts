import type { Delays } from './delays.ts';
import { netOf, type Bit, type Cell, type Net, type Netlist } from './netlist.ts';

/**
 * Cells of a netlist that work in one clock cycle: a carry chain with the tables that select in it, a table alone, or several chains that read each
 * other.
 */
export interface Units {
  /** Each unit comes after those whose nets it reads. */
  readonly count: number;
  /** By cell, in the netlist's order. */
  readonly ofCell: Int32Array;
  /** By net: the unit that makes it, -1 for inputs and constants. */
  readonly maker: Int32Array;
  /** By unit: the nets that it reads and does not make. */
  readonly reads: readonly (readonly Net[])[];
}

/** The nets that a cell makes. */
export function netsOf(cell: Cell): Net[] {
  return (cell.kind === 'place' ? [cell.sum, cell.carry] : [cell.o6, cell.o5]).filter(net => net !== undefined);
}

export function unitsOf({ cells, chains, level }: Netlist): Units {
  const chainOf = new Map<Net, number>();
  for (const cell of cells) if (cell.kind === 'place' && !cell.through && netOf(cell.select) > 0) chainOf.set(netOf(cell.select), cell.chain);
  let pieces = chains.length;
  const piece = cells.map(cell => (cell.kind === 'place' ? cell.chain : chainOf.get(cell.o6) ?? pieces++));
  const maker = new Int32Array(level.length).fill(-1);
  cells.forEach((cell, index) => netsOf(cell).forEach(net => { maker[net] = piece[index]; }));
  const reads = Array.from({ length: pieces }, () => new Set<Net>());
  const read = (reader: number, bit: Bit): void => { if (netOf(bit) > 0) reads[reader].add(netOf(bit)); };
  chains.forEach(({ carryIn }, chain) => read(chain, carryIn));
  cells.forEach((cell, index) => (
    cell.kind === 'lookup' ? cell.inputs.map(net => 2 * net) : [cell.select, cell.data]).forEach(bit => read(piece[index], bit)));
  // Pieces in a ring are one unit.
  const groups = connected(reads.map(nets => [...nets].map(net => maker[net]).filter(from => from >= 0)));
  const unitOf = new Int32Array(pieces);
  groups.forEach((group, unit) => group.forEach(each => { unitOf[each] = unit; }));
  const ofNet = maker.map(from => (from < 0 ? -1 : unitOf[from]));
  return {
    count: groups.length, ofCell: Int32Array.from(piece, each => unitOf[each]), maker: ofNet,
    reads: groups.map((group, unit) => [...new Set(group.flatMap(each => [...reads[each]]))].filter(net => ofNet[net] !== unit)),
  };
}

/** The strongly connected parts of a graph, each after those that its nodes come `from` (Tarjan's algorithm). */
function connected(from: readonly (readonly number[])[]): number[][] {
  const found = new Int32Array(from.length).fill(-1);
  const lowest = new Int32Array(from.length);
  const done = new Uint8Array(from.length);
  const open: number[] = [];
  const groups: number[][] = [];
  let time = 0;
  for (let root = 0; root < from.length; root++) {
    if (found[root] >= 0) continue;
    const path = [root];
    const next = [0];
    while (path.length > 0) {
      const node = path[path.length - 1];
      const at = next[next.length - 1]++;
      if (at === 0) {
        found[node] = lowest[node] = time++;
        open.push(node);
      }
      if (at < from[node].length) {
        const before = from[node][at];
        if (found[before] < 0) {
          path.push(before);
          next.push(0);
        } else if (done[before] === 0) {
          lowest[node] = Math.min(lowest[node], found[before]);
        }
        continue;
      }
      path.pop();
      next.pop();
      if (path.length > 0) lowest[path[path.length - 1]] = Math.min(lowest[path[path.length - 1]], lowest[node]);
      if (lowest[node] !== found[node]) continue;
      const group = open.splice(open.lastIndexOf(node));
      group.forEach(each => { done[each] = 1; });
      groups.push(group);
    }
  }
  return groups;
}

/** What is around a netlist. */
export interface Surroundings {
  /** Cells of the whole design: wires are longer in a large one. */
  readonly cells: number;
  /** How long after the clock edge inputs come, without the wire; they leave registers where absent. */
  readonly arrival?: number;
}

/** When the nets of a netlist are there in their clock cycle, in nanoseconds after the edge, by the delays of a target. */
export class Arrivals {
  readonly units: Units;
  /** By net: nanoseconds on the wire to a reader. */
  readonly wire: Float64Array;
  /** Readers by net: cells, four places of a chain one, and one more for what leaves. */
  private readonly readers: Int32Array;
  /** When inputs are there in the first clock cycle. */
  readonly first: number;

  constructor(readonly netlist: Netlist, outputs: readonly Bit[], readonly delays: Delays, { cells, arrival }: Surroundings) {
    this.units = unitsOf(netlist);
    this.first = arrival ?? delays.clockToOutput;
    const readers = new Int32Array(netlist.level.length);
    const read = (bits: readonly Bit[]): void => new Set(bits.map(netOf)).forEach(net => { readers[net]++; });
    for (const cell of netlist.cells) if (cell.kind === 'lookup') read(cell.inputs.map(net => 2 * net));
    for (const { carryIn, places } of netlist.chains) {
      for (let start = 0; start < places.length; start += 4) {
        const cell = places.slice(start, start + 4).flatMap(({ select, data }) => [select, data]);
        read(start === 0 ? [carryIn, ...cell] : cell);
      }
    }
    read(outputs);
    this.readers = readers;
    const base = delays.wire + delays.spread * Math.max(0, Math.log2(cells / 64));
    this.wire = Float64Array.from(readers, count => base + delays.fanOut * Math.log2(Math.max(1, count)));
  }

  /** What a net that is there after `time` asks of a clock period: a flip-flop beside its maker takes it where nothing else does. */
  ends(net: Net, time: number): number {
    return time + (this.readers[net] > 1 ? this.wire[net] : 0) + this.delays.setup;
  }

  /**
   * By net: when it is there, in the clock cycle of the unit that makes it, and the net that it waited for longest (0: none). `stage` has the clock
   * cycle of each unit; what is made in an earlier one comes from a register. Cells stand in an order in which everything is computed
   * before it is read.
   */
  compute(stage: Int32Array): { readonly times: Float64Array; readonly before: Int32Array } {
    const { netlist: { cells, chains }, delays, units: { ofCell, maker }, wire, readers } = this;
    const times = new Float64Array(wire.length);
    const before = new Int32Array(wire.length);
    const carries = new Float64Array(chains.length);
    const carried = new Int32Array(chains.length);
    const at = (net: Net, now: number): number => {
      if (net === 0) return 0;
      const unit = maker[net];
      if (unit < 0) return now === 0 ? this.first : delays.clockToOutput;
      return stage[unit] < now ? delays.clockToOutput : times[net];
    };
    /** Into a chain there is no wire from what is read by it alone. */
    const beside = (net: Net, now: number): number => at(net, now) + (readers[net] > 1 ? wire[net] : 0);
    const reach = (net: Net | undefined, time: number, from: Net): void => {
      if (net === undefined) return;
      times[net] = time;
      before[net] = from;
    };
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index];
      const now = stage[ofCell[index]];
      if (cell.kind === 'lookup') {
        let [latest, from] = [0, 0];
        for (const net of cell.inputs) {
          const time = at(net, now) + wire[net];
          if (time > latest) [latest, from] = [time, net];
        }
        reach(cell.o6, latest + delays.table, from);
        reach(cell.o5, latest + delays.table, from);
        continue;
      }
      const { chain, select, data } = cell;
      const [selects, brings] = [netOf(select), netOf(data)];
      const selected = beside(selects, now);
      const brought = beside(brings, now);
      if (cell.index === 0) {
        carried[chain] = netOf(chains[chain].carryIn);
        carries[chain] = at(carried[chain], now) + wire[carried[chain]];
      }
      const through = carries[chain] + delays.carry;
      reach(cell.sum, Math.max(through, selected) + delays.carryOut, through > selected ? carried[chain] : selects);
      carries[chain] = Math.max(through, selected + delays.carryIn, brought + delays.carryIn);
      if (carries[chain] > through) carried[chain] = selected > brought ? selects : brings;
      reach(cell.carry, carries[chain], carried[chain]);
    }
    return { times, before };
  }

  /** By unit: the net that asks most of a clock period. */
  latest(times: Float64Array): Int32Array {
    const { count, maker } = this.units;
    const result = new Int32Array(count);
    maker.forEach((unit, net) => {
      if (unit >= 0 && (result[unit] === 0 || this.ends(net, times[net]) > this.ends(result[unit], times[result[unit]]))) result[unit] = net;
    });
    return result;
  }
}
