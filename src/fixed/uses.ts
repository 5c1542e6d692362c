import { argumentsOf, type FixedGraph } from './ir.ts';

/** How often each value is read: by other nodes, by outputs, and by states for the next sample. */
export function usesOf({ nodes, outputs }: FixedGraph): number[] {
  const uses = new Array<number>(nodes.length).fill(0);
  for (const node of nodes) {
    for (const arg of argumentsOf(node)) uses[arg]++;
    if (node.op === 'state') uses[node.next]++;
  }
  for (const { value } of outputs) uses[value]++;
  return uses;
}
