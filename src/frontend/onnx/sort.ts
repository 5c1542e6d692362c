import { userError } from '../../base/diagnostic.ts';
import type { OnnxNode } from './schema.ts';

/**
 * The nodes in an order of evaluation; the file's own where it already is one.
 * @param known tensors that are there before any node
 * @throws UserError on tensors that nothing gives or two nodes give, and on cycles
 */
export function sortedNodes(
  nodes: readonly OnnxNode[], known: ReadonlySet<string>, origins: ReadonlyMap<OnnxNode, string>, fileName: string,
): OnnxNode[] {
  const makers = new Map<string, OnnxNode>();
  for (const node of nodes) {
    for (const output of node.output) {
      if (output === '') continue;
      if (makers.has(output) || known.has(output)) {
        throw userError('duplicate-tensor', `tensor ${output} is given twice`, {
          origin: origins.get(node), help: 'export the network again',
        });
      }
      makers.set(output, node);
    }
  }
  const available = new Set(known);
  const sorted: OnnxNode[] = [];
  let waiting = [...nodes];
  while (waiting.length > 0) {
    const later: OnnxNode[] = [];
    for (const node of waiting) {
      const missing = node.input.find((input) => input !== '' && !available.has(input));
      if (missing === undefined) {
        sorted.push(node);
        for (const output of node.output) available.add(output);
      } else if (makers.has(missing)) {
        later.push(node);
      } else {
        throw userError('missing-tensor', `tensor ${missing} is given by nothing`, {
          origin: origins.get(node), help: 'export the network again',
        });
      }
    }
    if (later.length === waiting.length) {
      throw userError('cycle', 'the network has a cycle', {
        origin: origins.get(later[0]) ?? fileName, help: 'recurrent networks must be unrolled',
      });
    }
    waiting = later;
  }
  return sorted;
}
