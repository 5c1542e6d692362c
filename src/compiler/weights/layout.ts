import { userError } from '../../base/diagnostic.ts';
import type { Graph } from '../../graph/ir.ts';
import { readFolding } from '../../schedule/folding-file.ts';
import { foldsOf } from '../../schedule/plan.ts';
import { findTarget } from '../../schedule/targets.ts';
import { Timing } from '../../schedule/timing.ts';
import { unitsOf } from '../../schedule/units.ts';
import type { Accelerator } from '../../../codegen/units/accelerator.ts';
import { layoutHash } from '../../../codegen/units/shell.ts';
import { lowerNetwork, type CompiledNetwork, type LoadableOptions } from '../compile.ts';
import { adopted, madeFor, type Made } from './adopt.ts';
import { acceleratorWith } from './reload.ts';

/** The part of `bitloom.json` that says for which networks the hardware's weights can be changed. */
interface WeightsRecord extends LoadableOptions, Made {
  readonly layout: string;
}

/** The files of a package that say what its weights are. */
export interface PackageFiles {
  /** Name of the folder, for messages. */
  readonly folder: string;
  readonly description: string;
  readonly folding: string;
}

/** What `bitloom.json` records of weights that can be written at run time; nothing where none can. */
export function describeWeights({ accelerator, fixed, loadable }: CompiledNetwork): { weights?: WeightsRecord } {
  if (accelerator.loads === undefined || loadable === undefined) return {};
  return { weights: { layout: hashText(accelerator), ...loadable, ...madeFor(fixed) } };
}

function hashText(accelerator: Accelerator): string {
  return `0x${layoutHash(accelerator).toString(16).padStart(8, '0')}`;
}

/**
 * The hardware of a package with the words of another network at power-up.
 * @throws UserError where the package's weights cannot be written, or the network is none for this hardware
 */
export function acceleratorFor(network: Graph, { folder, description, folding }: PackageFiles): Accelerator {
  const { target: targetName, clockNs, weights } = parsed(description, folder);
  const target = findTarget(targetName);
  if (target === undefined) {
    throw userError('package', `bitloom.json names target ${targetName}`, { origin: folder, help: 'compile the package again' });
  }
  const { fixed } = lowerNetwork(network, weights);
  const graph = adopted(fixed, weights, network.name);
  const units = unitsOf(graph);
  const base = new Map(units.map((unit) => [unit.name, foldsOf(unit, graph)[0]]));
  const folds = readFolding({ text: folding, fileName: `${folder}/folding.json` }, units, graph, base).folding;
  const accelerator = acceleratorWith(graph, folds, new Timing(target, clockNs));
  if (hashText(accelerator) !== weights.layout) {
    const found = hashText(accelerator);
    throw userError('package', `its layout of weights is ${weights.layout}, and this bitloom makes ${found} of the same network and folding`, {
      origin: folder, help: 'use the bitloom that compiled the package, or compile it again',
    });
  }
  return accelerator;
}

function parsed(text: string, folder: string): { target: string; clockNs: number; weights: WeightsRecord } {
  let description: unknown;
  try {
    description = JSON.parse(text);
  } catch (error) {
    throw userError('package', `bitloom.json is not JSON: ${(error as Error).message}`, { origin: folder, help: 'compile the package again' });
  }
  const { weights } = description as { weights?: WeightsRecord };
  if (weights === undefined) {
    throw userError('package', 'its weights cannot be written at run time', { origin: folder, help: 'compile it with --runtime-weights all' });
  }
  return description as { target: string; clockNs: number; weights: WeightsRecord };
}
