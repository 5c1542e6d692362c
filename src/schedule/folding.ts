import { userError } from '../base/diagnostic.ts';
import type { FixedGraph } from '../fixed/ir.ts';
import { addResources, NOTHING, type Resources } from './devices.ts';
import { foldsOf, planOf, type Fold, type WeightMemory } from './plan.ts';
import type { Unit } from './units.ts';

/** By name of the unit. */
export type Folding = ReadonlyMap<string, Fold>;

/** The folding with the weights of all products in one kind of memory; as it is where none is named. */
export function withWeightMemory(folding: Folding, units: readonly Unit[], memory: WeightMemory | undefined): Folding {
  if (memory === undefined) return folding;
  const products = new Set(units.filter(({ kind }) => kind === 'matrix').map(({ name }) => name));
  return new Map([...folding].map(([name, fold]) => [name, products.has(name) ? { ...fold, memory } : fold]));
}

/** What a folding shall reach: an interval with the least hardware, or the least interval within a budget. */
export type FoldingGoal =
  | { readonly kind: 'interval'; readonly cycles: number }
  | { readonly kind: 'budget'; readonly budget: Partial<Resources>; readonly what: string }
  /** The first that the network fits into; into the last, which has no limits, as small as can be. */
  | { readonly kind: 'budgets'; readonly budgets: readonly { readonly budget: Partial<Resources>; readonly what: string }[] };

/** A folding, and what one more step would cost. */
export interface ChosenFolding {
  readonly folding: Folding;
  /** Clock cycles for a frame, by the slowest unit. */
  readonly interval: number;
  readonly bottleneck: string;
  /** The budget that it keeps to. */
  readonly within?: string;
  /** Estimate of the units with the FIFOs in front of them. */
  readonly resources: Resources;
  /** The next smaller interval and what it would take; absent where there is none. */
  readonly next?: { readonly interval: number; readonly resources: Resources };
}

/** One legal fold of a unit. */
interface Choice {
  readonly fold: Fold;
  readonly cycles: number;
  readonly cost: Resources;
}

const UNLIMITED: Resources = { lut: Infinity, ff: Infinity, bram: Infinity, dsp: Infinity };
const KINDS = ['lut', 'ff', 'bram', 'dsp'] as const;
type Weights = Readonly<Record<keyof Resources, number>>;

/**
 * The best folding for a goal. Units are independent in the cost model, so for an interval the cheapest fold of each unit that meets
 * it is the cheapest folding; for a budget all intervals that some fold has are candidates, and bisection finds the least that
 * fits. What a resource weighs follows from how scarce it is: by the budget, or by the device.
 * @throws UserError where no folding reaches the goal, with what comes nearest
 */
export function chooseFolding(
  units: readonly Unit[], graph: FixedGraph, goal: FoldingGoal, device: Resources, costOf: (unit: Unit, fold: Fold) => Resources,
  isOpen: (fold: Fold) => boolean = () => true,
): ChosenFolding {
  // What the host computes alone passes through.
  if (units.length === 0) return { folding: new Map(), interval: 1, bottleneck: 'the stream', resources: NOTHING };
  // Whether following changes pays is up to data that nobody knows here: a folding file takes it.
  const choices = units.map((unit) => foldsOf(unit, graph).filter((fold) => fold.delta !== true && isOpen(fold)).map((fold): Choice => (
    { fold, cycles: planOf(unit, fold, graph).cycles, cost: costOf(unit, fold) })));
  const search = new Search(units, choices, device);
  if (goal.kind === 'interval') return search.at(goal.cycles);
  if (goal.kind === 'budget') return search.within(goal.budget, goal.what);
  for (const { budget, what } of goal.budgets.slice(0, -1)) {
    if (search.fits(budget)) return search.within(budget, what);
  }
  return search.smallest(goal.budgets[goal.budgets.length - 1].what);
}

class Search {
  /** Intervals of which some unit's fold is the slowest, ascending; shorter ones than the first cannot be reached. */
  private readonly candidates: readonly number[];

  constructor(private readonly units: readonly Unit[], private readonly choices: readonly (readonly Choice[])[], private readonly device: Resources) {
    const fastest = Math.max(...choices.map((each) => Math.min(...each.map((choice) => choice.cycles))));
    this.candidates = [...new Set(choices.flatMap((each) => each.map((choice) => choice.cycles)))].filter((cycles) => cycles >= fastest)
      .sort((a, b) => a - b);
  }

  at(cycles: number): ChosenFolding {
    if (cycles < this.candidates[0]) {
      const slowest = this.units.find((_, i) => Math.min(...this.choices[i].map((choice) => choice.cycles)) === this.candidates[0])!;
      throw userError('interval', `one frame every ${cycles.toLocaleString('en-US')} clock cycles is faster than ${slowest.name} can be`, {
        help: `its fastest folding takes ${this.candidates[0].toLocaleString('en-US')} cycles: ask for fewer frames a second, or for a faster clock`,
      });
    }
    return this.chosen(this.cheapest(cycles, this.weights(this.device)), this.weights(this.device));
  }

  within(budget: Partial<Resources>, what: string): ChosenFolding {
    const limits: Resources = { ...UNLIMITED, ...budget };
    const scarcity = { ...this.device, ...budget };
    let [low, high] = [0, this.candidates.length];
    let best: { choices: readonly Choice[]; weights: Weights } | undefined;
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = this.fitting(this.candidates[middle], limits, scarcity);
      if (found === undefined) {
        low = middle + 1;
      } else {
        high = middle;
        best = found;
      }
    }
    if (best === undefined) {
      const least = total(this.cheapest(Infinity, this.weights(scarcity)));
      const short = KINDS.filter((kind) => least[kind] > limits[kind]).map((kind) => `${Math.ceil(least[kind]).toLocaleString('en-US')} ${kind}`);
      throw userError('budget', `no folding fits ${what}: the smallest is estimated to take ${short.join(', ')}`, {
        help: 'give more, choose a larger target, or fold by hand with --folding',
      });
    }
    return this.chosen(best.choices, best.weights, what);
  }

  /** The cheapest choices for an interval that keep to the limits; a resource that runs out is made dearer, a few times. */
  fits(budget: Partial<Resources>): boolean {
    return this.fitting(Infinity, { ...UNLIMITED, ...budget }, { ...this.device, ...budget }) !== undefined;
  }

  /** The least hardware, whatever its interval. */
  smallest(what: string): ChosenFolding {
    const weights = this.weights(this.device);
    return this.chosen(this.cheapest(Infinity, weights), weights, what);
  }

  private fitting(cycles: number, limits: Resources, scarcity: Resources): { choices: readonly Choice[]; weights: Weights } | undefined {
    let weights = this.weights(scarcity);
    for (let attempt = 0; attempt < 12; attempt++) {
      const choices = this.cheapest(cycles, weights);
      const sum = total(choices);
      const over = KINDS.filter((kind) => sum[kind] > limits[kind]);
      if (over.length === 0) return { choices, weights };
      weights = Object.fromEntries(KINDS.map((kind) => [kind, weights[kind] * (over.includes(kind) ? 3 : 1)])) as Weights;
    }
    return undefined;
  }

  private weights(scarcity: Resources): Weights {
    return Object.fromEntries(KINDS.map((kind) => [kind, 1 / Math.max(1, scarcity[kind])])) as Weights;
  }

  private cheapest(cycles: number, weights: Weights): Choice[] {
    return this.choices.map((each) => {
      let best: Choice | undefined;
      for (const choice of each) {
        if (choice.cycles > cycles) continue;
        if (best === undefined || price(choice, weights) < price(best, weights)) best = choice;
      }
      return best!;
    });
  }

  private chosen(choices: readonly Choice[], weights: Weights, within?: string): ChosenFolding {
    const interval = Math.max(...choices.map((choice) => choice.cycles));
    const faster = this.candidates.filter((cycles) => cycles < interval).pop();
    return {
      folding: new Map(this.units.map((unit, i) => [unit.name, choices[i].fold])), interval,
      bottleneck: this.units[choices.findIndex((choice) => choice.cycles === interval)].name, resources: total(choices),
      ...(within === undefined ? {} : { within }),
      ...(faster === undefined ? {} : { next: { interval: faster, resources: total(this.cheapest(faster, weights)) } }),
    };
  }
}

function total(choices: readonly Choice[]): Resources {
  return choices.reduce((sum, { cost }) => addResources(sum, cost), NOTHING);
}

/** The share of what there is; of equal ones the slower fold, which is smaller in ways that are not estimated. */
function price({ cost, cycles }: Choice, weights: Weights): number {
  return KINDS.reduce((sum, kind) => sum + cost[kind] * weights[kind], 0) - 1e-12 * Math.min(cycles, 1e6);
}

/** What was decided and what limits it, in a line or two. */
export function describeFolding({ interval, bottleneck, within, resources, next }: ChosenFolding): string {
  const amount = ({ lut, bram }: Resources): string => `${Math.round(lut).toLocaleString('en-US')} LUT, ${bram.toLocaleString('en-US')} BRAM`;
  const cycles = (count: number): string => `${count.toLocaleString('en-US')} cycles`;
  const limit = within === undefined ? '' : `, within ${within}`;
  const now = `${cycles(interval)} a frame, set by ${bottleneck}; units estimated at ${amount(resources)}${limit}`;
  return next === undefined ? `${now}; no folding is faster` : `${now}; the next step, ${cycles(next.interval)}, at ${amount(next.resources)}`;
}
