import type { IntegerType } from '../fixed/ir.ts';
import type { Expression } from '../graph/expression.ts';
import { chainOf, type ScalarChain } from '../passes/lower/chain.ts';

/** More codes than these are not bracketed. */
const MOST_CODES = 1 << 16;
/** Inputs whose magnitude is below this are bracketed. */
const DOMAIN = 2 ** 32;

/**
 * What is known of a monotone function from reals to codes: between two numbers of one code all numbers have that code. Exact arithmetic
 * decides the numbers near a step, the brackets all others.
 */
export class Brackets {
  /** The smallest and the largest number that is known to have each code; before the first code and behind the last there is none. */
  private readonly firsts: Float64Array;
  private readonly lasts: Float64Array;
  /** Number of a code, from 1, about: slope * x + offset. */
  private slope = 0;
  private offset = 0;
  private learned = 0;

  private constructor(
    private readonly chain: ScalarChain, private readonly low: number, private readonly step: number, private readonly codes: number,
  ) {
    this.firsts = new Float64Array(codes + 2).fill(Infinity);
    this.lasts = new Float64Array(codes + 2).fill(-Infinity);
  }

  /** Those of an expression of which all elements are the same function of theirs; none where it is not proven monotone. */
  static of(expression: Expression, { low, high, bipolar }: IntegerType): Brackets | undefined {
    const step = bipolar ? 2 : 1;
    const codes = (high - low) / step + 1;
    if (codes > MOST_CODES) return undefined;
    const chain = chainOf(expression, 0);
    return chain.monotone(-DOMAIN, DOMAIN) === 'unknown' ? undefined : new Brackets(chain, low, step, codes);
  }

  /** The code of a number; NaN where only exact arithmetic can tell. */
  find(x: number): number {
    const { firsts, lasts, codes } = this;
    const about = this.slope * x + this.offset;
    const near = about < 1 ? 1 : about > codes ? codes : (about + 0.5) | 0;
    if (x >= firsts[near] && x <= lasts[near]) return this.low + this.step * (near - 1);
    if (x >= firsts[near - 1] && x <= lasts[near - 1]) return this.low + this.step * (near - 2);
    if (x >= firsts[near + 1] && x <= lasts[near + 1]) return this.low + this.step * near;
    return NaN;
  }

  /** The code of a number by exact arithmetic, and what follows from it; NaN where there is none. */
  learn(x: number): number {
    if (!(Math.abs(x) < DOMAIN)) return NaN;
    const code = this.chain.integerAt(x);
    const at = code === undefined ? 0 : (code - this.low) / this.step + 1;
    if (!(Number.isInteger(at) && at >= 1 && at <= this.codes)) return NaN;
    this.firsts[at] = Math.min(this.firsts[at], x);
    this.lasts[at] = Math.max(this.lasts[at], x);
    this.learned++;
    // Rarer and rarer.
    if ((this.learned & (this.learned - 1)) === 0) this.fit();
    return code!;
  }

  /** A line through the middles of the outermost codes that are known, without the ends, which reach far. */
  private fit(): void {
    const known: number[] = [];
    for (let at = 1; at <= this.codes; at++) if (this.firsts[at] <= this.lasts[at]) known.push(at);
    const inner = known.length > 3 ? known.slice(1, -1) : known;
    const [a, b] = [inner[0], inner[inner.length - 1]];
    const middle = (at: number): number => (this.firsts[at] + this.lasts[at]) / 2;
    this.slope = a === b ? 0 : (b - a) / (middle(b) - middle(a));
    this.offset = a - this.slope * middle(a);
  }
}
