import type { Attribute, Graph, GraphNode } from '../graph/ir.ts';
import type { RealTensor } from '../graph/tensor.ts';
import { findLayer } from '../layers/index.ts';
import type { NumberFormat } from '../number/formats/index.ts';
import { quantNode } from './quant-node.ts';

/** A graph while nodes and constants are put into it: all names stay different. */
export class GraphEditor {
  readonly constants: Map<string, RealTensor>;
  nodes: GraphNode[];
  private readonly taken: Set<string>;
  private readonly versions = new Map<string, number>();

  constructor(readonly graph: Graph) {
    this.constants = new Map(graph.constants);
    this.nodes = [...graph.nodes];
    this.taken = new Set([...this.constants.keys(), ...graph.inputs.map(({ name }) => name), ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs])]);
    for (const { kind, version } of graph.nodes) this.versions.set(domainOf(kind), version);
  }

  finish(): Graph {
    return { ...this.graph, constants: this.constants, nodes: this.nodes };
  }

  /** A name that nothing has: the wish itself or with a number. */
  name(wish: string): string {
    let name = wish;
    for (let count = 1; this.taken.has(name); count++) name = `${wish}_${count}`;
    this.taken.add(name);
    return name;
  }

  constant(wish: string, shape: readonly number[], values: ArrayLike<number>): string {
    const name = this.name(wish);
    this.constants.set(name, { shape, values: Float64Array.from(values) });
    return name;
  }

  /** A node of one output, to be put into `nodes`. The version of its operator set is the one that the network uses, or `version`. */
  node(kind: string, wish: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, version = 1): GraphNode {
    const name = this.name(wish);
    return {
      kind, name, inputs, outputs: [this.name(`${wish}_out`)], attributes, version: this.versions.get(domainOf(kind)) ?? version,
      origin: `${this.graph.name} › ${name}`,
    };
  }

  /** The quantizer of a tensor: QONNX's own where the format has that form, otherwise `Format`. */
  quantizer(wish: string, tensor: string, format: NumberFormat, scale: { readonly shape: readonly number[]; readonly values: ArrayLike<number> }): GraphNode {
    const qonnx = quantNode(format);
    if (qonnx === undefined) {
      return this.node('Format', wish, [tensor, this.constant(`${wish}_scale`, scale.shape, scale.values)], { format: format.text });
    }
    const scaled = Float64Array.from(scale.values, (each) => each * qonnx.unit);
    const inputs = [tensor, this.constant(`${wish}_scale`, scale.shape, scaled)];
    if (qonnx.kind === 'Quant') inputs.push(this.constant(`${wish}_zero`, [], [0]), this.constant(`${wish}_bits`, [], [qonnx.bits]));
    return this.node(qonnx.kind, wish, inputs, qonnx.attributes);
  }

  /** Puts nodes before the node of this name. */
  before(name: string, nodes: readonly GraphNode[]): void {
    this.nodes.splice(this.nodes.findIndex((node) => node.name === name), 0, ...nodes);
  }

  replace(node: GraphNode): void {
    this.nodes = this.nodes.map((each) => (each.name === node.name ? node : each));
  }
}

function domainOf(kind: string): string {
  return findLayer(kind)!.domains[0];
}
