import { userError } from '../../base/diagnostic.ts';
import type { FixedGraph, FixedNode, RequantizeNode, RewritableFactors } from '../../fixed/ir.ts';
import { withShift } from '../../fixed/rewritable.ts';
import { structureOf, type NodeStructure } from '../../fixed/structure.ts';

/** What hardware was made for: the names of the nodes and all of them that cannot be written at run time. */
export interface Made {
  readonly names: readonly string[];
  readonly structure: readonly NodeStructure[];
}

export function madeFor(graph: FixedGraph): Made {
  return { names: graph.nodes.map((node) => node.name), structure: structureOf(graph) };
}

/** Differences that are told at once. */
const MOST_TOLD = 5;

/**
 * A network's graph as one whose parameters fit the hardware that was made for another: with its names and with its shifts.
 * @param origin what the graph is called in messages
 * @throws UserError that says what differs
 */
export function adopted(graph: FixedGraph, made: Made, origin: string): FixedGraph {
  const help = 'weights are for networks of the same layers, shapes and number formats; compile this one for hardware of its own';
  if (graph.nodes.length !== made.structure.length) {
    const list = (names: readonly string[]): string => names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
    throw userError('weights-differ', `${graph.nodes.length} operators where the hardware has ${made.structure.length}: ${
      list(graph.nodes.map((node) => node.name))} instead of ${list(made.names)}`, { origin, help });
  }
  const nodes = graph.nodes.map((node, i): FixedNode => {
    const shifted = node.op === 'requantize' && node.rewritable !== undefined ? likeMade(node, made.structure[i]) : node;
    return { ...shifted, name: made.names[i] };
  });
  const found = structureOf({ ...graph, nodes });
  const differences = found.flatMap((own, i) => differencesOf(own, made.structure[i]).map((what) => `${made.names[i]}: ${what}`));
  if (differences.length > 0) {
    const more = differences.length > MOST_TOLD ? [`${differences.length - MOST_TOLD} more`] : [];
    const told = [...differences.slice(0, MOST_TOLD), ...more].join('; ');
    throw userError('weights-differ', `not what the hardware was made for: ${told}`, { origin, help });
  }
  return { ...graph, nodes };
}

/** The same function with the shift that the hardware has, where that is possible. */
function likeMade(node: RequantizeNode, structure: NodeStructure): RequantizeNode {
  const { shift, rewritable } = structure as { shift?: number; rewritable?: RewritableFactors };
  if (shift === undefined || typeof rewritable !== 'object' || node.rewritable!.multiplierBits === 0) return node;
  const moved = withShift(node, shift, rewritable);
  return moved === undefined ? node : { ...node, ...moved, rewritable };
}

function differencesOf(own: NodeStructure, made: NodeStructure): string[] {
  if (own.op !== made.op) return [`${String(own.op)} where the hardware has ${String(made.op)}`];
  return [...new Set([...Object.keys(own), ...Object.keys(made)])].flatMap((key) => {
    const [here, there] = [own[key], made[key]].map((value) => (value === undefined ? 'nothing' : JSON.stringify(value)));
    return here === there ? [] : [`${key} is ${here} and was ${there}`];
  });
}
