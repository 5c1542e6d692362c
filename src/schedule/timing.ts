import { aroundLogic, delaysOf, usualWire, type Delays } from '../../codegen/arithmetic/delays.ts';
import {
  fewestStages, longestLogic, placeRegisters, popcountLevels, productLevels, roundingLevels, sumLevels, thresholdLevels, type Level, type Rounding,
} from '../../codegen/arithmetic/levels.ts';
import { hasProductPlan, planProduct, type Linear, type ProductChoices } from '../../codegen/arithmetic/product-plan.ts';
import { CARRY_CELLS } from '../../codegen/arithmetic/slice-verilog.ts';
import type { Target } from './targets.ts';

/**
 * How many register stages an operation needs to meet the clock: the fewest between which no path is longer than a clock period by the
 * target's delays, as far as its levels of logic can be taken apart. Every operation ends in a register, so the least is 1.
 */
export class Timing {
  readonly delays: Delays;
  /** What a clock period leaves for logic. */
  private readonly budget: number;
  private readonly products: ProductChoices | undefined;
  private longest = 0;
  /** What netlists in cells ask of the clock period. */
  private ofCells = 0;

  /** `products`: how products are searched for that are written in cells of the target's slices, where these are known; absent where none are. */
  constructor(readonly target: Target, readonly clock: number, products?: ProductChoices) {
    this.products = CARRY_CELLS[target.name] === undefined ? undefined : products;
    this.delays = delaysOf(target.name);
    this.budget = Math.max(clock - aroundLogic(this.delays), this.delays.adder + usualWire(this.delays) + 7 * this.delays.carry);
  }

  /** The clock period that everything asked for so far is predicted to need, in nanoseconds. */
  get period(): number {
    return Math.max(this.longest + aroundLogic(this.delays), this.ofCells);
  }

  private stages(levels: readonly Level[]): number {
    const stages = fewestStages(levels, this.budget);
    this.note(levels, stages);
    return stages;
  }

  /** Remembers the longest path of an operation in so many stages. */
  private note(levels: readonly Level[], stages: number): void {
    this.longest = Math.max(this.longest, longestLogic(levels, placeRegisters(levels, stages, this.budget)));
  }

  /** Sum of `terms` numbers into `width` bits, as a tree of two-input adders. */
  sum(terms: number, width: number): number {
    const termWidth = Math.max(1, width - Math.ceil(Math.log2(Math.max(2, terms))));
    return this.stages(sumLevels(terms, termWidth, width, this.delays));
  }

  /** Constant matrix times a vector; portably the sum of the row of most addends, `terms`. */
  product(linear: Linear, terms: number): number {
    if (this.products === undefined || !hasProductPlan(linear)) return this.sum(terms, linear.resultWidth);
    const { stages, period } = planProduct(linear, this.delays, this.clock, this.products).pipeline;
    this.ofCells = Math.max(this.ofCells, period);
    return stages;
  }

  /** Whether a product takes an operation on its rows along, a comparison or a constant to add, so that it takes no time of its own. */
  takesAlong(linear: Pick<Linear, 'resultWidth'>): boolean {
    return this.products !== undefined && hasProductPlan(linear);
  }

  /** Number of ones among `bits`. */
  popcount(bits: number): number {
    return this.stages(popcountLevels(bits, this.delays));
  }

  /** Comparison with `count` levels and the count of those reached. */
  thresholds(count: number, width: number): number {
    return this.stages(thresholdLevels(count, width, this.delays));
  }

  /** A register behind a table of a few bits. */
  table(): number {
    this.longest = Math.max(this.longest, this.delays.table + usualWire(this.delays));
    return 1;
  }

  /** The registers behind each of the four levels of rounding. */
  rounding(rounding: Rounding): number[] {
    const levels = roundingLevels(rounding, this.delays);
    return placeRegisters(levels, this.stages(levels), this.budget);
  }

  /** How many subtractions of `width` bits, each after the other, fit in one clock cycle; at least one. */
  subtractions(width: number): number {
    // Each selects by the sign of the last: nothing overlaps.
    const { adder, table, carry } = this.delays;
    const each = adder + table + 2 * usualWire(this.delays) + (width - 1) * carry;
    const count = Math.max(1, Math.floor(this.budget / each));
    this.longest = Math.max(this.longest, count * each);
    return count;
  }

  /** A register of `width` bits to which something is added each clock cycle, or which begins anew. */
  accumulator(width: number): void {
    const { adder, table, carry } = this.delays;
    this.longest = Math.max(this.longest, adder + table + 2 * usualWire(this.delays) + (width - 1) * carry);
  }

  /** Product of two variables. */
  multiply(leftWidth: number, rightWidth: number): number {
    return this.stages(productLevels(leftWidth, rightWidth, this.delays));
  }
}
