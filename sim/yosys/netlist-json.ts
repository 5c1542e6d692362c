import { addCells, NO_CELLS, type CellCounts, type CellWeights } from './cells.ts';

/** A module of a JSON netlist of Yosys, as far as it is read here. A net is a number; constants are text. */
export interface JsonModule {
  readonly cells: Readonly<Record<string, JsonCell>>;
}

interface JsonCell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly port_directions: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}

export interface NetlistStatistics {
  readonly cells: CellCounts;
  /** Number of cells of each type that the target's table does not know, and of no module of the design. */
  readonly unknown: Readonly<Record<string, number>>;
  /** All cell types. */
  readonly types: Readonly<Record<string, number>>;
  /** The module of each instance. */
  readonly instances: Readonly<Record<string, string>>;
  /** Cells on the longest path from a register, port or instance to another, without the registers. */
  readonly depth: number;
}

/** Counts the cells of one module; `isModule` tells modules of the design from cells of the target. */
export function netlistStatistics(
  module: JsonModule, weigh: CellWeights, isModule: (type: string) => boolean,
): NetlistStatistics {
  let cells = NO_CELLS;
  const [unknown, types, instances]: [Record<string, number>, Record<string, number>, Record<string, string>] = [{}, {}, {}];
  for (const [name, cell] of Object.entries(module.cells)) {
    if (isModule(cell.type)) {
      instances[name] = cell.type;
      continue;
    }
    types[cell.type] = (types[cell.type] ?? 0) + 1;
    const weights = weigh(cell.type, cell.parameters);
    if (weights === undefined) unknown[cell.type] = (unknown[cell.type] ?? 0) + 1;
    else cells = addCells(cells, weights);
  }
  const logic = Object.values(module.cells).filter(cell => !isModule(cell.type) && isCombinational(cell, weigh));
  return { cells, unknown, types, instances, depth: longestPath(logic) };
}

/** Inputs of memories that act at a clock edge only. */
const CLOCKED_INPUT = /^(D|DI[A-H]?|WE|WCLK|WRE|WCK|WAD|CE|CLK|WR_\w+)$/;

function isCombinational({ type, parameters }: JsonCell, weigh: CellWeights): boolean {
  const weights = weigh(type, parameters) ?? {};
  if (weights.ff !== undefined || weights.bram !== undefined || type.startsWith('SRL')) return false;
  // DSP blocks work within a cycle only if all their registers are bypassed.
  if (weights.dsp === undefined) return true;
  return !Object.entries(parameters).some(([name, value]) => name.endsWith('REG') && value.includes('1'));
}

/** Cells on the longest path; an edge that closes a loop (through different bits of a carry cell) is left out. */
function longestPath(cells: readonly JsonCell[]): number {
  const driver = new Map<number, number>();
  cells.forEach((cell, index) => {
    for (const [port, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] === 'output') for (const bit of bits) if (typeof bit === 'number') driver.set(bit, index);
    }
  });
  const sources = cells.map(cell => {
    const found = new Set<number>();
    for (const [port, bits] of Object.entries(cell.connections)) {
      if (cell.port_directions[port] !== 'input' || (isMemory(cell) && CLOCKED_INPUT.test(port))) continue;
      for (const bit of bits) {
        const source = typeof bit === 'number' ? driver.get(bit) : undefined;
        if (source !== undefined) found.add(source);
      }
    }
    return [...found];
  });
  // Depth first, without recursion: 0 is not visited, -1 is on the stack.
  const depth = new Int32Array(cells.length);
  const next = new Int32Array(cells.length);
  let longest = 0;
  for (let root = 0; root < cells.length; root++) {
    if (depth[root] !== 0) continue;
    const stack = [root];
    while (stack.length > 0) {
      const cell = stack[stack.length - 1];
      depth[cell] = -1;
      while (next[cell] < sources[cell].length && depth[sources[cell][next[cell]]] !== 0) next[cell]++;
      if (next[cell] < sources[cell].length) {
        stack.push(sources[cell][next[cell]]);
        continue;
      }
      depth[cell] = 1 + sources[cell].reduce((most, source) => Math.max(most, depth[source]), 0);
      longest = Math.max(longest, depth[cell]);
      stack.pop();
    }
  }
  return longest;
}

function isMemory({ type }: JsonCell): boolean {
  return /^(RAM\d|TRELLIS_DPR|\$mem)/.test(type);
}
