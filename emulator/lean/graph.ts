import type { FlatDesign } from '../../codegen/rtl/flatten.ts';
import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { mapOperands } from '../../codegen/rtl/operands.ts';
import { isState } from '../../codegen/rtl/order.ts';

/** A node without its name: what it computes. */
export type Unnamed = Node extends infer N ? (N extends Node ? Omit<N, 'name' | 'comment'> : never) : never;

/**
 * The design as the fast code computes it: state and inputs keep their numbers, combinational signals are rewritten into fewer and
 * larger operations. `standIn[s]` is the signal that has the value of the flat design's signal s.
 */
export interface LeanDesign extends FlatDesign {
  readonly standIn: Int32Array;
}

/** Nodes under construction; equal nodes are one. */
export class LeanNodes {
  readonly nodes: Node[];
  private readonly known = new Map<string, Signal>();
  private readonly identities = new Map<object, number>();

  constructor(flat: FlatDesign) {
    this.nodes = [...flat.nodes];
  }

  width(signal: Signal): number {
    return this.nodes[signal].width;
  }

  at(signal: Signal): Node {
    return this.nodes[signal];
  }

  /** The value of a constant signal. */
  constantOf(signal: Signal): bigint | undefined {
    const node = this.nodes[signal];
    return node.op === 'constant' ? node.value : undefined;
  }

  constant(value: bigint, width: number): Signal {
    return this.add({ op: 'constant', width, value: BigInt.asUintN(width, value) });
  }

  /** A combinational node, or an equal one that is there already. */
  add(node: Unnamed): Signal {
    const key = this.keyOf(node);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const signal = this.nodes.push({ ...node, name: `lean_${this.nodes.length}` } as Node) - 1;
    this.known.set(key, signal);
    return signal;
  }

  /** Takes the node as it is, under its own number, unless an equal one is there. */
  keep(signal: Signal, node: Node): Signal {
    const key = this.keyOf(node);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.nodes[signal] = node;
    this.known.set(key, signal);
    return signal;
  }

  private keyOf(node: Unnamed | Node): string {
    let key = '';
    // Whoever made the node put its fields in an order of his own.
    for (const field of Object.keys(node).sort()) {
      if (field === 'name' || field === 'comment') continue;
      const value: unknown = node[field as keyof typeof node];
      if (value !== undefined) key += `${field}=${this.textOf(value)};`;
    }
    return key;
  }

  private textOf(value: unknown): string {
    if (typeof value === 'number') return `${value}`;
    if (Array.isArray(value)) {
      if (typeof value[0] === 'bigint') return `#${this.identity(value)}`;
      return typeof value[0] === 'object' ? value.map((part) => `{${this.keyOf(part as Unnamed)}}`).join() : value.join();
    }
    return typeof value === 'object' && value !== null ? `#${this.identity(value)}` : `${value}`;
  }

  private identity(object: object): number {
    const number = this.identities.get(object) ?? this.identities.size;
    this.identities.set(object, number);
    return number;
  }
}

/** Replaces the operands of all state by their stand-ins. */
export function rewriteState(nodes: Node[], flat: FlatDesign, standIn: Int32Array): void {
  flat.nodes.forEach((node, signal) => {
    if (isState(node) || node.op === 'ram') nodes[signal] = mapOperands(node, (operand) => standIn[operand]);
  });
}
