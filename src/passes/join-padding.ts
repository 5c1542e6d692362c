import { type FixedNode, type WindowNode } from '../fixed/ir.ts';
import { usesOf } from '../fixed/uses.ts';
import { windowPositions } from '../graph/windows.ts';
import type { FixedPass } from './pass.ts';
import { renumber } from './renumber.ts';

/** Padding of its own and the padding of the windows that follow are one: nothing is made of padded images alone. */
export const joinPadding: FixedPass = {
  name: 'join-padding',
  summary: 'joins padding with the windows that alone read it',
  run: (graph) => {
    const uses = usesOf(graph);

    const nodes: FixedNode[] = [...graph.nodes];
    const removed = new Set<number>();
    graph.nodes.forEach((node, id) => {
      if (node.op !== 'window') return;
      const before = nodes[node.arg];
      if (before.op !== 'window' || uses[node.arg] !== 1 || before.codes !== undefined || !isPadding(before) || !sameImages(before, node)) return;
      if (node.pad.some((places) => places > 0) && node.fill.join() !== before.fill.join()) return;
      const { arg, height, width, fill } = before;
      const pad = [0, 1, 2, 3].map((side) => before.pad[side] + node.pad[side]) as [number, number, number, number];
      nodes[id] = { ...node, arg, height, width, fill, pad, origins: [...before.origins, ...node.origins] };
      removed.add(node.arg);
    });
    return removed.size === 0 ? graph : renumber({ ...graph, nodes }, (id) => !removed.has(id));
  },
};

/** Whether the windows see the padded images as what they are: other rows and channels may be made of the same elements. */
function sameImages(padding: WindowNode, { height, width, channels }: WindowNode): boolean {
  const [down, right] = windowPositions(padding, padding);
  return height === down && width === right && channels === padding.channels;
}

function isPadding({ kernel, stride }: WindowNode): boolean {
  return [...kernel, ...stride].every((extent) => extent === 1);
}
