import type { Expression } from '../graph/expression.ts';

/**
 * Which element of the variable each element of an expression depends on, where it depends on one alone. `alike`: only where all
 * elements are the same function of theirs.
 */
export function orderOf(expression: Expression, size: number, alike: boolean): Int32Array | undefined {
  switch (expression.op) {
    case 'variable': return Int32Array.from({ length: size }, (_, i) => i);
    case 'constant': return undefined;
    case 'gather': {
      if (expression.args.length !== 1) return undefined;
      const inner = orderOf(expression.args[0], size, alike);
      return inner === undefined ? undefined : expression.index.map((source) => inner[source]);
    }
    case 'map': {
      const varying = expression.args.filter((arg) => (alike ? !isUniform(arg) : arg.op !== 'constant'));
      const orders = varying.map((arg) => orderOf(arg, size, alike));
      const [first] = orders;
      const elements = expression.shape.reduce((a, b) => a * b, 1);
      if (first === undefined || first.length !== elements) return undefined;
      return orders.every((order) => order !== undefined && order.every((source, i) => source === first[i])) ? first : undefined;
    }
  }
}

/** Whether a constant has one value throughout. */
function isUniform(expression: Expression): boolean {
  if (expression.op !== 'constant') return false;
  const { values, errors } = expression.tensor;
  return values.length === 1 || (errors === undefined && values.every((value) => value === values[0]));
}
