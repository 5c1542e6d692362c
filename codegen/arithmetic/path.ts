import { netOf, type Netlist } from './netlist.ts';

/** Cells on the longest way through the netlist. It is what `ltp` of Yosys counts. */
export function longestPath(netlist: Netlist, places?: number): number {
  return arrivalsOf(netlist, places).reduce((most, time) => Math.max(most, time), 0);
}

/**
 * Cells on the longest way to each net, look-up tables and carry cells of `places` places counting one each: every output of a carry cell as
 * late as its latest input.
 */
export function arrivalsOf(netlist: Netlist, places = 4): Float64Array {
  const { cells, chains } = netlist;
  // A carry cell is finished with its last place; what reads it in between reads the whole cell.
  const arrival = new Float64Array(netlist.level.length);
  const carryCells = chains.map(({ places: all }) => new Float64Array(Math.ceil(all.length / places)));
  const readers = cells.map(cell => (cell.kind === 'place' ? [cell.select, cell.data].map(netOf) : cell.inputs));
  // Cells stand in an order by place; the levels of whole carry cells settle within a few rounds.
  for (let changed = true; changed;) {
    changed = false;
    cells.forEach((cell, index) => {
      const latest = readers[index].reduce((most, net) => Math.max(most, arrival[net]), 0);
      if (cell.kind === 'lookup') {
        for (const net of cell.o5 === undefined ? [cell.o6] : [cell.o6, cell.o5]) {
          if (arrival[net] !== latest + 1) changed = true;
          arrival[net] = latest + 1;
        }
        return;
      }
      const group = Math.floor(cell.index / places);
      const times = carryCells[cell.chain];
      const entering = group === 0 ? arrival[netOf(chains[cell.chain].carryIn)] : times[group - 1];
      const time = Math.max(times[group], latest + 1, entering + 1);
      if (time !== times[group]) changed = true;
      times[group] = time;
      for (const net of [cell.sum, cell.carry]) if (net !== undefined) arrival[net] = time;
    });
  }
  return arrival;
}
