/**
 * The last step of compression: carry chains over a low heap that leave one bit in each column. Up to two chains run beside each other
 * and read only bits of the heap (and what tables made of them); the main chain reads their sums and everything else, one place a column.
 * So chains never feed each other in a ring.
 *
 * The cheapest set of steps is found column by column (dynamic programming over the states of the chains between two columns and the bits
 * that tables hand on), by the heights of the columns alone.
 */
import { STARTS, endCost, stepsFrom, FOOT, NONE, OPEN, SIX, type ChainState, type Counting, type Start, type Step } from './atoms.ts';

const MOST_SIDE = 2;
const MOST_LINKS = 2;
/** States between two columns that are followed up, and how much dearer than the best they may be. */
const BEAM = 40;
const SLACK = 2;

export type SideAction =
  | { readonly kind: 'end'; readonly slot: number; readonly closes: boolean }
  | { readonly kind: 'step'; readonly slot: number; readonly step: Step }
  | { readonly kind: 'start'; readonly start: Start }
  | { readonly kind: 'adder' };

export type MainAction =
  | { readonly kind: 'idle' }
  | { readonly kind: 'end'; readonly closes: boolean }
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'start'; readonly start: Start };

export interface ColumnPlan {
  readonly side: readonly SideAction[];
  readonly main: MainAction;
}

export interface FinishPlan {
  readonly cost: number;
  readonly columns: readonly ColumnPlan[];
}

interface SideOutcome {
  /** Bits of the heap that are left. */
  readonly fresh: number;
  /** Bits for the main chain. */
  readonly made: number;
  readonly links: number;
  readonly chains: readonly ChainState[];
  readonly code: number;
  readonly cost: number;
  readonly actions: readonly SideAction[];
}

/** A preference among plans of the same cost: fewer chains, fewer places. */
const CHAIN = 0.02;

const sideOutcomes = new Map<number, readonly SideOutcome[]>();

/** States of side chains as one number. */
const codeOf = (chains: readonly ChainState[]): number => chains.reduce<number>((code, state) => code * 5 + state, 0);

/** All that the side chains can do in a column of `fresh` bits, without what is never better. */
function sideChoices(fresh: number, chains: readonly ChainState[], counting: Counting, most: number): readonly SideOutcome[] {
  const key = ((fresh * 125 + codeOf(chains)) * 2 + (counting === 'registered' ? 1 : 0)) * (MOST_SIDE + 1) + most;
  const known = sideOutcomes.get(key);
  if (known !== undefined) return known;
  const best = new Map<string, SideOutcome>();
  const keep = (outcome: Omit<SideOutcome, 'code'>): void => {
    const code = codeOf(outcome.chains);
    const name = `${outcome.fresh + outcome.made} ${outcome.links} ${code}`;
    const other = best.get(name);
    if (other === undefined || outcome.cost < other.cost) best.set(name, { ...outcome, code });
  };
  const grow = (at: Omit<SideOutcome, 'code'>): void => {
    keep(at);
    if (at.actions.length > chains.length + 2) return;
    if (at.fresh >= 3 && at.links < MOST_LINKS) {
      grow({ ...at, fresh: at.fresh - 2, links: at.links + 1, cost: at.cost + 1, actions: [...at.actions, { kind: 'adder' }] });
    }
    if (at.chains.length >= most) return;
    for (const start of STARTS) {
      const takes = start.step.takes + (start.carryIn ? 1 : 0);
      const links = at.links + (start.step.link ? 1 : 0);
      if (takes > at.fresh || links > MOST_LINKS) continue;
      grow({
        fresh: at.fresh - takes, made: at.made + 1, links, chains: [...at.chains, start.step.after],
        cost: at.cost + 1 + CHAIN, actions: [...at.actions, { kind: 'start', start }],
      });
    }
  };
  const go = (slot: number, at: Omit<SideOutcome, 'code'>): void => {
    if (slot === chains.length) return grow(at);
    const state = chains[slot];
    const end = endCost(state, counting);
    if (end !== undefined) {
      go(slot + 1, { ...at, made: at.made + 1, cost: at.cost + end, actions: [...at.actions, { kind: 'end', slot, closes: end > 0 }] });
    }
    for (const step of stepsFrom(state, counting)) {
      const links = at.links + (step.link ? 1 : 0);
      if (step.takes > at.fresh || links > MOST_LINKS) continue;
      go(slot + 1, {
        fresh: at.fresh - step.takes, made: at.made + 1, links, chains: [...at.chains, step.after],
        cost: at.cost + 1, actions: [...at.actions, { kind: 'step', slot, step }],
      });
    }
  };
  go(0, { fresh, made: 0, links: 0, chains: [], cost: 0, actions: [] });
  const result = [...best.values()];
  sideOutcomes.set(key, result);
  return result;
}

interface MainOutcome {
  readonly state: ChainState;
  readonly link: number;
  readonly cost: number;
  readonly action: MainAction;
}

const mainOutcomes = new Map<number, readonly MainOutcome[]>();

/** What the main chain can do with exactly `bits` bits. */
function mainChoices(bits: number, state: ChainState, counting: Counting, hidden: boolean, linked: boolean): readonly MainOutcome[] {
  const key = (bits * 5 + state) * 8 + (linked ? 4 : 0) + (counting === 'registered' ? 2 : 0) + (hidden ? 1 : 0);
  const known = mainOutcomes.get(key);
  if (known !== undefined) return known;
  const result: MainOutcome[] = [];
  if (state === NONE) {
    if (bits <= 1) result.push({ state: NONE, link: 0, cost: 0, action: { kind: 'idle' } });
    for (const start of STARTS) {
      if (start.step.takes + (start.carryIn ? 1 : 0) !== bits) continue;
      result.push({ state: start.step.after, link: start.step.link ? 1 : 0, cost: 1 + CHAIN, action: { kind: 'start', start } });
    }
  } else {
    const end = endCost(state, counting, hidden);
    if (bits === 0 && end !== undefined) result.push({ state: NONE, link: 0, cost: end, action: { kind: 'end', closes: end > 0 } });
    for (const step of stepsFrom(state, counting, hidden && linked)) {
      if (step.takes === bits) result.push({ state: step.after, link: step.link ? 1 : 0, cost: 1, action: { kind: 'step', step } });
    }
  }
  mainOutcomes.set(key, result);
  return result;
}

interface Reached {
  readonly cost: number;
  readonly chains: readonly ChainState[];
  readonly main: ChainState;
  readonly links: number;
  readonly mainLink: number;
  readonly before?: Reached;
  readonly plan?: ColumnPlan;
}

/**
 * The cheapest plan for a heap of these `heights`, modulo 2^heights.length; `undefined` if it is too high for one step. The sums of the
 * first `hidden` columns are not wanted, and then the main chain may hand bits on to itself if `linked`; `side` chains at most beside the
 * main one. A plan has no entry for the last column: see {@link lastColumnCost}.
 */
export function planFinish(
  heights: readonly number[], counting: Counting, hidden = 0, side = MOST_SIDE, linked = true,
): FinishPlan | undefined {
  let states: Reached[] = [{ cost: 0, chains: [], main: NONE, links: 0, mainLink: 0 }];
  for (let column = 0; column < heights.length - 1; column++) {
    const next = new Map<number, Reached>();
    const unseen = column < hidden;
    for (const at of states) {
      for (const choice of sideChoices(heights[column] + at.links, at.chains, counting, side)) {
        const bits = choice.fresh + choice.made + at.mainLink;
        if (bits > 7) continue;
        for (const main of mainChoices(bits, at.main, counting, unseen, linked)) {
          const cost = at.cost + choice.cost + main.cost;
          const key = ((choice.code * 5 + main.state) * (MOST_LINKS + 1) + choice.links) * 2 + main.link;
          const other = next.get(key);
          if (other !== undefined && other.cost <= cost) continue;
          next.set(key, {
            cost, chains: choice.chains, main: main.state, links: choice.links, mainLink: main.link,
            before: at, plan: { side: choice.actions, main: main.action },
          });
        }
      }
    }
    states = [...next.values()].sort((a, b) => a.cost - b.cost);
    if (states.length === 0) return undefined;
    const limit = states[0].cost + SLACK;
    states = states.slice(0, BEAM).filter(({ cost }) => cost <= limit);
  }
  const height = heights[heights.length - 1];
  let found: { cost: number; at: Reached } | undefined;
  for (const at of states) {
    const cost = at.cost + lastColumnCost(height + at.links, at.mainLink, at.chains, at.main, counting);
    if (found === undefined || cost < found.cost) found = { cost, at };
  }
  const columns: ColumnPlan[] = [];
  for (let at = found!.at; at.before !== undefined; at = at.before) columns.unshift(at.plan!);
  return { cost: found!.cost, columns };
}

/** Bits that a place of a chain can add in the last column, where no carry is made any more. */
export function lastCapacity(state: ChainState): number {
  return state === SIX ? 1 : state === FOOT ? 3 : 6;
}

/** The last column is a parity: each chain takes what its table has room for, tables of six inputs take the rest. */
function lastColumnCost(fresh: number, made: number, chains: readonly ChainState[], main: ChainState, counting: Counting): number {
  let cost = 0;
  let rest = fresh;
  let bits = made;
  for (const state of chains) {
    const takes = Math.min(rest, lastCapacity(state));
    rest -= takes;
    bits += 1;
    cost += takes === 0 && state === OPEN && counting === 'registered' ? 0 : 1;
  }
  bits += rest;
  if (main === NONE) {
    for (; bits > 1; bits -= Math.min(5, bits - 1)) cost += 1;
    return cost;
  }
  const room = lastCapacity(main);
  for (; bits > room; bits -= Math.min(5, bits - 1)) cost += 1;
  return cost + (bits === 0 && main === OPEN && counting === 'registered' ? 0 : 1);
}
