import { UserError, type Diagnostic } from '../base/diagnostic.ts';
import type { FixedGraph } from '../fixed/ir.ts';
import type { Graph } from '../graph/ir.ts';
import type { Folding } from '../schedule/folding.ts';
import { readFolding } from '../schedule/folding-file.ts';
import type { Unit } from '../schedule/units.ts';

/**
 * The folding that the network's author wishes for, over `base`; undefined where there is no wish. Layer by layer, so that mistakes are
 * told where the layers are written.
 * @throws UserError with all of them
 */
export function wishedFolding(network: Graph, units: readonly Unit[], graph: FixedGraph, base: Folding): Folding | undefined {
  if (network.wishes?.folding === undefined) return undefined;
  const problems: Diagnostic[] = [];
  let folding = base;
  for (const [name, wish] of Object.entries(network.wishes.folding)) {
    const fileName = network.nodes.find((node) => node.name === name)?.origin ?? network.name;
    try {
      folding = readFolding({ text: JSON.stringify({ [name]: wish }), fileName }, units, graph, folding).folding;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.diagnostics);
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return folding;
}
