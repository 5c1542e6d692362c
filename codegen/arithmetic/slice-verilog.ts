import { isComplemented, netOf, ZERO, type Bit, type LookUp, type Net, type Netlist } from './netlist.ts';

/** Carry cells of a family: their name and how many places they hold. */
export type CarryCell = 'CARRY4' | 'CARRY8';

export interface SliceText {
  readonly lines: string[];
  /** The bit as an expression. */
  readonly text: (bit: Bit) => string;
}

/**
 * The netlist as instances of LUT1 to LUT6, LUT6_2 and carry cells. `inputName` names the nets that no cell drives. Each carry cell has
 * vectors of its own: one along a whole chain would look like a loop to simulators.
 */
export function sliceVerilog(netlist: Netlist, inputName: (net: Net) => string, carryCell: CarryCell = 'CARRY4'): SliceText {
  const size = carryCell === 'CARRY4' ? 4 : 8;
  const names = new Map<Net, string>();
  const nameOf = (net: Net): string => names.get(net) ?? inputName(net);
  const text = (bit: Bit): string => {
    if (netOf(bit) === 0) return isComplemented(bit) ? "1'b1" : "1'b0";
    return isComplemented(bit) ? `~${nameOf(netOf(bit))}` : nameOf(netOf(bit));
  };
  for (const cell of netlist.cells) {
    if (cell.kind === 'lookup') {
      names.set(cell.o6, `t${cell.o6}`);
      if (cell.o5 !== undefined) names.set(cell.o5, `t${cell.o5}`);
    } else {
      const vector = `c${cell.chain}_${Math.floor(cell.index / size)}`;
      if (cell.sum !== undefined) names.set(cell.sum, `${vector}_o[${cell.index % size}]`);
      if (cell.carry !== undefined) names.set(cell.carry, `${vector}_co[${cell.index % size}]`);
    }
  }
  const lookups = netlist.cells.filter(cell => cell.kind === 'lookup');
  const wires = lookups.flatMap(({ o6, o5 }) => [nameOf(o6), ...(o5 === undefined ? [] : [nameOf(o5)])]);
  const lines: string[] = [];
  for (let start = 0; start < wires.length; start += 16) lines.push(`wire ${wires.slice(start, start + 16).join(', ')};`);
  const cells: string[] = [];
  netlist.chains.forEach(({ carryIn, places }, chain) => {
    for (let start = 0; start < places.length; start += size) {
      const vector = `c${chain}_${start / size}`;
      const part = places.slice(start, start + size);
      const padded = (bits: readonly Bit[]): string => (
        `{${[...new Array<string>(size - bits.length).fill("1'b0"), ...[...bits].reverse().map(text)].join(', ')}}`
      );
      const into = start === 0 ? "1'b0" : `c${chain}_${start / size - 1}_co[${size - 1}]`;
      const [select, data] = [padded(part.map(place => place.select)), padded(part.map(place => place.data))];
      lines.push(`wire [${size - 1}:0] ${vector}_o, ${vector}_co;`);
      const first = start === 0 ? text(carryIn) : "1'b0";
      const carry = carryCell === 'CARRY4' ? `.CI(${into}), .CYINIT(${first})` : `.CI(${start === 0 ? first : into}), .CI_TOP(1'b0)`;
      cells.push(`${carryCell} ${vector} (.O(${vector}_o), .CO(${vector}_co), ${carry}, .DI(${data}), .S(${select}));`);
    }
  });
  lines.push(...lookups.map(cell => lookupText(cell, nameOf)), ...cells);
  return { lines, text };
}

function lookupText(cell: LookUp, nameOf: (net: Net) => string): string {
  const { inputs, table, o6, o5, dual } = cell;
  const pins = inputs.map((net, index) => `.I${index}(${nameOf(net)})`);
  if (o5 === undefined) {
    const bits = 2 ** inputs.length;
    const value = table.toString(16).padStart(Math.ceil(bits / 4), '0');
    return `LUT${inputs.length} #(.INIT(${bits}'h${value})) l${o6} (.O(${nameOf(o6)}), ${pins.join(', ')});`;
  }
  const spare = Array.from({ length: 6 - inputs.length }, (_, index) => `.I${inputs.length + index}(1'b${dual && inputs.length + index === 5 ? 1 : 0})`);
  const outputs = `.O6(${nameOf(o6)}), .O5(${nameOf(o5)})`;
  return `LUT6_2 #(.INIT(64'h${table.toString(16).padStart(16, '0')})) l${o6} (${outputs}, ${[...pins, ...spare].join(', ')});`;
}

/** `{c, b, a}` of bits, the first least significant, in lines that are not too long. */
export function bitsText(bits: readonly Bit[], text: (bit: Bit) => string): string {
  const parts = [...(bits.length === 0 ? [ZERO] : bits)].reverse().map(text);
  const lines: string[] = [];
  for (let start = 0; start < parts.length; start += 10) lines.push(`  ${parts.slice(start, start + 10).join(', ')}`);
  return `{\n${lines.join(',\n')}\n}`;
}
