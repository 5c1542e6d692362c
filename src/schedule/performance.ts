import type { Access } from './access.ts';
import { Deadlock, findDeadlock } from './deadlock.ts';
import { startStage, type Channel, type Running } from './stages.ts';

/**
 * When beats move: a network of streaming units without their data. Every unit's handshake is modelled as the hardware has it, so
 * that the cycle of each beat is predicted exactly.
 */
export type Stage =
  /** Offers `beats` beats a frame as fast as they are taken. */
  | { readonly kind: 'source'; readonly beats: number }
  | { readonly kind: 'sink'; readonly beats: number }
  | { readonly kind: 'fifo'; readonly depth: number }
  /** Two entries, both sides registered. */
  | { readonly kind: 'slice' }
  | { readonly kind: 'widen'; readonly ratio: number }
  | { readonly kind: 'narrow'; readonly ratio: number }
  /** Takes `beats` beats in the first of `groups` rounds; gives one beat a round. */
  | { readonly kind: 'matrix'; readonly groups: number; readonly beats: number; readonly latency: number }
  /** One beat from each input gives one beat. */
  | { readonly kind: 'pipeline'; readonly latency: number }
  /** Beats come from the inputs in the order of `turns`, again and again. */
  | { readonly kind: 'sequence'; readonly turns: readonly number[] }
  /** A ring of memory that is read by a program. */
  | { readonly kind: 'access'; readonly access: Access }
  | { readonly kind: 'fork' };

/** Stages by number; `inputs` are the stages whose output each reads, in port order. A fork's readers take its outputs in turn. */
export interface Network {
  readonly stages: readonly Stage[];
  readonly inputs: readonly (readonly number[])[];
  /** What each stage is in the words of the network, for reports. */
  readonly names: readonly string[];
}

/** The cycles in which each source's beats were taken and each sink's beats arrived; cycle 0 is the first after reset. */
export interface Performance {
  readonly sources: readonly (readonly number[])[];
  readonly sinks: readonly (readonly number[])[];
  /** By stage: the most beats that a FIFO held, 0 for other stages. */
  readonly occupancy: readonly number[];
}

/**
 * Runs the network, stage after stage in their order, until `frames` frames have arrived in every sink.
 * @throws Deadlock where nothing moves any more
 */
export function predict(network: Network, frames: number, cycleLimit = 100_000_000): Performance {
  const { stages } = network;
  const readers = stages.map(() => [] as Channel[]);
  const inputChannels = network.inputs.map((sources) => sources.map((source) => {
    const channel: Channel = { valid: false, ready: false };
    readers[source].push(channel);
    return channel;
  }));
  const sources: number[][] = [];
  const sinks: number[][] = [];
  let missing = 0;
  const running = stages.map((stage, i): Running => {
    const record: number[] = [];
    if (stage.kind === 'source') sources.push(record);
    if (stage.kind === 'sink') {
      sinks.push(record);
      missing += stage.beats * frames;
    }
    return startStage(stage, { inputs: inputChannels[i], outputs: readers[i], frames, record, done: () => { missing--; } });
  });
  for (let cycle = 0; missing > 0; cycle++) {
    if (cycle > cycleLimit) throw new Error(`no end after ${cycleLimit} cycles`);
    for (const unit of running) unit.offer();
    for (let i = running.length - 1; i >= 0; i--) running[i].accept();
    let moved = false;
    for (const unit of running) if (unit.clock(cycle)) moved = true;
    if (!moved) throw new Deadlock(findDeadlock(network, inputChannels, running, cycle));
  }
  return { sources, sinks, occupancy: running.map((unit) => unit.peak?.() ?? 0) };
}
