import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { operandsOf } from '../../codegen/rtl/operands.ts';
import type { LeanDesign } from '../lean/graph.ts';
import type { Range } from './range.ts';
import { findRoms, signedRangesOf, type FieldRom } from './roms.ts';
import { dependsOnData } from './taint.ts';

/** A design in two: what is computed once for all copies, and what each copy has for itself. */
export interface SplitDesign {
  /** Whether a signal differs from copy to copy. */
  readonly own: (signal: Signal) => boolean;
  /** What copies share; all that the copies read of it is among its outputs. */
  readonly shared: LeanDesign;
  /** What copies have for themselves; what they read of the shared part are inputs and constants. */
  readonly copies: LeanDesign;
  /** Constant memories of which copies read fields. */
  readonly roms: ReadonlyMap<Signal, FieldRom>;
  /** What those fields can be. */
  readonly signedRanges: ReadonlyMap<Signal, Range>;
}

/** Bits of a signal. */
export interface Bits {
  readonly signal: Signal;
  readonly low: number;
}

/** Where bits of a signal come from, behind slices. */
export function behindSlices(nodes: readonly Node[], signal: Signal): Bits {
  let low = 0;
  for (let node = nodes[signal]; node.op === 'slice'; node = nodes[signal]) {
    low += node.low;
    signal = node.arg;
  }
  return { signal, low };
}

export function split(lean: LeanDesign): SplitDesign {
  const { nodes, order, outputs, standIn, paths } = lean;
  const differs = dependsOnData(lean);
  const own = (signal: Signal): boolean => differs[signal] === 1;
  const read = new Set<Signal>();
  const copies = [...nodes];
  const asInput = (signal: Signal): void => {
    const { op, name, width } = nodes[signal];
    if (op === 'constant') return;
    read.add(behindSlices(nodes, signal).signal);
    copies[signal] = { op: 'input', name, width };
  };
  for (const signal of order) if (own(signal)) for (const operand of operandsOf(nodes[signal])) if (!own(operand)) asInput(operand);
  const roms = findRoms(lean, own);
  const shared = [...nodes];
  for (const [signal, rom] of roms) shared[signal] = rom.pointers;
  const ports = [...outputs].map(([name, signal]) => [name, standIn[signal]] as const);
  // Outputs are named by their stand-ins already.
  const itself = Int32Array.from(nodes, (_, signal) => signal);
  const needed = [...read].map((signal) => [`for copies ${signal}`, signal] as const);
  const used = new Set([...roms.values()].flatMap(({ slices }) => slices));
  return {
    own, roms, signedRanges: signedRangesOf(roms),
    shared: { nodes: shared, order: order.filter((signal) => !own(signal) && !used.has(signal)), paths, outputs: new Map([...ports.filter(([, signal]) => !own(signal)), ...needed]), standIn: itself },
    copies: {
      nodes: copies, paths, standIn: itself, order: order.filter((signal) => own(signal) || copies[signal].op === 'constant'),
      outputs: new Map(ports.filter(([, signal]) => own(signal))),
    },
  };
}
