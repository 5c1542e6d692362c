import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import type { Layout } from '../layout.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';

/** Values on their way besides the one that is shown: what a delay line or a pipeline holds. */
export function entriesOf(node: Node): number {
  if (node.op === 'delay') return node.cycles - 1;
  return 'stages' in node ? Math.max(0, node.stages - 1) : 0;
}

/** Where a node's value on its way lies: the oldest one in `place`, where the newest goes. `at` is a local with the ring's position. */
export interface Slot {
  readonly place: number;
  readonly at: number | undefined;
}

/**
 * Delay lines of one length that move together share one ring: at each step the oldest values are taken from the ring's position and
 * the newest put there, then the position moves on. Nothing is shifted.
 */
export class Rings {
  private readonly slots = new Map<Signal, Slot>();
  private readonly rings: { position: number; at: number; end: number; step: number; size: number }[] = [];

  constructor(
    private readonly code: FunctionBuilder, layout: Pick<Layout, 'reserve' | 'reserveVectors'>, nodes: readonly Node[], signals: readonly Signal[],
    roomOf: (signal: Signal) => number,
    /** The function in which rings move on, where it is another one. */
    private readonly after = code,
  ) {
    const lengths = new Map<number, Signal[]>();
    for (const signal of signals) {
      const entries = entriesOf(nodes[signal]);
      if (entries === 0) continue;
      const group = lengths.get(entries) ?? [];
      lengths.set(entries, group);
      group.push(signal);
    }
    for (const [entries, group] of lengths) {
      const words = group.reduce((sum, signal) => sum + roomOf(signal), 0);
      let place = layout.reserveVectors(8 * words * entries);
      let at: number | undefined;
      if (entries > 1) {
        const position = layout.reserve(1);
        at = code.local('i32');
        const end = after === code ? at : after.local('i32');
        this.rings.push({ position, at, end, step: 8 * words, size: 8 * words * entries });
      }
      for (const signal of group) {
        this.slots.set(signal, { place, at });
        place += 8 * roomOf(signal);
      }
    }
  }

  slot(signal: Signal): Slot | undefined {
    return this.slots.get(signal);
  }

  /** Fetches the positions. */
  begin(): void {
    for (const { position, at } of this.rings) {
      this.code.i32(0);
      this.code.emit(op.i32Load, 2);
      this.code.offset(position);
      this.code.set(at);
    }
  }

  /** Whether there is a position that moves. */
  get moves(): boolean {
    return this.rings.length > 0;
  }

  /** Moves on. */
  end(): void {
    const { after: code } = this;
    for (const { position, at, end, step, size } of this.rings) {
      code.i32(0);
      code.i32(0);
      if (code === this.code) code.get(at);
      else {
        code.i32(0);
        code.emit(op.i32Load, 2);
        code.offset(position);
      }
      code.i32(step);
      code.emit(op.i32Add);
      code.tee(end);
      code.get(end);
      code.i32(size);
      code.emit(op.i32Eq, op.select, op.i32Store, 2);
      code.offset(position);
    }
  }
}
