import type { IntegerType } from '../fixed/ir.ts';
import type { Expression } from '../graph/expression.ts';
import { chainOf, type ScalarChain } from '../passes/lower/chain.ts';

/** More codes than these are not bracketed. */
const MOST_CODES = 1 << 16;
/** Inputs whose magnitude is below this are bracketed. */
const DOMAIN = 2 ** 32;
/** How often the gap between two codes is halved when a number was met in it. */
const HALVINGS = 12;

/** Where codes are written. */
export type Codes = Float64Array | Int16Array | Int32Array;

/**
 * What is known of a monotone function from reals to codes: between two numbers of one code all numbers have that code. Exact arithmetic
 * decides the numbers near a step, the brackets all others.
 */
export class Brackets {
  /** The smallest and the largest number that is known to have each code; before the first code and behind the last there is none. */
  private readonly firsts: Float64Array;
  private readonly lasts: Float64Array;
  /** Number of a code, from 1, about: slope * x + offset, rounded. */
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

  /**
   * Writes the codes of numbers, `values[order[i]]` or, without an order, `values[i]`; `missing` gives one where only exact arithmetic can tell,
   * after which more is known.
   */
  encode(values: Float64Array, order: Int32Array | undefined, codes: Codes, missing: (x: number) => number): void {
    const { firsts, lasts, low, step } = this;
    const last = this.codes;
    let { slope, offset } = this;
    for (let i = 0; i < codes.length; i++) {
      const x = order === undefined ? values[i] : values[order[i]];
      const about = slope * x + offset;
      const near = (Math.min(Math.max(about, 1), last) + 0.5) | 0;
      if (x >= firsts[near] && x <= lasts[near]) codes[i] = low + step * (near - 1);
      else if (x >= firsts[near - 1] && x <= lasts[near - 1]) codes[i] = low + step * (near - 2);
      else if (x >= firsts[near + 1] && x <= lasts[near + 1]) codes[i] = low + step * near;
      else {
        codes[i] = missing(x);
        ({ slope, offset } = this);
      }
    }
  }

  /** The code of a number by exact arithmetic, and what follows from it; NaN where there is none. */
  learn(x: number): number {
    if (!(Math.abs(x) < DOMAIN)) return NaN;
    // The outermost codes reach far.
    if (this.learned === 0) for (const end of [-DOMAIN, DOMAIN]) this.note(end);
    const at = this.note(x);
    if (at === 0) return NaN;
    for (const neighbour of [at - 1, at + 1]) this.narrow(at, neighbour);
    this.learned++;
    // Rarer and rarer.
    if ((this.learned & (this.learned - 1)) === 0) this.fit();
    return this.low + this.step * (at - 1);
  }

  /** The number of a number's code, which is written down; 0 where there is none. */
  private note(x: number): number {
    const code = this.chain.integerAt(x);
    const at = code === undefined ? 0 : (code - this.low) / this.step + 1;
    if (!(Number.isInteger(at) && at >= 1 && at <= this.codes)) return 0;
    this.firsts[at] = Math.min(this.firsts[at], x);
    this.lasts[at] = Math.max(this.lasts[at], x);
    return at;
  }

  /** Halves the gap between two codes again and again, so that few other numbers lie in it. */
  private narrow(a: number, b: number): void {
    const { firsts, lasts } = this;
    if (!(firsts[a] <= lasts[a] && firsts[b] <= lasts[b])) return;
    const [lower, upper] = firsts[a] < firsts[b] ? [a, b] : [b, a];
    for (let turn = 0; turn < HALVINGS; turn++) {
      const middle = lasts[lower] / 2 + firsts[upper] / 2;
      if (!(middle > lasts[lower] && middle < firsts[upper])) return;
      const at = this.note(middle);
      if (at !== lower && at !== upper) return;
    }
  }

  /** A line through the outermost steps that are known, or, through a single one, as steep as it is. */
  private fit(): void {
    const { firsts, lasts, codes } = this;
    const edges: { at: number; x: number; width: number }[] = [];
    for (let at = 1; at < codes; at++) {
      if (!(firsts[at] <= lasts[at] && firsts[at + 1] <= lasts[at + 1])) continue;
      const [from, to] = firsts[at] < firsts[at + 1] ? [lasts[at], firsts[at + 1]] : [firsts[at], lasts[at + 1]];
      edges.push({ at, x: from / 2 + to / 2, width: to - from });
    }
    if (edges.length === 0) return;
    const [a, b] = [edges[0], edges[edges.length - 1]];
    this.slope = a === b ? 1 / a.width : (b.at - a.at) / (b.x - a.x);
    this.offset = a.at + 0.5 - this.slope * a.x;
  }
}
