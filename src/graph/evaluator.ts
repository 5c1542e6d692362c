import { userError } from '../base/diagnostic.ts';
import { DomainError } from '../number/ball.ts';
import { UndecidedError } from '../number/enclosure.ts';
import type { Algebra } from './algebra.ts';
import type { Graph, GraphNode } from './ir.ts';
import { reals, type RecordCodes } from './reals.ts';
import { sizeOf, type RealTensor } from './tensor.ts';
import { TracingAlgebra, type Step, type Traced } from './tracing.ts';

/** What the evaluator needs to know of a kind of layer. */
export interface LayerMeaning {
  meaning<T>(node: GraphNode, inputs: readonly (T | undefined)[], algebra: Algebra<T>): T[];
}

/** A graph made ready for many samples: everything that depends on constants alone is computed, the rest is a list of steps. */
export interface PreparedGraph {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly number: number }[];
  readonly outputs: readonly { readonly name: string; readonly traced: Traced }[];
  readonly constants: ReadonlyMap<RealTensor, number>;
  readonly steps: readonly Step[];
  /** Codes of the quantizers of constants, by tensor name: `evaluate` records those of activations only. */
  readonly constantCodes: ReadonlyMap<string, RealTensor>;
}

/** A graph written down by its layers' meanings, with what became of every tensor: known already, or computed from the inputs. */
export interface TracedGraph {
  readonly algebra: TracingAlgebra;
  readonly tensors: ReadonlyMap<string, Traced>;
  readonly inputs: PreparedGraph['inputs'];
}

/**
 * Traces a graph: shapes of all tensors, values of those that depend on constants alone. `registry` finds the meaning of a kind of layer.
 * @throws UserError where a layer is unknown, not supported with its attributes, or has no value for its constants
 */
export function traceGraph(graph: Graph, registry: (kind: string) => LayerMeaning | undefined): TracedGraph {
  const algebra = new TracingAlgebra();
  const tensors = new Map<string, Traced>();
  for (const [name, tensor] of graph.constants) {
    if (tensor.values.some(Number.isNaN)) throw userError('not-a-number', `constant ${name} holds NaN`, { origin: graph.name });
    tensors.set(name, algebra.constant(tensor));
  }
  const inputs = graph.inputs.map(({ name, shape }) => {
    const traced = algebra.input(shape);
    tensors.set(name, traced);
    return { name, shape, number: traced.number };
  });
  for (const node of graph.nodes) {
    const layer = registry(node.kind);
    if (layer === undefined) throw userError('unknown-layer', `no layer is called ${node.kind}`, { origin: node.origin });
    algebra.origin = node.origin;
    const args = node.inputs.map((name) => (name === '' ? undefined : find(tensors, name, node.origin)));
    const results = explained(node.origin, () => layer.meaning(node, args, algebra));
    node.outputs.forEach((name, i) => name !== '' && tensors.set(name, results[i]));
  }
  return { algebra, tensors, inputs };
}

/** Prepares a graph for `evaluate`. Errors as `traceGraph`. */
export function prepareGraph(graph: Graph, registry: (kind: string) => LayerMeaning | undefined): PreparedGraph {
  const { algebra, tensors, inputs } = traceGraph(graph, registry);
  const outputs = graph.outputs.map((name) => ({ name, traced: find(tensors, name, graph.name) }));
  return { inputs, outputs, constants: algebra.constants, steps: algebra.steps, constantCodes: algebra.constantCodes };
}

/**
 * The outputs of the network for one sample, by name. `record` is told the codes of every quantizer of activations.
 * @param inputs by name, row-major, of as many elements as the graph says; they are copied
 * @throws UserError where an input is missing or of another size, or a value of the network does not exist (division by zero)
 */
export function evaluate(
  prepared: PreparedGraph, inputs: ReadonlyMap<string, RealTensor>, record?: RecordCodes,
): Map<string, RealTensor> {
  const algebra = reals(record);
  const values: RealTensor[] = [];
  for (const [tensor, number] of prepared.constants) values[number] = tensor;
  for (const { name, shape, number } of prepared.inputs) {
    const given = inputs.get(name);
    if (given === undefined || given.values.length !== sizeOf(shape)) {
      const found = given === undefined ? 'nothing is given' : `${given.values.length} are given`;
      throw userError('bad-input', `input ${name} has ${sizeOf(shape)} elements, ${found}`);
    }
    if (!given.values.every(Number.isFinite)) throw userError('bad-input', `input ${name} holds a value that is not finite`);
    values[number] = { ...given, shape, values: given.values.slice() };
  }
  for (const { origin, result, args, run } of prepared.steps) {
    values[result] = explained(origin, () => run(algebra, args.map((number) => values[number])));
  }
  return new Map(prepared.outputs.map(({ name, traced }) => [name, 'tensor' in traced ? traced.tensor : values[traced.number]]));
}

function find(tensors: ReadonlyMap<string, Traced>, name: string, origin: string): Traced {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw userError('unknown-tensor', `tensor ${name} is used before it is made`, { origin });
  return tensor;
}

/** Numbers that do not exist or cannot be told apart are facts about the user's network. */
function explained<T>(origin: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof DomainError) throw userError('undefined-value', `has no value: ${error.message}`, { origin });
    if (error instanceof UndecidedError) throw userError('undecided', error.message, { origin });
    throw error;
  }
}
