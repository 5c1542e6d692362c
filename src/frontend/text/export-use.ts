import type { Attribute, Graph, GraphNode } from '../../graph/ir.ts';
import type { RealTensor } from '../../graph/tensor.ts';
import { TracingAlgebra, type Traced } from '../../graph/tracing.ts';
import { findLayer } from '../../layers/index.ts';
import { isQuantizer, versionFor } from './elaborate/layer-names.ts';

/** What of a node counts for what it computes. */
export interface NodeUse {
  /** Attributes that its layer reads. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Tensors that its layer reads; '' for one that it does not. */
  readonly inputs: readonly string[];
  /** Operator set, where it is not the one that calls are of and the layer asks for it. */
  readonly version: number | undefined;
  /** Its results where all of them are known numbers: it needs no statement then. */
  readonly literals: ReadonlyMap<string, RealTensor>;
}

/** Binary operators ask for their version because of attributes that they had once. */
const FORMER_ATTRIBUTES = ['axis', 'broadcast'];

/** Runs every layer's meaning once and watches what it asks for; gives all tensors besides. @throws UserError where one is not supported */
export function traceUse(graph: Graph): { readonly uses: ReadonlyMap<GraphNode, NodeUse>; readonly tensors: ReadonlyMap<string, Traced> } {
  const algebra = new TracingAlgebra();
  const tensors = new Map<string, Traced>();
  for (const [name, tensor] of graph.constants) tensors.set(name, algebra.constant(tensor));
  for (const { name, shape } of [...graph.inputs, ...graph.states ?? []]) tensors.set(name, algebra.input(shape));
  // Numbers in a format stay what they are: layers that read them are not computed away.
  const kept = new Set<string>();
  const uses = new Map<GraphNode, NodeUse>();
  for (const node of graph.nodes) {
    const kind = findLayer(node.kind)!;
    const asked = new Set<string>();
    let askedVersion = false;
    const attributes = new Proxy(node.attributes, { get: (all, key) => { asked.add(String(key)); return all[key as string]; } });
    const watched = { ...node, attributes, get version() { askedVersion = true; return node.version; } };
    algebra.origin = node.origin;
    const wanted = new Set<string>();
    const inputs = new Proxy(node.inputs.map((name) => (name === '' ? undefined : tensors.get(name))), {
      get: (all, key) => { wanted.add(String(key)); return all[key as unknown as number]; },
    });
    const results = kind.meaning(watched, inputs, algebra);
    const literals = new Map<string, RealTensor>();
    node.outputs.forEach((name, i) => {
      const traced = results[i];
      if (name === '' || traced === undefined) return;
      tensors.set(name, traced);
      if ('tensor' in traced && traced.tensor.errors === undefined && !isQuantizer(node.kind)) literals.set(name, traced.tensor);
    });
    const all = !node.inputs.some((name) => kept.has(name)) && literals.size === node.outputs.filter((name) => name !== '').length;
    node.outputs.forEach((name, i) => { if (!all && results[i] !== undefined && 'tensor' in results[i]) kept.add(name); });
    const read = Object.fromEntries(Object.entries(node.attributes).filter(([name]) => asked.has(name)));
    const former = /^(Add|Sub|Mul|Div|Pow|Equal|Less|LessOrEqual|Greater|GreaterOrEqual|And|Or|Xor)$/.test(node.kind)
      && !FORMER_ATTRIBUTES.some((name) => name in node.attributes);
    uses.set(node, {
      attributes: read, inputs: node.inputs.map((name, i) => (wanted.has(`${i}`) ? name : '')), literals: all ? literals : new Map(),
      version: askedVersion && !former && node.version !== versionFor(kind) ? node.version : undefined,
    });
  }
  return { uses, tensors };
}
