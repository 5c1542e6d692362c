import { argumentsOf } from '../fixed/ir.ts';
import { renumber } from './renumber.ts';
import type { FixedPass } from './pass.ts';

/** Removes nodes that no output depends on. */
export const removeDead: FixedPass = {
  name: 'remove-dead',
  summary: 'removes values that no output depends on',
  run: (graph) => {
    const live = new Set(graph.outputs.map((output) => output.value));
    // What a living state becomes is alive too, and stands behind it: again, until nothing is added.
    for (let before = -1; before !== live.size;) {
      before = live.size;
      for (let id = graph.nodes.length - 1; id >= 0; id--) {
        if (!live.has(id)) continue;
        const node = graph.nodes[id];
        for (const arg of argumentsOf(node)) live.add(arg);
        if (node.op === 'state') live.add(node.next);
      }
    }
    return renumber(graph, (id) => live.has(id));
  },
};

