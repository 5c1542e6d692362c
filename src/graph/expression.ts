import type { ScalarOperator } from '../number/scalar.ts';
import type { Algebra } from './algebra.ts';
import type { RealTensor } from './tensor.ts';

/** What an expression is a function of: an input of the network, or a value of the fixed-point graph. */
export type Variable =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'value'; readonly value: number }
  /** While a graph is lowered: quotients of two values' elements, 0 where the divisor is 0; a quantizer makes integers of them. */
  | { readonly kind: 'quotient'; readonly dividend: number; readonly divisor: number };

/** A tensor of reals as a function of one variable tensor: elementwise chains and gathers over it. Shared parts are one object. */
export type Expression =
  | { readonly op: 'variable'; readonly shape: readonly number[]; readonly variable: Variable }
  | { readonly op: 'constant'; readonly shape: readonly number[]; readonly tensor: RealTensor }
  | { readonly op: 'map'; readonly shape: readonly number[]; readonly operator: ScalarOperator; readonly args: readonly Expression[] }
  | { readonly op: 'gather'; readonly shape: readonly number[]; readonly args: readonly Expression[]; readonly index: Int32Array };

/** The expression's tensor for the given value of its variable. */
export function evaluateExpression(expression: Expression, variable: RealTensor, algebra: Algebra<RealTensor>): RealTensor {
  const known = new Map<Expression, RealTensor>();
  const visit = (part: Expression): RealTensor => {
    const before = known.get(part);
    if (before !== undefined) return before;
    const result = compute(part);
    known.set(part, result);
    return result;
  };
  const compute = (part: Expression): RealTensor => {
    switch (part.op) {
      case 'variable': return { ...variable, shape: part.shape };
      case 'constant': return part.tensor;
      case 'map': return algebra.map(part.operator, part.args.map(visit));
      case 'gather': return algebra.gather(part.args.map(visit), part.shape, part.index);
    }
  };
  return visit(expression);
}

/** The variable that the expression depends on, if any. */
export function variableOf(expression: Expression): Variable | undefined {
  switch (expression.op) {
    case 'variable': return expression.variable;
    case 'constant': return undefined;
    case 'map':
    case 'gather':
      for (const arg of expression.args) {
        const found = variableOf(arg);
        if (found !== undefined) return found;
      }
      return undefined;
  }
}
