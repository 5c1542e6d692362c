import type { Node, Signal } from '../../codegen/rtl/ir.ts';

/** Sums of more terms are vectors of their own. */
const MOST_TERMS = 16;

/** More levels than these are found faster one value at a time, by search. */
const MOST_LEVELS = 40;

/**
 * The operands of nodes that one vector operation can compute, lane by lane, in the order of the nodes' operands (enables and
 * constants of the operation left out); nothing where the nodes are not alike or no vector operation does what they do.
 */
export function operandLanes(nodes: readonly Node[], at: (signal: Signal) => Node): Signal[][] | undefined {
  const shapes = nodes.map((node) => shapeOf(node, at));
  const [first] = shapes;
  if (first === undefined || shapes.some((shape) => shape === undefined || shape.key !== first.key)) return undefined;
  return first.operands.map((_, i) => shapes.map((shape) => shape!.operands[i]));
}

interface Shape {
  /** Equal for nodes that are computed alike. */
  readonly key: string;
  readonly operands: readonly Signal[];
}

/** Nothing where no vector operation does what a node does. */
export function shapeOf(node: Node, at: (signal: Signal) => Node): Shape | undefined {
  const width = (signal: Signal): number => at(signal).width;
  const narrow = (operands: readonly Signal[], key: string): Shape | undefined =>
    (operands.every((operand) => width(operand) <= 32) ? { key: `${node.op} ${key} ${operands.map(width).join()}`, operands } : undefined);
  switch (node.op) {
    case 'slice': return narrow([node.arg], `${node.low} ${node.width}`);
    case 'extend': return narrow([node.arg], `${node.signed}`);
    case 'not': return narrow([node.arg], '');
    case 'bitwise': return narrow(node.args, node.kind);
    case 'mux': return node.args.length === 2 ? narrow([node.select, ...node.args], '') : undefined;
    case 'compare': return narrow([node.left, node.right], `${node.kind} ${node.signed}`);
    case 'concat': return node.args.length <= 4 ? narrow(node.args, '') : undefined;
    case 'sum': return node.terms.length > MOST_TERMS ? undefined : narrow(node.terms.map((term) => term.arg),
      `${node.terms.map(({ signed, shift, negative }) => `${signed} ${shift} ${negative}`).join()}`);
    case 'multiply': return narrow([node.left, node.right], `${node.leftSigned} ${node.rightSigned}`);
    case 'thresholds': {
      if (node.levels.length > MOST_LEVELS) return undefined;
      // A level past the operand's range must still be a number of the lane.
      const bits = width(node.arg);
      if (bits === 16 || bits >= 32) return undefined;
      return narrow([node.arg], `${node.signed} ${node.levels.length}`);
    }
    default: return undefined;
  }
}
