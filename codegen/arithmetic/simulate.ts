import { isComplemented, netOf, type Bit, type Net, type Netlist } from './netlist.ts';

/**
 * Computes all nets for 32 cases at once: bit k of a word belongs to case k. `inputs` holds words by net; the result holds every
 * net's word.
 */
export function simulate(netlist: Netlist, inputs: ReadonlyMap<Net, number>): Int32Array {
  const words = new Int32Array(netlist.level.length);
  inputs.forEach((word, net) => { words[net] = word; });
  const read = (bit: Bit): number => (isComplemented(bit) ? ~words[netOf(bit)] : words[netOf(bit)]);
  const carries = netlist.chains.map(({ carryIn }) => read(carryIn));
  const started = new Uint8Array(netlist.chains.length);
  for (const cell of netlist.cells) {
    if (cell.kind === 'place') {
      const { chain, select, data, sum, carry } = cell;
      // A chain's first carry may come from a net that was computed in between.
      if (started[chain] === 0) carries[chain] = read(netlist.chains[chain].carryIn);
      started[chain] = 1;
      const selected = read(select);
      if (sum !== undefined) words[sum] = selected ^ carries[chain];
      carries[chain] = (selected & carries[chain]) | (~selected & read(data));
      if (carry !== undefined) words[carry] = carries[chain];
    } else {
      const values = cell.inputs.map(net => words[net]);
      if (cell.dual) {
        words[cell.o6] = choose(cell.table >> 32n, values);
        words[cell.o5!] = choose(cell.table & 0xffffffffn, values);
      } else {
        words[cell.o6] = choose(cell.table, values);
        if (cell.o5 !== undefined) words[cell.o5] = choose(cell.table, [...values.slice(0, 5), 0]);
      }
    }
  }
  return words;
}

/** The table's entries chosen by `values`, from the last input to the first. */
function choose(table: bigint, values: readonly number[]): number {
  let entries: number[] = [];
  for (let entry = 0; entry < 1 << values.length; entry++) entries.push((table >> BigInt(entry)) & 1n ? -1 : 0);
  for (let input = values.length - 1; input >= 0; input--) {
    const half = entries.length >> 1;
    const next: number[] = new Array<number>(half);
    for (let i = 0; i < half; i++) next[i] = (entries[i + half] & values[input]) | (entries[i] & ~values[input]);
    entries = next;
  }
  return entries[0];
}
