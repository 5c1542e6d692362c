import type { Delays } from '../../codegen/arithmetic/delays.ts';
import type { CellWeights } from '../yosys/cells.ts';
import type { FlatCell } from './flat-netlist.ts';

/** Where a wire is none, or one inside of a slice: what a pin is for the wire to or from it. */
export type Pin = 'plain' | 'carry' | 'sum' | 'data';

/** Time from an input to an output of a cell, or to its register. */
export interface Arc {
  readonly from: number;
  /** The net that follows; undefined where the path ends in a register. */
  readonly to?: number;
  readonly delay: number;
  readonly pin: Pin;
  readonly kind: 'table' | 'carry' | 'register' | 'other';
}

/** What a cell does to paths: nets that it drives at a clock edge, and arcs. */
export interface CellTiming {
  readonly launches: readonly { readonly net: number; readonly delay: number }[];
  readonly arcs: readonly Arc[];
  /** What the wires behind its outputs begin at. */
  readonly drives: Pin;
}

const CLOCKS = /^(C|CLK|CLKA|CLKB|WCLK|RCLK|WCK|CLKARDCLK|CLKBWRCLK|CLK\d|LSR_CLK)$/;
const LUTRAM_WRITES = /^(D|DI[A-H]?|WE|WRE|WAD|WR_\w+|A\d?_W)$/;

/** The timing of one cell of a target; cells that are not known stop every path. */
export function cellTiming(cell: FlatCell, weigh: CellWeights, delays: Delays): CellTiming {
  const { type } = cell;
  const weights = weigh(type, cell.parameters) ?? {};
  if (type === 'SB_CARRY') return ice40Carry(cell, delays);
  if (/^CARRY[48]$/.test(type)) return xilinxCarry(cell, delays);
  if (type === 'CCU2C') return ecp5Carry(cell, delays);
  if (weights.ff !== undefined || type.startsWith('SRL')) return registered(cell, delays.clockToOutput, delays.setup);
  if (weights.bram !== undefined || weights.dsp !== undefined) return registered(cell, delays.memory, delays.setup);
  if (weights.lutram !== undefined) {
    const { arcs } = through(cell, delays.table, 'table', (port) => !LUTRAM_WRITES.test(port) && !CLOCKS.test(port));
    const ends = registered(cell, 0, delays.setup).arcs.filter(({ from }) => bits(cell, LUTRAM_WRITES).includes(from));
    return { launches: bitsOf(cell.outputs).map((net) => ({ net, delay: delays.clockToOutput })), arcs: [...arcs, ...ends], drives: 'plain' };
  }
  if (weights.lut !== undefined) return through(cell, delays.table, 'table', () => true);
  if (/^(MUXF[789]|PFUMX|L6MUX21)$/.test(type)) {
    const made = through(cell, delays.multiplexer, 'other', () => true);
    // The tables before it are in its slice; what selects comes over a wire.
    const select = bits(cell, /^(S|C0|SD)$/);
    return { ...made, arcs: made.arcs.map((arc) => (select.includes(arc.from) ? arc : { ...arc, pin: 'data' })) };
  }
  return { launches: [], arcs: [], drives: 'plain' };
}

function bitsOf(pins: FlatCell['inputs'], accept: (port: string) => boolean = () => true): number[] {
  return Object.entries(pins).flatMap(([port, nets]) => (accept(port) ? nets.filter((net) => net !== undefined) : []));
}

function bits(cell: FlatCell, ports: RegExp): number[] {
  return bitsOf(cell.inputs, (port) => ports.test(port));
}

function registered(cell: FlatCell, clockToOutput: number, setup: number): CellTiming {
  const data = bits(cell, /^D$/);
  return {
    launches: bitsOf(cell.outputs).map((net) => ({ net, delay: clockToOutput })),
    arcs: bitsOf(cell.inputs, (port) => !CLOCKS.test(port))
      .map((from) => ({ from, delay: setup, pin: data.includes(from) ? 'data' : 'plain', kind: 'register' })),
    drives: 'plain',
  };
}

function through(cell: FlatCell, delay: number, kind: Arc['kind'], accept: (port: string) => boolean): CellTiming {
  const arcs = bitsOf(cell.outputs).flatMap((to) => Object.entries(cell.inputs).flatMap(([port, nets]) => (
    accept(port) ? nets.flatMap((from): Arc[] => (from === undefined ? [] : [{ from, to, delay, kind, pin: port === 'I3' ? 'sum' : 'plain' }])) : [])));
  return { launches: [], arcs, drives: 'plain' };
}

function arc(from: number | undefined, to: number | undefined, delay: number, pin: Pin, kind: Arc['kind'] = 'carry'): Arc[] {
  return from === undefined || to === undefined ? [] : [{ from, to, delay, pin, kind }];
}

/** One place; its sum is a table whose input I3 is the carry. */
function ice40Carry({ inputs, outputs }: FlatCell, { carry, carryIn }: Delays): CellTiming {
  const to = outputs.CO?.[0];
  return {
    launches: [], drives: 'carry',
    arcs: [...arc(inputs.CI?.[0], to, carry, 'carry'), ...arc(inputs.I0?.[0], to, carryIn, 'plain'), ...arc(inputs.I1?.[0], to, carryIn, 'plain')],
  };
}

/** Four or eight places, selected by tables beside them. */
function xilinxCarry({ inputs, outputs }: FlatCell, { carry, carryIn, carryOut }: Delays): CellTiming {
  const arcs: Arc[] = [];
  const places = (outputs.O ?? outputs.CO ?? []).length;
  for (let place = 0; place < places; place++) {
    for (const [list, extra] of [[outputs.O, carryOut], [outputs.CO, 0]] as const) {
      const to = list?.[place];
      if (to === undefined) continue;
      for (const port of ['CI', 'CYINIT', 'CI_TOP']) {
        for (const from of inputs[port] ?? []) arcs.push(...arc(from, to, (place + 1) * carry + extra, port === 'CI' ? 'carry' : 'plain'));
      }
      for (let first = 0; first <= place; first++) {
        if (list === outputs.O && first === place) {
          arcs.push(...arc(inputs.S?.[first], to, extra, 'data'));
          continue;
        }
        for (const port of ['S', 'DI']) arcs.push(...arc(inputs[port]?.[first], to, carryIn + (place - first) * carry + extra, 'data'));
      }
    }
  }
  return { launches: [], arcs, drives: 'carry' };
}

/** Two places with their tables. */
function ecp5Carry({ inputs, outputs }: FlatCell, { table, carry, carryIn, carryOut }: Delays): CellTiming {
  const arcs: Arc[] = [];
  for (const [index, first] of ['0', '1'].entries()) {
    for (const port of ['A', 'B', 'C', 'D']) {
      const from = inputs[port + first]?.[0];
      arcs.push(...arc(from, outputs[`S${first}`]?.[0], table, 'plain'), ...arc(from, outputs.COUT?.[0], carryIn + (1 - index) * carry, 'plain'));
      if (index === 0) arcs.push(...arc(from, outputs.S1?.[0], carryIn + carryOut, 'plain'));
    }
    arcs.push(...arc(inputs.CIN?.[0], outputs[`S${first}`]?.[0], index * carry + carryOut, 'carry'));
  }
  arcs.push(...arc(inputs.CIN?.[0], outputs.COUT?.[0], 2 * carry, 'carry'));
  return { launches: [], arcs, drives: 'carry' };
}
