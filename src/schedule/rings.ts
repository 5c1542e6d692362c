import { remembered } from '../base/remembered.ts';
import { longestWord } from '../fixed/gathers.ts';
import type { FixedGraph, WindowNode } from '../fixed/ir.ts';
import { sizeOf } from '../graph/tensor.ts';
import { gatherAccess, windowAccess, type Access } from './access.ts';
import type { Fold, WindowPlan } from './plan.ts';
import type { AccessUnit } from './units.ts';

/** Reading programs that were worked out before: the search for a folding asks for the same ones again and again. */
const known = new WeakMap<object, Map<string, Access>>();

/** The programs of a node by what they depend on. */
function programsOf(node: object): Map<string, Access> {
  return remembered(known, node, () => new Map<string, Access>());
}

/** How a window unit that hands out windows as planned reads its memory. */
export function windowAccessOf(window: WindowNode, { lanes, span }: Pick<WindowPlan, 'lanes' | 'span'>): Access {
  return remembered(programsOf(window), `${lanes}/${span}`, () => windowAccess(window, lanes, span));
}

/** How a unit that reads a frame again reads its memory, and what it reads outside of an image. */
export function accessOf({ node, inputs }: AccessUnit, { pe }: Fold, graph: FixedGraph): { access: Access; fill?: Float64Array } {
  if (node.op === 'window') return { access: windowAccessOf(node, { lanes: pe, span: node.order === 'pixel' ? node.channels : 1 }), fill: node.fill };
  if (longestWord(node, graph) % pe !== 0) throw new Error(`${node.name}: words of ${pe} elements`);
  return {
    access: remembered(programsOf(node), `${pe}`, () => {
      const addresses = Int32Array.from({ length: node.index.length / pe }, (_, i) => node.index[i * pe] / pe);
      return gatherAccess(addresses, sizeOf(graph.nodes[inputs[0]].shape) / pe);
    }),
  };
}
