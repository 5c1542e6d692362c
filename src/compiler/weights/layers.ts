import { userError } from '../../base/diagnostic.ts';
import { identifier } from '../../base/names.ts';
import { nearest } from '../../base/suggest.ts';
import type { Graph } from '../../graph/ir.ts';
import type { Rewritable } from '../../passes/lower/context.ts';

/**
 * The layers whose weights are to be written at run time.
 * @throws UserError where a name is no layer's, or the network keeps a state: what depends on it alone is computed before weights come
 */
export function rewritableLayers(network: Graph, wanted: 'all' | readonly string[] | undefined): Rewritable | undefined {
  if (wanted === undefined) return undefined;
  if ((network.states ?? []).length > 0) {
    throw userError('runtime-weights', 'weights of a network with states cannot be written at run time', {
      help: 'products of initial states would be made with the weights of before',
    });
  }
  if (wanted === 'all') return 'all';
  const names = network.nodes.map((node) => identifier(node.name));
  const unknown = wanted.filter((name) => !names.includes(identifier(name))).map((name) => {
    const near = nearest(name, names);
    return near === undefined ? `"${name}"` : `"${name}" (did you mean "${near}"?)`;
  });
  if (unknown.length > 0) {
    throw userError('runtime-weights', `no layer is called ${unknown.join(', ')}`, { help: 'name layers as `inspect` prints them, or all' });
  }
  return new Set(wanted.map(identifier));
}
