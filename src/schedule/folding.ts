import { userError } from '../base/diagnostic.ts';
import { nearest } from '../base/suggest.ts';
import { bitsOf, type FixedGraph } from '../fixed/ir.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { MatrixUnit, Unit } from './units.ts';

/** How much of a unit's work is done in one clock cycle. */
export interface Fold {
  /** Result elements: rows computed at a time (processing elements). */
  readonly pe: number;
  /** Operand elements: columns taken a clock cycle. */
  readonly simd: number;
}

export type Folding = ReadonlyMap<string, Fold>;

/** Clock cycles that a unit needs for one vector. */
export function cyclesOf(unit: Unit, fold: Fold, graph: FixedGraph): number {
  if (unit.kind === 'matrix') return (unit.dot.rows / fold.pe) * (unit.dot.columns / fold.simd);
  return Math.max(sizeOf(graph.nodes[unit.output].shape) / fold.pe, ...unit.inputs.map((arg) => sizeOf(graph.nodes[arg].shape) / fold.simd));
}

/** One-bit products a clock cycle that a network gets where nobody says how it is folded. */
const PRODUCTS_A_CYCLE = 4096;

/**
 * A balanced folding: the smallest interval whose products, weighted by the bits of their factors, stay within a fixed budget a
 * cycle; each unit then takes the fewest products that meet that interval.
 */
export function defaultFolding(units: readonly Unit[], graph: FixedGraph): Folding {
  const matrices = units.filter((unit) => unit.kind === 'matrix');
  const candidates = [...new Set(matrices.flatMap((unit) => choices(unit, graph).map((choice) => choice.cycles)))].sort((a, b) => a - b);
  for (const interval of candidates) {
    const chosen = matrices.map((unit) => cheapest(unit, graph, interval));
    if (chosen.some((choice) => choice === undefined)) continue;
    if (chosen.reduce((sum, choice) => sum + choice!.cost, 0) > PRODUCTS_A_CYCLE && interval !== candidates[candidates.length - 1]) continue;
    const folding = new Map(matrices.map((unit, i) => [unit.name, chosen[i]!.fold]));
    return withElementwise(folding, units, graph, interval);
  }
  return withElementwise(new Map(), units, graph, 1);
}

interface Choice { readonly fold: Fold; readonly cycles: number; readonly cost: number }

function choices(unit: MatrixUnit, graph: FixedGraph): Choice[] {
  const { rows, columns, weights } = unit.dot;
  const weightBits = weights.reduce((bits, weight) => Math.max(bits, Math.abs(weight)), 1).toString(2).length;
  const product = bitsOf(graph.nodes[unit.inputs[0]].type) * weightBits;
  return divisors(rows).flatMap((pe) => divisors(columns).map((simd) => ({
    fold: { pe, simd }, cycles: (rows / pe) * (columns / simd), cost: pe * simd * product + 8 * pe,
  })));
}

function cheapest(unit: MatrixUnit, graph: FixedGraph, interval: number): Choice | undefined {
  return choices(unit, graph).filter((choice) => choice.cycles <= interval).sort((a, b) => a.cost - b.cost || a.fold.pe - b.fold.pe)[0];
}

/** Elementwise and vector units pass what their neighbours bring: enough elements a beat for the interval. */
function withElementwise(folding: Map<string, Fold>, units: readonly Unit[], graph: FixedGraph, interval: number): Folding {
  for (const unit of units) {
    if (unit.kind === 'matrix') continue;
    const fit = (size: number): number => divisors(size).find((lanes) => size / lanes <= interval)!;
    const output = fit(sizeOf(graph.nodes[unit.output].shape));
    const input = unit.kind === 'elementwise' ? output : fit(sizeOf(graph.nodes[unit.inputs[0]].shape));
    folding.set(unit.name, { pe: output, simd: input });
  }
  return folding;
}

export function divisors(value: number): number[] {
  return Array.from({ length: value }, (_, i) => i + 1).filter((divisor) => value % divisor === 0);
}

/**
 * A folding from the text of a `folding_config.json`: layer name to `{"PE": n, "SIMD": m}`. Layers that are not named keep the given
 * default; `Defaults` and other keys of a layer are ignored.
 * @throws UserError on malformed JSON, unknown layers (all at once, with suggestions) and factors that do not divide
 */
export function readFolding(text: string, fileName: string, units: readonly Unit[], graph: FixedGraph, base: Folding): Folding {
  const fail = (message: string, help: string): never => {
    throw userError('folding', message, { origin: fileName, help });
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return fail(`not JSON: ${(error as Error).message}`, 'write {"layer": {"PE": 4, "SIMD": 8}, …}');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return fail('not an object', 'write {"layer": {"PE": 4, "SIMD": 8}, …}');
  }
  const names = units.map((unit) => unit.name);
  const entries = Object.entries(parsed).filter(([name]) => name !== 'Defaults');
  const unknown = entries.filter(([name]) => !names.includes(name)).map(([name]) => {
    const near = nearest(name, names);
    return near === undefined ? `"${name}"` : `"${name}" (did you mean "${near}"?)`;
  });
  if (unknown.length > 0) fail(`no layer is called ${unknown.join(', ')}`, `the layers are ${names.join(', ')}`);

  const folding = new Map(base);
  for (const [name, value] of entries) {
    const unit = units.find((each) => each.name === name)!;
    const before = base.get(name)!;
    const { PE = before.pe, SIMD = before.simd } = value as { PE?: number; SIMD?: number };
    const [rows, columns] = unit.kind === 'matrix' ? [unit.dot.rows, unit.dot.columns]
      : [sizeOf(graph.nodes[unit.output].shape), sizeOf(graph.nodes[unit.inputs[0]].shape)];
    for (const [factor, size, what] of [[PE, rows, 'PE'], [SIMD, columns, 'SIMD']] as const) {
      if (!Number.isInteger(factor) || factor < 1 || size % factor !== 0) {
        fail(`"${name}": ${what} ${factor} does not divide ${size}`, `use one of ${divisors(size).join(', ')}`);
      }
    }
    folding.set(name, { pe: PE, simd: SIMD });
  }
  return folding;
}

/** The folding in the form that {@link readFolding} reads. */
export function printFolding(folding: Folding): string {
  return `${JSON.stringify(Object.fromEntries([...folding].map(([name, { pe, simd }]) => [name, { PE: pe, SIMD: simd }])), null, 2)}\n`;
}
