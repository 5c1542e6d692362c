import type { FlatDesign } from '../../codegen/rtl/flatten.ts';
import type { Node, RomNode, Signal } from '../../codegen/rtl/ir.ts';
import { mapOperands, operandsOf } from '../../codegen/rtl/operands.ts';
import { evaluationOrder, isState } from '../../codegen/rtl/order.ts';
import type { Unnamed } from '../lean/graph.ts';
import { findMovable, latencyOf } from './movable.ts';
import { zeroUntil } from './zero.ts';

/** A design in which pipelines compute when their results are wanted, from what went into them some edges ago. */
export interface Retimed {
  /** Signals keep their numbers; new ones follow. What was a pipeline's register is logic on samples. */
  readonly flat: FlatDesign;
  /** Delays that are read out of a history of samples: see windows.ts. */
  readonly taps: ReadonlySet<Signal>;
}

/**
 * Registers that move together are pipelines: what they hold follows from what went into them at earlier edges. Here they become logic
 * on samples of those signals, so that nothing is computed for an edge at which nobody reads it. Every register keeps its value, from
 * power-up on: where an operation does not give zero for zeros, it gives zero until the samples have reached it.
 */
export function retime(flat: FlatDesign): Retimed {
  const movable = findMovable(flat);
  if (movable.size === 0) return { flat, taps: new Set() };
  const rewriter = new Rewriter(flat, movable);
  for (const signal of movable) rewriter.rewrite(signal);
  const { nodes, taps } = rewriter;
  return { flat: { ...flat, nodes, order: evaluationOrder(nodes) }, taps };
}

class Rewriter {
  readonly nodes: Node[];
  readonly taps = new Set<Signal>();
  private readonly known = new Map<string, Signal>();
  private readonly mixed = new Map<string, boolean>();
  private readonly shifted = new Map<RomNode['contents'], readonly bigint[]>();
  /** Values that are zero until so many edges have passed. */
  private readonly guards = new Map<Signal, { readonly edges: number; readonly value: Signal; readonly enable: Signal | undefined }>();
  private readonly until: (signal: Signal) => number;

  constructor(private readonly flat: FlatDesign, private readonly movable: ReadonlySet<Signal>) {
    this.nodes = [...flat.nodes];
    this.until = zeroUntil(this.nodes, this.taps);
  }

  /** Gives a movable signal's number to what computes its value. */
  rewrite(signal: Signal): void {
    const { name, comment } = this.flat.nodes[signal];
    const { enable } = this.flat.nodes[signal] as { enable?: Signal };
    const value = this.nodes[this.moved(signal, 0, enable)];
    this.nodes[signal] = { ...value, name, comment };
    if (value.op === 'delay') this.taps.add(signal);
  }

  private add(node: Unnamed): Signal {
    return this.nodes.push({ ...node, name: `history_${this.nodes.length}` } as Node) - 1;
  }

  private once(key: string, make: () => Signal): Signal {
    let signal = this.known.get(key);
    if (signal === undefined) {
      signal = make();
      this.known.set(key, signal);
    }
    return signal;
  }

  /** The value that a signal had `edges` enabled edges ago. */
  private at(signal: Signal, edges: number, enable: Signal | undefined): Signal {
    const node = this.flat.nodes[signal];
    if (edges === 0 || this.isConstant(signal)) return signal;
    if (this.moves(signal, enable)) return this.moved(signal, edges, enable);
    if (!this.isMixed(signal, enable)) return this.tap(signal, edges, enable);
    return this.once(`${signal} ${edges} ${enable}`, () => this.logic(mapOperands(node, (operand) => this.at(operand, edges, enable))));
  }

  private tap(arg: Signal, cycles: number, enable: Signal | undefined): Signal {
    return this.once(`tap ${arg} ${cycles} ${enable}`, () => {
      const tap = this.add({ op: 'delay', width: this.nodes[arg].width, arg, cycles, ...(enable === undefined ? {} : { enable }) });
      this.taps.add(tap);
      return tap;
    });
  }

  /** What a movable signal showed `edges` edges ago. */
  private moved(signal: Signal, edges: number, enable: Signal | undefined): Signal {
    return this.once(`moved ${signal} ${edges}`, () => {
      const node = this.flat.nodes[signal];
      const before = edges + latencyOf(node);
      const value = this.computed(node, before, enable);
      return this.until(value) >= before ? value : this.guarded(value, before, enable);
    });
  }

  /** A value, and zero until the samples of so many edges are there. */
  private guarded(value: Signal, edges: number, enable: Signal | undefined): Signal {
    return this.once(`guarded ${value} ${edges} ${enable}`, () => {
      const { width } = this.nodes[value];
      const started = this.tap(this.once('one', () => this.add({ op: 'constant', width: 1, value: 1n })), edges, enable);
      const none = this.once(`none ${width}`, () => this.add({ op: 'constant', width, value: 0n }));
      const guard = this.add({ op: 'mux', width, select: started, args: [none, value] });
      this.guards.set(guard, { edges, value, enable });
      return guard;
    });
  }

  /** Logic on samples. Where something else makes it zero early enough, guards are not needed. */
  private logic(node: Node): Signal {
    if (node.op === 'slice') {
      const guard = this.guards.get(node.arg);
      if (guard !== undefined) return this.guarded(this.add({ ...node, arg: guard.value }), guard.edges, guard.enable);
    }
    if (node.op === 'multiply') {
      const [left, right] = [this.guards.get(node.left), this.guards.get(node.right)];
      if (right !== undefined && this.until(node.left) >= right.edges) return this.add({ ...node, right: right.value });
      if (left !== undefined && this.until(node.right) >= left.edges) return this.add({ ...node, left: left.value });
    }
    return this.add(node);
  }

  /** What a movable node makes of its operands as they were. */
  private computed(node: Node, before: number, enable: Signal | undefined): Signal {
    if (node.op === 'register') return this.at(node.next, before, enable);
    if (node.op === 'delay') return this.at(node.arg, before, enable);
    if (node.op === 'rom') return this.rom(node, before, enable);
    const { enable: _, ...plain } = { ...node, stages: 0 } as Node & { enable?: Signal };
    return this.logic(mapOperands(plain as Node, (operand) => this.at(operand, before, enable)));
  }

  /** A look-up; where samples are taken of its address, entry 0 holds zero and stands for none yet. */
  private rom({ address, contents, width }: RomNode, before: number, enable: Signal | undefined): Signal {
    if (this.isMixed(address, enable) || this.isConstant(address)) return this.add({ op: 'lookup', width, index: this.at(address, before, enable), contents });
    const next = this.once(`next ${address}`, () => this.add({
      op: 'sum', width: this.nodes[address].width + 1, stages: 0, constant: 1n, terms: [{ arg: address, signed: false, shift: 0, negative: false }],
    }));
    const behind = this.shifted.get(contents) ?? [0n, ...contents];
    this.shifted.set(contents, behind);
    return this.add({ op: 'lookup', width, index: this.tap(next, before, enable), contents: behind });
  }

  private isConstant(signal: Signal): boolean {
    const node = this.flat.nodes[signal];
    return node.op === 'constant' || ((node.op === 'slice' || node.op === 'extend' || node.op === 'not') && this.isConstant(node.arg));
  }

  private moves(signal: Signal, enable: Signal | undefined): boolean {
    return this.movable.has(signal) && (this.flat.nodes[signal] as { enable?: Signal }).enable === enable;
  }

  /** Whether a signal is, or is made of, ones that move at the edges of an enable. */
  private isMixed(signal: Signal, enable: Signal | undefined): boolean {
    if (this.movable.has(signal)) return this.moves(signal, enable);
    const key = `${signal} ${enable}`;
    let mixed = this.mixed.get(key);
    if (mixed === undefined) {
      const node = this.flat.nodes[signal];
      mixed = !isState(node) && node.op !== 'ram' && operandsOf(node).some((operand) => this.isMixed(operand, enable));
      this.mixed.set(key, mixed);
    }
    return mixed;
  }
}
