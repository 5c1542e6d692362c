import { argumentsOf } from '../fixed/ir.ts';
import { renumber } from './renumber.ts';
import type { FixedPass } from './pass.ts';

/** Removes nodes that no output depends on. */
export const removeDead: FixedPass = {
  name: 'remove-dead',
  summary: 'removes values that no output depends on',
  run: (graph) => {
    const live = new Set(graph.outputs.map((output) => output.value));
    for (let id = graph.nodes.length - 1; id >= 0; id--) {
      if (live.has(id)) for (const arg of argumentsOf(graph.nodes[id])) live.add(arg);
    }
    return renumber(graph, (id) => live.has(id));
  },
};

