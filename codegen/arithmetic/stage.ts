import { FOOT, NONE, OPEN, SIX, type Counting, type Step } from './atoms.ts';

/** A chain over `steps.length` columns from `column` up. */
export interface StageChain {
  readonly column: number;
  readonly carryIn: boolean;
  readonly steps: readonly Step[];
  /** The last carry leaves through a place of its own, because the place below has its pin in use. */
  readonly closing: boolean;
}

export interface Stage {
  readonly chains: StageChain[];
  readonly cost: number;
  /** Heights afterwards. */
  readonly heights: number[];
}

const SIX_STEP: Step = { kind: 'six', takes: 6, after: SIX, link: false };
const UPPER_SIX: Step = { kind: 'upperSix', takes: 0, after: OPEN, link: false };
const FOOT_STEP: Step = { kind: 'foot', takes: 4, after: FOOT, link: false };
const upperFoot = (takes: number): Step => ({ kind: 'upperFoot', takes, after: NONE, link: false });

/** Places of a chain that may leave by its carry: one carry cell. */
const SHORT = 4;

/**
 * One stage of compression: chains beside each other in columns higher than `limit`, counting six bits of every other column; with a
 * seventh as the carry into the first place they take two bits out of the heap a look-up table. The last column is left alone: there a
 * table of six inputs takes out five.
 */
export function planStage(before: readonly number[], counting: Counting, limit: number, shallow = false): Stage {
  const width = before.length;
  const fresh = [...before];
  const heights = before.map(() => 0);
  const chains: StageChain[] = [];
  let cost = 0;
  const reach = counting === 'registered' || shallow ? SHORT : width;
  const least = shallow ? 5 : 7;
  // Heights that the stage will leave: what is given counts.
  const left = (column: number): number => fresh[column] + heights[column];
  for (let column = 0; column < width - 1; column++) {
    while (fresh[column] >= least && left(column) > limit) {
      const steps: Step[] = [];
      const carryIn = fresh[column] >= 7;
      if (carryIn) fresh[column] -= 1;
      for (let at = column; at < width && steps.length < reach; at = column + steps.length) {
        const top = at >= width - 1;
        if (fresh[at] >= (steps.length === 0 ? Math.min(6, least) : 6) && !top) {
          const takes = Math.min(6, fresh[at]);
          fresh[at] -= takes;
          steps.push({ ...SIX_STEP, takes }, UPPER_SIX);
        } else if (counting === 'combinational' && steps.length > 0 && fresh[at] >= 4 && !top && left(at) > limit - 2) {
          fresh[at] -= 4;
          const takes = fresh[at + 1] > 0 ? 1 : 0;
          fresh[at + 1] -= takes;
          steps.push(FOOT_STEP, upperFoot(takes));
        } else {
          break;
        }
      }
      if (steps.length === 0) {
        if (carryIn) fresh[column] += 1;
        break;
      }
      steps.forEach((_, index) => { heights[column + index] += 1; });
      const above = column + steps.length;
      const closing = counting === 'combinational' && above < width;
      if (above < width) heights[above] += 1;
      cost += steps.length + (closing ? 1 : 0);
      chains.push({ column, carryIn, steps, closing });
    }
  }
  return { chains, cost, heights: heights.map((height, column) => height + fresh[column]) };
}
