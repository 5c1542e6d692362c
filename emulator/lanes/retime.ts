import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import type { LeanDesign } from '../lean/graph.ts';
import { liveOrder } from '../lean/simplify.ts';

/**
 * Where only beats matter, registers between parts of one computation need not be there: a sum of products that are registered at
 * the same edges is the sum of the products as they come, one edge later. What stays has the value that it had in every cycle, from
 * power-up on: only operations that give zero for zeros move. What no output depends on is left out.
 */
export function retime(lean: LeanDesign): LeanDesign {
  const nodes = [...lean.nodes];
  const readers = new Int32Array(nodes.length);
  for (const signal of lean.order) for (const operand of operandsOf(nodes[signal])) readers[operand]++;
  const ports = new Set([...lean.outputs.values()].map((signal) => lean.standIn[signal]));
  const alone = (signal: Signal): boolean => readers[signal] === 1 && !ports.has(signal);
  for (const signal of lean.order) {
    const node = nodes[signal];
    if (node.op === 'sum' && node.stages > 0 && node.constant === 0n) {
      const early = node.terms.map(({ arg }) => (alone(arg) ? anEdgeEarlier(nodes[arg], node.enable) : undefined));
      if (early.length === 0 || early.some((each) => each === undefined)) continue;
      const terms = node.terms.map((term, i) => ({ ...term, arg: nodes.push(early[i]!) - 1 }));
      nodes[signal] = { ...node, terms, stages: node.stages + 1 };
    } else if (node.op === 'popcount' && node.stages === 0 && alone(node.arg)) {
      const source = nodes[node.arg];
      if (source.op !== 'register' || source.reset !== undefined) continue;
      nodes[signal] = { ...node, arg: source.next, stages: 1, ...(source.enable === undefined ? {} : { enable: source.enable }) };
    }
  }
  return { ...lean, nodes, order: liveOrder(nodes, roots(nodes, lean)) };
}

/** What a pipelined operation gives one edge earlier, if it moves with the given enable. */
function anEdgeEarlier(node: Node, enable: Signal | undefined): Node | undefined {
  if (node.op !== 'multiply' && (node.op !== 'sum' || node.constant !== 0n)) return undefined;
  if (node.stages === 0 || node.enable !== enable) return undefined;
  return { ...node, stages: node.stages - 1 };
}

function roots(nodes: readonly Node[], { outputs, standIn }: LeanDesign): Signal[] {
  const inputs = nodes.flatMap((node, signal) => (node.op === 'input' ? [signal] : []));
  return [...inputs, ...Array.from(outputs.values(), (signal) => standIn[signal])];
}
