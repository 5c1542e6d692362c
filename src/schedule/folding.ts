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
