import type { SynthesisReport } from '../yosys/synthesize.ts';

/** A cell of the target with the net at each bit of each port; undefined for constants and open pins. */
export interface FlatCell {
  /** Path of names from the top module. */
  readonly name: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, readonly (number | undefined)[]>>;
  readonly outputs: Readonly<Record<string, readonly (number | undefined)[]>>;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A netlist without hierarchy; nets are numbers below `nets`. */
export interface FlatNetlist {
  readonly cells: readonly FlatCell[];
  readonly nets: number;
}

type Bit = number | string;

interface JsonCell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly port_directions: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly Bit[]>>;
}

interface JsonModule {
  readonly ports: Readonly<Record<string, { readonly bits: readonly Bit[] }>>;
  readonly cells: Readonly<Record<string, JsonCell>>;
}

/** All instances of a synthesized design, one in another, as one list of cells. */
export function flattenNetlist({ modules }: Pick<SynthesisReport, 'modules'>): FlatNetlist {
  const byName = new Map(modules.map(({ name, json }) => [name, JSON.parse(json) as JsonModule]));
  const cells: FlatCell[] = [];
  // Nets that a module connects from port to port are one: each net points to what it is the same as.
  const same: number[] = [];
  const net = (): number => same.push(same.length) - 1;
  const root = (start: number): number => {
    let at = start;
    while (same[at] !== at) at = same[at] = same[same[at]];
    return at;
  };
  const place = (module: JsonModule, prefix: string, outer: Readonly<Record<string, readonly (number | undefined)[]>>): void => {
    const nets = new Map<number, number>();
    for (const [port, { bits }] of Object.entries(module.ports)) {
      bits.forEach((bit, index) => {
        const given = outer[port]?.[index];
        if (typeof bit !== 'number' || given === undefined) return;
        const known = nets.get(bit);
        if (known === undefined) nets.set(bit, given);
        else same[root(given)] = root(known);
      });
    }
    const number = (bit: Bit): number | undefined => {
      if (typeof bit !== 'number') return undefined;
      if (!nets.has(bit)) nets.set(bit, net());
      return nets.get(bit)!;
    };
    for (const [name, cell] of Object.entries(module.cells)) {
      const pins = Object.fromEntries(Object.entries(cell.connections).map(([port, bits]) => [port, bits.map(number)]));
      const child = byName.get(cell.type);
      if (child !== undefined) {
        place(child, `${prefix}${name}.`, pins);
        continue;
      }
      const of = (direction: string): FlatCell['inputs'] => (
        Object.fromEntries(Object.entries(pins).filter(([port]) => cell.port_directions[port] === direction)));
      cells.push({ name: prefix + name, type: cell.type, parameters: cell.parameters, inputs: of('input'), outputs: of('output') });
    }
  };
  place(byName.get(modules[modules.length - 1].name)!, '', {});
  const resolved = (pins: FlatCell['inputs']): FlatCell['inputs'] => (
    Object.fromEntries(Object.entries(pins).map(([port, bits]) => [port, bits.map((bit) => (bit === undefined ? undefined : root(bit)))])));
  return { cells: cells.map((cell) => ({ ...cell, inputs: resolved(cell.inputs), outputs: resolved(cell.outputs) })), nets: same.length };
}
