import { UserError, type Diagnostic } from '../../base/diagnostic.ts';
import { nearest } from '../../base/suggest.ts';
import { LAYERS } from '../../layers/index.ts';
import type { OnnxModel, OnnxNode } from './schema.ts';

/** Version taken for a domain that the file uses without importing it: exporters often forget those of the quantizers. */
const UNSTATED_VERSION = 1;

/** What bitloom plans to read but does not yet; said so that nobody looks for a mistake in the file. */
const PLANNED: readonly (readonly [RegExp, string])[] = [
  [/^(RNN|LSTM|GRU|Loop|Scan|If)$/, 'recurrence and control flow cannot be compiled; export the network unrolled'],
];

/** Domain as it counts: 'ai.onnx' is another name for ''. */
function domainOf({ domain }: { readonly domain?: string }): string {
  return domain === undefined || domain === 'ai.onnx' ? '' : domain;
}

/** Version of the operator set that the node's operator is of. */
export function versionOf(node: OnnxNode, model: OnnxModel): number {
  const imported = model.opsetImport.find((set) => domainOf(set) === domainOf(node));
  return imported?.version ?? UNSTATED_VERSION;
}

/**
 * Checks that every operator of the file is supported.
 * @throws UserError with one diagnostic for each node that is not
 */
export function checkOperators(nodes: readonly OnnxNode[], origins: ReadonlyMap<OnnxNode, string>, model: OnnxModel): void {
  const problems = nodes.flatMap((node): Diagnostic[] => {
    const problem = operatorProblem(node, model);
    if (problem === undefined) return [];
    return [{ severity: 'error', code: 'unsupported-operator', origin: origins.get(node), ...problem }];
  });
  if (problems.length > 0) throw new UserError(problems);
}

function operatorProblem(node: OnnxNode, model: OnnxModel): { message: string; help: string } | undefined {
  const operator = node.opType ?? '';
  const domain = domainOf(node);
  const full = domain === '' ? operator || '(none)' : `${domain}.${operator}`;
  const kind = LAYERS.find((each) => each.operator === operator && each.domains.includes(domain));
  if (kind === undefined) return { message: `operator ${full} is not supported`, help: wayOut(operator) };
  const version = versionOf(node, model);
  if (kind.versions !== undefined && (version < kind.versions[0] || version > kind.versions[1])) {
    return {
      message: `operator ${full} of version ${version} is not supported`,
      help: `export with an operator set of version ${kind.versions.join(' to ')}`,
    };
  }
  if (node.attribute.some((attribute) => attribute.g !== undefined || attribute.graphs.length > 0)) {
    return { message: `operator ${full} contains a graph`, help: 'control flow cannot be compiled; export the network unrolled' };
  }
  return undefined;
}

function wayOut(operator: string): string {
  const planned = PLANNED.find(([pattern]) => pattern.test(operator));
  if (planned !== undefined) return planned[1];
  const elsewhere = LAYERS.find((each) => each.operator === operator);
  if (elsewhere !== undefined) {
    return `${operator} is known in domain ${elsewhere.domains.map((domain) => domain || 'ai.onnx').join(', ')}`;
  }
  const near = nearest(operator, LAYERS.map((each) => each.operator));
  return near === undefined ? 'replace it by supported layers, or cut the network before it' : `did you mean ${near}?`;
}
