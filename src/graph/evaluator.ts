import { userError } from '../base/diagnostic.ts';
import { DomainError } from '../number/ball.ts';
import { UndecidedError } from '../number/enclosure.ts';
import type { Algebra } from './algebra.ts';
import type { Graph, GraphNode, GraphState } from './ir.ts';
import { reals, type RecordCodes } from './reals.ts';
import { sizeOf, type RealTensor } from './tensor.ts';
import { TracingAlgebra, type Step, type Traced } from './tracing.ts';

/** What the evaluator needs to know of a kind of layer. */
export interface LayerMeaning {
  meaning<T>(node: GraphNode, inputs: readonly (T | undefined)[], algebra: Algebra<T>): T[];
}

/** A step, and the values that nothing reads after it. */
export interface LastingStep extends Step { readonly last: readonly number[] }

/** A graph made ready for many samples: everything that depends on constants alone is computed, the rest is a list of steps. */
export interface PreparedGraph {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly number: number }[];
  readonly outputs: readonly { readonly name: string; readonly traced: Traced }[];
  readonly states: readonly { readonly state: GraphState; readonly number: number; readonly next: Traced }[];
  readonly constants: ReadonlyMap<RealTensor, number>;
  readonly steps: readonly LastingStep[];
  /** Codes of the quantizers of constants, by tensor name: `evaluate` records those of activations only. */
  readonly constantCodes: ReadonlyMap<string, RealTensor>;
}

/** A graph written down by its layers' meanings, with what became of every tensor: known already, or computed from the inputs. */
export interface TracedGraph {
  readonly algebra: TracingAlgebra;
  readonly tensors: ReadonlyMap<string, Traced>;
  readonly inputs: PreparedGraph['inputs'];
  readonly states: readonly { readonly state: GraphState; readonly number: number }[];
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
  const states = (graph.states ?? []).map((state) => {
    const traced = algebra.input(state.shape);
    tensors.set(state.name, traced);
    return { state, number: traced.number };
  });
  for (const node of graph.nodes) {
    const layer = registry(node.kind);
    if (layer === undefined) throw userError('unknown-layer', `no layer is called ${node.kind}`, { origin: node.origin });
    algebra.origin = node.origin;
    const args = node.inputs.map((name) => (name === '' ? undefined : find(tensors, name, node.origin)));
    const results = explained(node.origin, () => layer.meaning(node, args, algebra));
    node.outputs.forEach((name, i) => name !== '' && tensors.set(name, results[i]));
  }
  return { algebra, tensors, inputs, states };
}

/** Prepares a graph for `evaluate`. Errors as `traceGraph`. */
export function prepareGraph(graph: Graph, registry: (kind: string) => LayerMeaning | undefined): PreparedGraph {
  const { algebra, tensors, inputs, states: traced } = traceGraph(graph, registry);
  const outputs = graph.outputs.map((name) => ({ name, traced: find(tensors, name, graph.name) }));
  const states = traced.map(({ state, number }) => ({ state, number, next: find(tensors, state.next, graph.name) }));
  const ends = [...outputs.map(({ traced }) => traced), ...states.map(({ next }) => next)];
  return { inputs, outputs, states, constants: algebra.constants, steps: lasting(algebra.steps, ends), constantCodes: algebra.constantCodes };
}

/**
 * The outputs of the network for one sample, by name. `record` is told the codes of every quantizer of activations.
 * `memory` holds what the states are, by name; it is empty before the first sample and brought up to date.
 * @param inputs by name, row-major, of as many elements as the graph says; they are copied
 * @throws UserError where an input is missing or of another size, or a value of the network does not exist (division by zero)
 */
export function evaluate(
  prepared: PreparedGraph, inputs: ReadonlyMap<string, RealTensor>, record?: RecordCodes, memory: Map<string, RealTensor> = new Map(),
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
  for (const { state, number } of prepared.states) values[number] = memory.get(state.name) ?? { ...state.initial, shape: state.shape };
  for (const { origin, result, args, run, last } of prepared.steps) {
    values[result] = explained(origin, () => run(algebra, args.map((number) => values[number])));
    for (const number of last) delete values[number];
  }
  const valueOf = (traced: Traced): RealTensor => ('tensor' in traced ? traced.tensor : values[traced.number]);
  for (const { state, next } of prepared.states) memory.set(state.name, valueOf(next));
  return new Map(prepared.outputs.map(({ name, traced }) => [name, valueOf(traced)]));
}

/** Tensors of large images are let go of as soon as they can. */
function lasting(steps: readonly Step[], outputs: readonly Traced[]): LastingStep[] {
  const needed = new Set(outputs.flatMap((traced) => ('number' in traced ? [traced.number] : [])));
  const result: LastingStep[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    const last = [...new Set([...steps[i].args, steps[i].result])].filter((number) => !needed.has(number));
    for (const number of last) needed.add(number);
    result.push({ ...steps[i], last });
  }
  return result.reverse();
}

function find(tensors: ReadonlyMap<string, Traced>, name: string, origin: string): Traced {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw userError('unknown-tensor', `tensor ${name} is used before it is made`, { origin });
  return tensor;
}

/** Numbers that do not exist or cannot be told apart are facts about the user's network; `origin` is asked when there is one. */
export function explained<T>(origin: string | (() => string), compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    const where = { origin: typeof origin === 'string' ? origin : origin() };
    if (error instanceof DomainError) throw userError('undefined-value', `has no value: ${error.message}`, where);
    if (error instanceof UndecidedError) throw userError('undecided', error.message, where);
    throw error;
  }
}
