import type { Vec } from './vec.ts';

/** How many of the lowest bits of each vector matter to what is computed from it; all of them matter of `root`. */
export function demandsOf(root: Vec): Map<Vec, number> {
  const demands = new Map<Vec, number>();
  const visit = (vec: Vec, bits: number): void => {
    const known = demands.get(vec);
    const wanted = Math.max(1, Math.min(bits, vec.width));
    if (known !== undefined && known >= wanted) return;
    demands.set(vec, wanted);
    if (vec.kind === 'operator') operandDemands(vec, wanted).forEach((each, i) => visit(vec.operands[i], each));
  };
  visit(root, root.width);
  return demands;
}

function operandDemands({ nodes: [node], operands }: Extract<Vec, { kind: 'operator' }>, bits: number): number[] {
  switch (node.op) {
    case 'slice': return [node.low + bits];
    case 'extend':
    case 'not':
    case 'bitwise':
    case 'multiply': return operands.map(() => bits);
    case 'mux': return operands.map((operand, i) => (i === 0 ? operand.width : bits));
    case 'sum': return node.terms.map(({ shift }) => bits - shift);
    default: return operands.map(({ width }) => width);
  }
}
