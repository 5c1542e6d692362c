import type { Counting } from '../../codegen/arithmetic/atoms.ts';
import { netOf, type Bit, type LookUp, type Net, type Netlist, type Place } from '../../codegen/arithmetic/netlist.ts';

/**
 * Places that a slice of 7 series cannot have. The sum, the carry and the table's second output share one pin, and with `registered` the
 * sum can leave through the flip-flop beside it; the bypass pin feeds the data of a first place or the chain's carry in, not both.
 */
export function illegalPlaces(netlist: Netlist, outputs: readonly Bit[], counting: Counting): string[] {
  const read = new Map<Net, number>();
  const note = (bit: Bit): void => { read.set(netOf(bit), (read.get(netOf(bit)) ?? 0) + 1); };
  const tables = new Map<Net, LookUp>();
  for (const cell of netlist.cells) {
    if (cell.kind === 'lookup') {
      cell.inputs.forEach(net => note(2 * net));
      tables.set(cell.o6, cell);
    }
  }
  outputs.forEach(note);
  const places = netlist.cells.filter((cell): cell is Place => cell.kind === 'place');
  const tableOf = (place: Place): LookUp | undefined => (place.through ? undefined : tables.get(netOf(place.select)));
  for (const place of places) if (netOf(place.data) !== (tableOf(place)?.o5 ?? -1)) note(place.data);
  netlist.chains.forEach(({ carryIn }) => note(carryIn));
  const isRead = (net: Net | undefined): boolean => net !== undefined && net !== 0 && read.has(net);
  const most = counting === 'registered' ? 2 : 1;
  return places.flatMap(place => {
    const faults: string[] = [];
    const table = tableOf(place);
    const leaving = [place.sum, place.carry, table?.o5].filter(isRead).length;
    if (leaving > most) faults.push(`chain ${place.chain}, place ${place.index}: ${leaving} outputs on one pin`);
    if (netOf(place.select) !== 0 && table !== undefined && places.filter(other => !other.through && other.select === place.select).length > 1) {
      faults.push(`chain ${place.chain}, place ${place.index}: its table selects in two places`);
    }
    const bypassed = netOf(place.data) !== 0 && netOf(place.data) !== table?.o5;
    if (place.index === 0 && bypassed && netOf(netlist.chains[place.chain].carryIn) !== 0) {
      faults.push(`chain ${place.chain}: data and carry in through one pin`);
    }
    return faults;
  });
}
