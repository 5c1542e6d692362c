import { bitOf, isComplemented, netOf, type Bit, type Cell, type LookUp, type Net, type Netlist } from './netlist.ts';
import type { Pipeline } from './pipeline.ts';
import { simulate } from './simulate.ts';

/** Carry cells of a family: their name and how many places they hold. */
export type CarryCell = 'CARRY4' | 'CARRY8';

/** Carry cells of the targets whose slices are known. */
export const CARRY_CELLS: Readonly<Record<string, CarryCell | undefined>> = { xc7: 'CARRY4', xcup: 'CARRY8' };

export interface SliceOptions {
  /** The expression for a net that no cell drives. */
  readonly inputName: (net: Net) => string;
  readonly carryCell?: CarryCell;
  /** Registers between cells, and behind the last unless `openEnd`. */
  readonly pipeline?: Pipeline;
  readonly openEnd?: boolean;
  /** The condition under which registers load. */
  readonly enable?: string;
  /** Inputs that are one in the state at power-up; the others are zero. */
  readonly idleOnes?: readonly Net[];
  /** Names of the module's own signals get this in front. */
  readonly prefix?: string;
}

/**
 * The netlist as instances of LUT1 to LUT6, LUT6_2 and carry cells, and expressions for `outputs`. Each carry cell has vectors of its own:
 * one along a whole chain would look like a loop to simulators. Registers begin with what their nets are while the inputs are at
 * rest.
 */
export function sliceVerilog(netlist: Netlist, outputs: readonly Bit[], options: SliceOptions): { lines: string[]; outputs: string[] } {
  const { inputName, carryCell = 'CARRY4', pipeline, openEnd = false, enable, idleOnes = [], prefix = '' } = options;
  const size = carryCell === 'CARRY4' ? 4 : 8;
  const names = new Map<Net, string>();
  for (const cell of netlist.cells) {
    if (cell.kind === 'lookup') {
      names.set(cell.o6, `${prefix}t${cell.o6}`);
      if (cell.o5 !== undefined) names.set(cell.o5, `${prefix}t${cell.o5}`);
    } else {
      const vector = `${prefix}c${cell.chain}_${Math.floor(cell.index / size)}`;
      if (cell.sum !== undefined) names.set(cell.sum, `${vector}_o[${cell.index % size}]`);
      if (cell.carry !== undefined) names.set(cell.carry, `${vector}_co[${cell.index % size}]`);
    }
  }
  const registers = new Registers(netlist, pipeline, prefix, net => names.get(net) ?? inputName(net));
  const text = (bit: Bit, stage: number): string => {
    if (netOf(bit) === 0) return isComplemented(bit) ? "1'b1" : "1'b0";
    return `${isComplemented(bit) ? '~' : ''}${registers.read(netOf(bit), stage)}`;
  };
  const stageOf = (cell: Cell): number => pipeline?.ofCell.get(cell) ?? 0;
  const lookups = netlist.cells.filter(cell => cell.kind === 'lookup');
  const wires = lookups.flatMap(({ o6, o5 }) => [names.get(o6)!, ...(o5 === undefined ? [] : [names.get(o5)!])]);
  const declarations: string[] = [];
  for (let start = 0; start < wires.length; start += 12) declarations.push(`wire ${wires.slice(start, start + 12).join(', ')};`);
  const cells = lookups.map(cell => lookupText(cell, names, bit => text(bit, stageOf(cell)), prefix));
  netlist.chains.forEach(({ carryIn, places }, chain) => {
    const stage = stageOf(places[0]);
    for (let start = 0; start < places.length; start += size) {
      const vector = `${prefix}c${chain}_${start / size}`;
      const part = places.slice(start, start + size);
      const padded = (bits: readonly Bit[]): string => (
        `{${[...new Array<string>(size - bits.length).fill("1'b0"), ...[...bits].reverse().map(bit => text(bit, stage))].join(', ')}}`
      );
      const into = start === 0 ? "1'b0" : `${prefix}c${chain}_${start / size - 1}_co[${size - 1}]`;
      const [select, data] = [padded(part.map(place => place.select)), padded(part.map(place => place.data))];
      declarations.push(`wire [${size - 1}:0] ${vector}_o, ${vector}_co;`);
      const first = start === 0 ? text(carryIn, stage) : "1'b0";
      const carry = carryCell === 'CARRY4' ? `.CI(${into}), .CYINIT(${first})` : `.CI(${start === 0 ? first : into}), .CI_TOP(1'b0)`;
      cells.push(`${carryCell} ${vector} (.O(${vector}_o), .CO(${vector}_co), ${carry},`, `  .DI(${data}), .S(${select}));`);
    }
  });
  const results = outputs.map(bit => text(bit, (pipeline?.stages ?? 0) - (openEnd ? 1 : 0)));
  return { lines: [...declarations, ...registers.declarations(idleOnes), ...cells, ...registers.blocks(enable)], outputs: results };
}

/** Vectors of registers between the stages of a pipeline, grown as cells read them. */
class Registers {
  /** By stage: the nets that the vector in front of it holds. */
  private readonly vectors: Map<Net, number>[] = [];

  constructor(
    private readonly netlist: Netlist, private readonly pipeline: Pipeline | undefined, private readonly prefix: string,
    private readonly nameOf: (net: Net) => string,
  ) {}

  /** The net as it is in `stage`, that many clock cycles after it was made. */
  read(net: Net, stage: number): string {
    if (this.pipeline === undefined || this.pipeline.ofNet[net] >= stage) return this.nameOf(net);
    const vector = (this.vectors[stage] ??= new Map<Net, number>());
    if (!vector.has(net)) {
      vector.set(net, vector.size);
      this.read(net, stage - 1);
    }
    return `${this.prefix}s${stage}[${vector.get(net)}]`;
  }

  declarations(idleOnes: readonly Net[]): string[] {
    const idle = this.vectors.length === 0 ? undefined : simulate(this.netlist, new Map(idleOnes.map(net => [net, -1])));
    return this.vectors.flatMap((vector, stage) => {
      const bits = [...vector.keys()].reverse().map(net => idle![net] & 1).join('');
      const value = BigInt(`0b${bits}`).toString(16);
      return [`reg [${vector.size - 1}:0] ${this.prefix}s${stage} = ${vector.size}'h${value};`];
    });
  }

  blocks(enable: string | undefined): string[] {
    const condition = enable === undefined ? '' : `if (${enable}) `;
    return this.vectors.flatMap((vector, stage) => {
      const values = [...vector.keys()].map(net => this.read(net, stage - 1));
      return ['always @(posedge ap_clk)', `  ${condition}${this.prefix}s${stage} <= ${listText(values)};`];
    });
  }
}

function lookupText(cell: LookUp, names: ReadonlyMap<Net, string>, text: (bit: Bit) => string, prefix: string): string {
  const { inputs, table, o6, o5, dual } = cell;
  const pins = inputs.map((net, index) => `.I${index}(${text(bitOf(net))})`);
  if (o5 === undefined) {
    const bits = 2 ** inputs.length;
    const value = table.toString(16).padStart(Math.ceil(bits / 4), '0');
    return `LUT${inputs.length} #(.INIT(${bits}'h${value})) ${prefix}l${o6} (.O(${names.get(o6)}), ${pins.join(', ')});`;
  }
  const spare = [0, 1, 2, 3, 4, 5].slice(inputs.length).map(input => `.I${input}(1'b${dual && input === 5 ? 1 : 0})`);
  const outputs = `.O6(${names.get(o6)}), .O5(${names.get(o5)})`;
  return `LUT6_2 #(.INIT(64'h${table.toString(16).padStart(16, '0')})) ${prefix}l${o6} (${outputs}, ${[...pins, ...spare].join(', ')});`;
}

/** `{c, b, a}` of expressions, the first least significant, in lines that are not too long. */
export function listText(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0];
  const reversed = [...parts].reverse();
  const lines: string[] = [];
  for (let start = 0; start < reversed.length; start += 10) lines.push(`  ${reversed.slice(start, start + 10).join(', ')}`);
  return `{\n${lines.join(',\n')}\n}`;
}
