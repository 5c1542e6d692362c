import type { Target } from './targets.ts';

/**
 * How many register stages an operation needs to meet the clock: its delay by the target's simple model, divided by what one clock
 * period leaves for logic. Every operation ends in a register, so the least is 1.
 */
export class Timing {
  private readonly budget: number;

  constructor(readonly target: Target, readonly clock: number) {
    this.budget = Math.max(clock - target.registerDelay, target.lutDelay + 8 * target.carryDelay);
  }

  private stages(delay: number): number {
    return Math.max(1, Math.ceil(delay / this.budget));
  }

  private adder(width: number): number {
    return this.target.lutDelay + width * this.target.carryDelay;
  }

  /** Sum of `terms` numbers into `width` bits, as a tree of two-input adders. */
  sum(terms: number, width: number): number {
    const levels = Math.max(1, Math.ceil(Math.log2(Math.max(2, terms))));
    return Math.min(levels, this.stages(levels * this.adder(width)));
  }

  /** Number of ones among `bits`. */
  popcount(bits: number): number {
    return this.sum(Math.max(2, Math.ceil(bits / 3)), Math.ceil(Math.log2(bits + 1)));
  }

  /** Comparison with `count` levels and the count of those reached. */
  thresholds(count: number, width: number): number {
    const counting = count > 1 ? Math.ceil(Math.log2(count)) * this.target.lutDelay : 0;
    return this.stages(this.adder(width) + counting);
  }

  /** How many subtractions of `width` bits, each after the other, fit in one clock cycle; at least one. */
  subtractions(width: number): number {
    return Math.max(1, Math.floor(this.budget / this.adder(width)));
  }

  /** Product of two variables. */
  multiply(leftWidth: number, rightWidth: number): number {
    return this.sum(Math.min(leftWidth, rightWidth), leftWidth + rightWidth);
  }
}
