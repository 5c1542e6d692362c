import { userError } from '../base/diagnostic.ts';
import { nearest } from '../base/suggest.ts';
import { bitsOf, type FixedGraph } from '../fixed/ir.ts';
import { foldsOf, groupPlan, planOf, type Fold } from './plan.ts';
import type { Unit } from './units.ts';

export type Folding = ReadonlyMap<string, Fold>;

/** One-bit products a clock cycle that a network gets where nobody says how it is folded. */
const PRODUCTS_A_CYCLE = 4096;

/**
 * A balanced folding: the smallest interval whose products, weighted by the bits of their factors, stay within a fixed budget a
 * cycle; each unit then takes the cheapest fold that meets that interval.
 */
export function defaultFolding(units: readonly Unit[], graph: FixedGraph): Folding {
  const options = units.map((unit) => choicesOf(unit, graph));
  const candidates = [...new Set(options.flatMap((choices) => choices.map((choice) => choice.cycles)))].sort((a, b) => a - b);
  const slowest = Math.max(...options.map((choices) => Math.min(...choices.map((choice) => choice.cycles))));
  for (const interval of candidates) {
    if (interval < slowest) continue;
    const chosen = options.map((choices) => cheapest(choices, interval));
    const cost = chosen.reduce((sum, choice) => sum + choice.cost, 0);
    if (cost > PRODUCTS_A_CYCLE && interval !== candidates[candidates.length - 1]) continue;
    return new Map(units.map((unit, i) => [unit.name, chosen[i].fold]));
  }
  return new Map();
}

interface Choice { readonly fold: Fold; readonly cycles: number; readonly cost: number }

function choicesOf(unit: Unit, graph: FixedGraph): Choice[] {
  const costOf = (fold: Fold): number => {
    if (unit.kind !== 'matrix') return fold.pe;
    const weightBits = unit.dot.weights.reduce((bits, weight) => Math.max(bits, Math.abs(weight)), 1).toString(2).length;
    const { lanes } = groupPlan(unit, fold, graph);
    return (fold.pe * fold.simd * bitsOf(graph.nodes[unit.inputs[0]].type) * weightBits) / lanes + 8 * fold.pe;
  };
  return foldsOf(unit, graph).map((fold) => ({ fold, cycles: planOf(unit, fold, graph).cycles, cost: costOf(fold) }));
}

function cheapest(choices: readonly Choice[], interval: number): Choice {
  return choices.filter((choice) => choice.cycles <= interval).sort((a, b) => a.cost - b.cost || a.fold.pe - b.fold.pe)[0];
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
    const { PE, SIMD } = value as { PE?: number; SIMD?: number };
    folding.set(name, closest(foldsOf(unit, graph), before, PE, SIMD, (message, help) => fail(`"${name}": ${message}`, help)));
  }
  return folding;
}

/** The legal fold with the factors that are given; those that are not stay as they were where that is possible. */
function closest(
  folds: readonly Fold[], before: Fold, pe: number | undefined, simd: number | undefined, fail: (message: string, help: string) => never,
): Fold {
  const check = (what: string, given: number | undefined, legal: readonly number[]): void => {
    if (given === undefined || legal.includes(given)) return;
    const sorted = [...new Set(legal)].sort((a, b) => a - b);
    fail(`${what} ${given} does not divide ${sorted[sorted.length - 1]}`, `use one of ${sorted.join(', ')}`);
  };
  check('PE', pe, folds.map((fold) => fold.pe));
  check('SIMD', simd, folds.filter((fold) => pe === undefined || fold.pe === pe).map((fold) => fold.simd));
  const fitting = folds.filter((fold) => (pe ?? fold.pe) === fold.pe && (simd ?? fold.simd) === fold.simd);
  return fitting.find((fold) => fold.pe === (pe ?? before.pe) && fold.simd === (simd ?? before.simd)) ?? fitting[0];
}

/** The folding in the form that {@link readFolding} reads. */
export function printFolding(folding: Folding): string {
  return `${JSON.stringify(Object.fromEntries([...folding].map(([name, { pe, simd }]) => [name, { PE: pe, SIMD: simd }])), null, 2)}\n`;
}
