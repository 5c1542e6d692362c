import type { FixedGraph, IntegerType } from '../../src/fixed/ir.ts';
import type { Resources } from '../../src/schedule/devices.ts';
import type { Network } from '../../src/schedule/performance.ts';
import type { Design } from '../rtl/ir.ts';
import type { LoadableMemory } from './loadable.ts';

/** A stream at the border of the accelerator: which tensor it carries and how it lies in the beats. */
export interface StreamPort {
  /** `s_axis_0` or `m_axis_0`. */
  readonly prefix: string;
  /** The fixed-point value that it carries. */
  readonly value: number;
  readonly type: IntegerType;
  readonly elements: number;
  /** Elements in each beat, element 0 least significant. */
  readonly elementsPerBeat: number;
  /** Bits of TDATA, whole bytes. */
  readonly dataWidth: number;
}

/** Where the integers of a value can be seen passing inside the design: one beat where valid (and ready, if present) are high. */
export interface Probe {
  readonly value: number;
  readonly type: IntegerType;
  readonly elementsPerBeat: number;
  /** Paths of signals from the top module. */
  readonly valid: string;
  readonly ready?: string;
  readonly data: string;
}

/** A complete accelerator: hardware, its streams, and the model that predicts when beats move. */
export interface Accelerator {
  readonly graph: FixedGraph;
  readonly style: 'unrolled' | 'streaming';
  readonly design: Design;
  readonly inputs: readonly StreamPort[];
  readonly outputs: readonly StreamPort[];
  readonly probes: readonly Probe[];
  readonly network: Network;
  /** Module name of each unit (a layer of the network), in the order of evaluation, with what it computes. */
  readonly layers: readonly { readonly module: string; readonly summary: string }[];
  /** Streaming style: by instance in the top module, what it is estimated to take. */
  readonly estimates?: ReadonlyMap<string, Resources>;
  /** Streaming style: memories that can be written at run time, and where they stand in the words of the bus that loads them. */
  readonly loads?: readonly LoadRegion[];
}

/** A loadable memory in the address space of its accelerator, counted in words: word w of bank b is at base + b * stride + w. */
export interface LoadRegion extends LoadableMemory {
  readonly unit: string;
  readonly base: number;
  readonly stride: number;
}

/** Whole bytes that hold `bits`. */
export function wholeBytes(bits: number): number {
  return 8 * Math.ceil(bits / 8);
}
