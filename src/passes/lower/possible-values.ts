import { applyBall } from '../../number/ball.ts';
import type { Expression } from '../../graph/expression.ts';

/** Combinations tried for one operator. */
const MOST = 16;

/**
 * A set of doubles that holds every value the expression's elements can take, whatever its variable is; undefined where no small set
 * is evident. Finds the two codes of a sign quantizer behind its comparison.
 */
export function possibleValues(expression: Expression): ReadonlySet<number> | undefined {
  switch (expression.op) {
    case 'variable': return undefined;
    case 'constant': {
      const { values, errors } = expression.tensor;
      const distinct = new Set(values);
      return errors === undefined && distinct.size <= MOST ? distinct : undefined;
    }
    case 'gather': return union(expression.args.map(possibleValues));
    case 'map': {
      const { operator } = expression;
      if (operator.op === 'less' || operator.op === 'less-equal' || operator.op === 'equal') return new Set([0, 1]);
      if (operator.op === 'staircase') return operator.steps.values.length <= MOST ? new Set(operator.steps.values) : undefined;
      const args = expression.args.map(possibleValues);
      if (operator.op === 'select') return union(args.slice(1));
      let combinations: number[][] = [[]];
      for (const arg of args) {
        if (arg === undefined || combinations.length * arg.size > MOST) return undefined;
        combinations = combinations.flatMap((chosen) => [...arg].map((value) => [...chosen, value]));
      }
      const results = combinations.map((values) => applyBall(operator, values.map((value) => ({ value, error: 0 }))));
      return results.every((result) => result.error === 0) ? new Set(results.map((result) => result.value)) : undefined;
    }
  }
}

function union(sets: readonly (ReadonlySet<number> | undefined)[]): ReadonlySet<number> | undefined {
  const all = new Set<number>();
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (const value of set) all.add(value);
  }
  return all;
}
