import type { Expression } from '../../graph/expression.ts';
import { operandIndex } from '../../graph/broadcast.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { applyBall, type Ball } from '../../number/ball.ts';
import { applyExact, pointEnclosure, refine, type Enclosure } from '../../number/enclosure.ts';
import { direction, type Direction } from '../../number/monotone.ts';
import type { ScalarOperator } from '../../number/scalar.ts';
import { identityOf } from '../../number/staircase.ts';
import { Rational } from '../../base/rational.ts';

/** One instruction of a chain; operands are positions of earlier instructions. */
type Step =
  | { readonly op: 'variable' }
  | { readonly op: 'constant'; readonly ball: Ball; readonly exact: (precision: number) => Enclosure }
  | { readonly op: 'map'; readonly operator: ScalarOperator; readonly args: readonly number[] };

/**
 * The scalar function that an expression applies to one element of its variable: the elementwise chain between an integer and the
 * next quantizer, with the constants of that element. Evaluated in doubles with proven error bounds, and exactly where those do not
 * decide.
 */
export class ScalarChain {
  constructor(
    private readonly steps: readonly Step[],
    /** Flat index of the variable's element; -1 where the result does not depend on it. */
    readonly source: number,
    /** Equal for chains that are the same function. */
    readonly key: string,
  ) {}

  /** The integer f(n); undefined where the result is not an integer. */
  integerAt(n: number): number | undefined {
    const ball = this.ballAt(n);
    if (ball.error === 0) return Number.isInteger(ball.value) ? ball.value : undefined;
    const exact = this.exactAt(n);
    const low = exact.low;
    return Rational.compare(low, exact.high) === 0 && low.denominator === 1n ? Number(low.numerator) : undefined;
  }

  /** f(n) as a rational where it is one. */
  rationalAt(n: number): Rational | undefined {
    const ball = this.ballAt(n);
    if (ball.error === 0) return Rational.fromDouble(ball.value);
    const exact = this.enclose(n, 128);
    return Rational.compare(exact.low, exact.high) === 0 ? exact.low : undefined;
  }

  private ballAt(n: number): Ball {
    const values: Ball[] = [];
    for (const step of this.steps) {
      if (step.op === 'variable') values.push({ value: n, error: 0 });
      else if (step.op === 'constant') values.push(step.ball);
      else values.push(applyBall(step.operator, step.args.map((arg) => values[arg])));
    }
    return values[values.length - 1];
  }

  private exactAt(n: number): Enclosure {
    return refine((precision) => this.enclose(n, precision), (e) => Rational.compare(e.low, e.high) === 0);
  }

  private enclose(n: number, precision: number): Enclosure {
    const values: Enclosure[] = [];
    for (const step of this.steps) {
      if (step.op === 'variable') values.push(pointEnclosure(Rational.fromDouble(n)));
      else if (step.op === 'constant') values.push(step.exact(precision));
      else values.push(applyExact(step.operator, step.args.map((arg) => values[arg]), precision));
    }
    return values[values.length - 1];
  }

  /** Whether f is proven to rise or to fall over all integers between `low` and `high`. */
  monotone(low: number, high: number): Direction {
    const ranges: Ball[] = [];
    const directions: Direction[] = [];
    for (const step of this.steps) {
      if (step.op === 'variable') {
        ranges.push({ value: low / 2 + high / 2, error: high / 2 - low / 2 + 1 });
        directions.push('rising');
      } else if (step.op === 'constant') {
        ranges.push(step.ball);
        directions.push('constant');
      } else {
        const args = step.args.map((arg) => ranges[arg]);
        directions.push(step.args
          .map((arg, position) => compose(direction(step.operator, position, args), directions[arg]))
          .reduce(agree));
        ranges.push(applyBall(step.operator, args));
      }
    }
    return directions[directions.length - 1];
  }
}

function compose(outer: Direction, inner: Direction): Direction {
  if (inner === 'constant' || outer === 'constant') return 'constant';
  if (inner === 'unknown' || outer === 'unknown') return 'unknown';
  return inner === outer ? 'rising' : 'falling';
}

function agree(left: Direction, right: Direction): Direction {
  if (left === right || right === 'constant') return left;
  return left === 'constant' ? right : 'unknown';
}

/** The first chains that all others repeat. */
export function shortestPeriod(chains: readonly ScalarChain[]): readonly ScalarChain[] {
  for (let period = 1; period < chains.length; period++) {
    if (chains.length % period === 0 && chains.every((chain, i) => chain.key === chains[i % period].key)) return chains.slice(0, period);
  }
  return chains;
}

/** The chain of each element of an expression with one variable; equal functions are one object (the same `key`). */
export function chainsOf(expression: Expression): ScalarChain[] {
  const size = sizeOf(expression.shape);
  const indices = new Map<string, Int32Array>();
  const indexOf = (shape: readonly number[], result: readonly number[]): Int32Array => {
    const key = `${shape.join()}>${result.join()}`;
    const known = indices.get(key) ?? operandIndex(shape, result);
    indices.set(key, known);
    return known;
  };
  return Array.from({ length: size }, (_, element) => specialize(expression, element, indexOf));
}

/** The chain of one element. */
export function chainOf(expression: Expression, element: number): ScalarChain {
  return specialize(expression, element, operandIndex);
}

function specialize(
  expression: Expression, element: number, indexOf: (shape: readonly number[], result: readonly number[]) => Int32Array,
): ScalarChain {
  const steps: Step[] = [];
  const keys: string[] = [];
  const known = new Map<Expression, Map<number, number>>();
  let source = -1;

  const emit = (step: Step, key: string): number => {
    keys.push(key);
    return steps.push(step) - 1;
  };
  const visit = (part: Expression, at: number): number => {
    const before = known.get(part)?.get(at);
    if (before !== undefined) return before;
    const position = compute(part, at);
    if (!known.has(part)) known.set(part, new Map());
    known.get(part)!.set(at, position);
    return position;
  };
  const compute = (part: Expression, at: number): number => {
    switch (part.op) {
      case 'variable':
        if (source >= 0 && source !== at) throw new Error('an element depends on two elements of its variable');
        source = at;
        return emit({ op: 'variable' }, 'x');
      case 'constant': {
        const { values, errors, exact } = part.tensor;
        const error = errors === undefined ? 0 : errors[at];
        const point = error === 0 || exact === undefined ? () => pointEnclosure(Rational.fromDouble(values[at]))
          : (precision: number) => exact(at, precision);
        // An inexact constant is identified by its enclosure, so that equal keys mean equal functions.
        const key = error === 0 ? `${values[at]}` : encodeEnclosure(point(256));
        return emit({ op: 'constant', ball: { value: values[at], error }, exact: point }, key);
      }
      case 'map': {
        const args = part.args.map((arg) => visit(arg, indexOf(arg.shape, part.shape)[at]));
        return emit({ op: 'map', operator: part.operator, args }, `${operatorKey(part.operator)}(${args.join()})`);
      }
      case 'gather': {
        let index = part.index[at];
        for (const arg of part.args) {
          const size = sizeOf(arg.shape);
          if (index < size) return visit(arg, index);
          index -= size;
        }
        throw new Error('gather index past the end');
      }
    }
  };
  visit(expression, element);
  return new ScalarChain(steps, source, keys.join(';'));
}

/** Equal for operators that are the same function. */
function operatorKey(operator: ScalarOperator): string {
  switch (operator.op) {
    case 'round': return `round ${operator.mode}`;
    case 'staircase': return `staircase ${identityOf(operator.steps)}`;
    default: return operator.op;
  }
}

function encodeEnclosure(enclosure: Enclosure): string {
  return `[${enclosure.low.toString()},${enclosure.high.toString()}]`;
}
