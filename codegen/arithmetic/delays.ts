/**
 * What cells and wires of a target take, in nanoseconds: for the plan of registers before there is a netlist, and for the analysis of
 * netlists. Wires are what placement usually leaves on a longest path, not what they could be at best.
 */
export interface Delays {
  /** Clock edge to the output of a flip-flop, and what its input must be there before the next. */
  readonly clockToOutput: number;
  readonly setup: number;
  /** Clock edge to the output of a memory block. */
  readonly memory: number;
  /** Through a look-up table; through a multiplexer between tables of one slice. */
  readonly table: number;
  readonly multiplexer: number;
  /** From a table or a wire into a carry chain, through each further place, and out of it into a sum. */
  readonly carryIn: number;
  readonly carry: number;
  readonly carryOut: number;
  /** Through an adder of one place: the table before the chain, into it and out of it. */
  readonly adder: number;
  /** Inputs of a table. */
  readonly inputs: number;
  /** Bits of one weight that are best counted at once in tables. */
  readonly counted: number;
  /** Whether a table with its carry is one full adder and no more: then sums are chains, each with a bit that enters as its carry. */
  readonly chains: boolean;
  /** Whether there are blocks for products of variables. */
  readonly multipliers: boolean;
  /** A wire to one reader near by, and what each doubling of the readers adds. */
  readonly wire: number;
  readonly fanOut: number;
  /** What each doubling of the cells of a design beyond 64 adds to a wire. */
  readonly spread: number;
}

/** By target. iCE40 HX as nextpnr measures it (`npm run bench:timing`); the others from the data sheets of middle speed grades. */
export const DELAYS = {
  xc7: {
    clockToOutput: 0.46, setup: 0.06, memory: 2.1, table: 0.12, multiplexer: 0.2, carryIn: 0.35, carry: 0.03, carryOut: 0.22,
    adder: 0.69, inputs: 6, counted: 6, chains: false, multipliers: true,
    wire: 0.45, fanOut: 0.08, spread: 0.02,
  },
  xcup: {
    clockToOutput: 0.1, setup: 0.03, memory: 1, table: 0.08, multiplexer: 0.1, carryIn: 0.15, carry: 0.01, carryOut: 0.09,
    adder: 0.32, inputs: 6, counted: 6, chains: false, multipliers: true,
    wire: 0.28, fanOut: 0.05, spread: 0.012,
  },
  ice40: {
    clockToOutput: 0.54, setup: 0.1, memory: 2.15, table: 0.43, multiplexer: 0, carryIn: 0.26, carry: 0.15, carryOut: 0.57,
    adder: 0.83, inputs: 4, counted: 3, chains: true, multipliers: false,
    wire: 0.4, fanOut: 0.11, spread: 0.05,
  },
  ecp5: {
    clockToOutput: 0.52, setup: 0.1, memory: 4, table: 0.24, multiplexer: 0.2, carryIn: 0.45, carry: 0.04, carryOut: 0.44,
    adder: 0.89, inputs: 4, counted: 4, chains: true, multipliers: true,
    wire: 0.55, fanOut: 0.1, spread: 0.03,
  },
  lut4: {
    clockToOutput: 0.4, setup: 0.1, memory: 2, table: 0.4, multiplexer: 0, carryIn: 0.4, carry: 0.4, carryOut: 0.4,
    adder: 0.8, inputs: 4, counted: 6, chains: false, multipliers: false,
    wire: 0.6, fanOut: 0.1, spread: 0.03,
  },
  lut6: {
    clockToOutput: 0.4, setup: 0.1, memory: 2, table: 0.25, multiplexer: 0, carryIn: 0.25, carry: 0.25, carryOut: 0.25,
    adder: 0.6, inputs: 6, counted: 6, chains: false, multipliers: false,
    wire: 0.5, fanOut: 0.1, spread: 0.03,
  },
} as const satisfies Readonly<Record<string, Delays>>;

export type TimedTarget = keyof typeof DELAYS;

/** The delays of a target, or of the one that hardware is made for where none is named. */
export function delaysOf(target: string | undefined): Delays {
  return DELAYS[(target ?? 'xc7') as TimedTarget] ?? DELAYS.xc7;
}

/** A wire as it is before anything is known of its readers: a design of a thousand cells, two readers. */
export function usualWire({ wire, fanOut, spread }: Delays): number {
  return wire + fanOut + 4 * spread;
}

/** What a path from register to register takes beside its logic: the first wire included. */
export function aroundLogic(delays: Delays): number {
  return delays.clockToOutput + usualWire(delays) + delays.setup;
}
