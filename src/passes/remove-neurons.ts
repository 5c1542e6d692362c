import { knowledgeOf } from './neurons/lanes.ts';
import { removalsOf, type Reason } from './neurons/removals.ts';
import { rewritten } from './neurons/rewrite.ts';
import { STREAMING, type FixedPass } from './pass.ts';

/** Neurons and channels go with their rows, and with their columns in the products that read them; the rest takes over what they added. */
function without(reason: Reason): FixedPass['run'] {
  return (graph, context = STREAMING) => {
    // What is written at run time has the places of all neurons, and a folding that somebody wrote divides them.
    if (context.isFolded === true || graph.nodes.some((node) => 'rewritable' in node && node.rewritable !== undefined)) return graph;
    const knowledge = knowledgeOf(graph);
    return rewritten(knowledge, removalsOf(knowledge, reason, context));
  };
}

/** Neurons whose quantizer gives one code for all sums that can be. */
export const constantNeurons: FixedPass = {
  name: 'constant-neurons',
  summary: 'neurons that always give the same code become part of the thresholds behind them',
  run: without('constant'),
};

/** Neurons with the row and the thresholds of another, or with the opposite ones. */
export const duplicateNeurons: FixedPass = {
  name: 'duplicate-neurons',
  summary: 'neurons that are equal, or opposite, are computed once: their weights in the next layer are added up',
  run: without('duplicate'),
};

/** Neurons whose weights are zero in every layer that reads them. */
export const deadNeurons: FixedPass = {
  name: 'dead-neurons',
  summary: 'neurons that nobody reads go',
  run: without('dead'),
};
