/**
 * What one step of a carry chain takes from a column and gives. A place of a chain adds `select` and the carry; with the look-up table
 * before it, whose second output may leave as a bit of the next column, or feed the chain, these steps exist:
 *
 * | step | bits | places | gives | afterwards |
 * | --- | --- | --- | --- | --- |
 * | two | 2, 1, 0 | 1 | sum | open |
 * | four | 4, 3 | 1 | sum, and the majority of three to the next column | busy |
 * | six | 6, 5 | 2, columns c and c + 1 | sum; then the count's upper bits are added one column higher | mid-six |
 * | foot | 4, 3 | 2 | sum; then the majority of three, with one bit (two: with a carry) of column c + 1 | mid-foot |
 *
 * States of a chain between two columns: `open`, its carry may leave as a bit; `busy`, the last place has no pin left for that;
 * `six` and `foot`, in the middle of a step.
 */
export const NONE = 0;
export const OPEN = 1;
export const BUSY = 2;
export const SIX = 3;
export const FOOT = 4;
export type ChainState = 0 | 1 | 2 | 3 | 4;

export type StepKind = 'two' | 'four' | 'six' | 'foot' | 'upperSix' | 'upperFoot';

/** `registered`: sums may leave through flip-flops, so that a place has two outputs; else each place has one. */
export type Counting = 'registered' | 'combinational';

/** A step of one chain in one column. */
export interface Step {
  readonly kind: StepKind;
  /** Bits that it takes from the column. */
  readonly takes: number;
  readonly after: ChainState;
  /** Whether a bit goes to the next column through the table's second output. */
  readonly link: boolean;
}

const step = (kind: StepKind, takes: number, after: ChainState, link = false): Step => ({ kind, takes, after, link });

const CONTINUE_PLAIN: readonly Step[] = [
  step('two', 2, OPEN), step('two', 1, OPEN), step('six', 6, SIX), step('six', 5, SIX), step('foot', 4, FOOT), step('foot', 3, FOOT),
];
const CONTINUE_LINKED: readonly Step[] = [step('four', 4, BUSY, true), step('four', 3, BUSY, true)];
const UPPER_SIX: readonly Step[] = [step('upperSix', 0, OPEN)];
const UPPER_FOOT: readonly Step[] = [step('upperFoot', 1, OPEN), step('upperFoot', 0, OPEN)];
const UPPER_FOOT_LINKED: readonly Step[] = [step('upperFoot', 2, BUSY, true)];

/** The steps that a chain in `state` can make; `hidden`: its sums are not wanted, so that pins are free. */
export function stepsFrom(state: ChainState, counting: Counting, hidden = false): readonly Step[] {
  const linked = counting === 'registered' || hidden;
  if (state === SIX) return UPPER_SIX;
  if (state === FOOT) return linked ? [...UPPER_FOOT, ...UPPER_FOOT_LINKED] : UPPER_FOOT;
  return linked ? [...CONTINUE_PLAIN, ...CONTINUE_LINKED] : CONTINUE_PLAIN;
}

/** A first step, and whether a bit of the column enters as the carry. */
export interface Start {
  readonly step: Step;
  readonly carryIn: boolean;
}

const STARTS_PLAIN: readonly Start[] = [
  { step: step('six', 6, SIX), carryIn: true }, { step: step('six', 6, SIX), carryIn: false }, { step: step('six', 5, SIX), carryIn: true },
  { step: step('foot', 4, FOOT), carryIn: true }, { step: step('foot', 4, FOOT), carryIn: false },
  { step: step('foot', 3, FOOT), carryIn: true }, { step: step('foot', 3, FOOT), carryIn: false },
  { step: step('two', 2, OPEN), carryIn: true }, { step: step('two', 2, OPEN), carryIn: false },
];
const STARTS_LINKED: readonly Start[] = [
  { step: step('four', 4, BUSY, true), carryIn: false }, { step: step('four', 3, BUSY, true), carryIn: false },
];

// With a constant carry the sum of a first place is its select, which leaves through a pin of its own.
export const STARTS: readonly Start[] = [...STARTS_PLAIN, ...STARTS_LINKED];


/** Look-up tables that it costs to get the carry of a chain in `state` out, and whether that is possible at all. */
export function endCost(state: ChainState, counting: Counting, hidden = false): number | undefined {
  if (state === SIX || state === FOOT) return undefined;
  return state === OPEN && (counting === 'registered' || hidden) ? 0 : 1;
}
