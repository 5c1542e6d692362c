import type { ValueId } from '../fixed/ir.ts';
import type { Access } from './access.ts';
import type { Lines } from './lines.ts';
import { Deadlock, findDeadlock } from './deadlock.ts';
import { startStage, type Channel, type Running } from './stages.ts';

/**
 * When beats move: a network of streaming units without their data. Every unit's handshake is modelled as the hardware has it, so
 * that the cycle of each beat is predicted exactly. What `overlaps` not makes no step while a result is on its way: see `withoutOverlap`.
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
  /** Takes `beats` beats in the first of `groups` rounds; gives `burst` beats a round, one in each of its last steps. */
  | {
    readonly kind: 'matrix'; readonly groups: number; readonly beats: number; readonly burst: number; readonly latency: number;
    readonly overlaps?: boolean;
  }
  /** Takes a beat in every step; gives one at the end of each of the `lengths`, in turn. */
  | { readonly kind: 'runs'; readonly lengths: Int32Array; readonly latency: number; readonly overlaps?: boolean }
  /**
   * Each beat takes as many passes of `rounds` steps as `passes` says, in turn; one without any takes none. Of the `beats` beats of a
   * vector the last gives a beat in every step of its last pass. `value` is whose changes decide.
   */
  | {
    readonly kind: 'delta'; readonly value: ValueId; readonly rounds: number; readonly simd: number; readonly beats: number;
    readonly passes: Int32Array; readonly latency: number; readonly overlaps: boolean;
  }
  /** One beat from each input gives one beat. */
  | { readonly kind: 'pipeline'; readonly latency: number; readonly overlaps?: boolean }
  /** Beats come from the inputs in the order of `turns`, again and again. */
  | { readonly kind: 'sequence'; readonly turns: readonly number[] }
  /** A ring of memory that is read by a program. */
  | { readonly kind: 'access'; readonly access: Access }
  /** Line buffers through which an image is shifted. */
  | { readonly kind: 'lines'; readonly lines: Lines }
  /** Gives `beats` beats of its own first, then those of its input, in the same cycle. */
  | { readonly kind: 'prefix'; readonly beats: number }
  | { readonly kind: 'fork' };

/** Stages by number; `inputs` are the stages whose output each reads, in port order. A fork's readers take its outputs in turn. */
export interface Network {
  readonly stages: readonly Stage[];
  readonly inputs: readonly (readonly number[])[];
  /** What each stage is in the words of the network, for reports. */
  readonly names: readonly string[];
}

/** How fast a network is when frames follow each other without a gap. */
export interface Speed {
  /** Clock cycles from the one in which the first input beat of a frame is taken to the one in which its last output beat is taken. */
  readonly latency: number;
  /** Clock cycles between the last output beats of two frames. */
  readonly interval: number;
}

/** The cycles in which each source's beats were taken and each sink's beats arrived; cycle 0 is the first after reset. */
export interface Performance {
  readonly sources: readonly (readonly number[])[];
  readonly sinks: readonly (readonly number[])[];
  /** By stage: the most beats that a FIFO held, 0 for other stages. */
  readonly occupancy: readonly number[];
}

/** A channel, its ends, and its signals as they were when its ends last looked. */
interface Link extends Channel {
  readonly source: number;
  readonly reader: number;
  wasValid: boolean;
  wasReady: boolean;
}

/** Cycles that a stage must go on by itself for, to be left alone. */
const LEAST_CALM = 3;

/** Kinds of stages whose readiness depends on their state alone. */
const SETTLED: ReadonlySet<Stage['kind']> = new Set(['fifo', 'slice', 'access']);

/**
 * Runs the network, stage after stage in their order, until `frames` frames have arrived in every sink. Only stages whose signals may
 * change are looked at. Of the others those that do nothing rest until a channel of theirs changes; those that do the same cycle after cycle
 * say how long they will, and do it at once when that time has passed or a channel of theirs changes. `everyCycle` looks at every
 * stage that moves in every cycle, with the same result.
 * @throws Deadlock where nothing moves any more
 */
export function predict(network: Network, frames: number, everyCycle = false): Performance {
  return run(network, frames, () => false, everyCycle);
}

/** Frames after which a rhythm that has not settled is taken as it is. */
const MOST_FRAMES = 8;

/**
 * Latency of the first frame, and the interval when it has settled: two times the same.
 * @throws Deadlock where nothing moves any more
 */
export function settle(network: Network): Speed & Performance {
  let ends: readonly number[] = [];
  const performance = run(network, MOST_FRAMES, (complete) => {
    ends = complete;
    const [a, b, c] = complete.slice(-3);
    return c !== undefined && c - b === b - a;
  });
  const [before, last] = ends.slice(-2);
  return { ...performance, latency: ends[0] - Math.min(...performance.sources.map(([first]) => first)), interval: last - before };
}

/** Numbers below 32 * words, taken in rising order. */
class Agenda {
  private readonly words: Int32Array;

  constructor(size: number) {
    this.words = new Int32Array(Math.ceil(size / 32));
  }

  add(number: number): void {
    this.words[number >> 5] |= 1 << (number & 31);
  }

  remove(number: number): void {
    this.words[number >> 5] &= ~(1 << (number & 31));
  }

  /** The smallest number from `start` on, -1 where there is none. */
  next(start: number): number {
    let index = start >> 5;
    if (index >= this.words.length) return -1;
    let word = this.words[index] & (-1 << (start & 31));
    while (word === 0) {
      if (++index === this.words.length) return -1;
      word = this.words[index];
    }
    return (index << 5) + 31 - Math.clz32(word & -word);
  }
}

/** Stops early where `enough`, asked after each frame with the cycles in which frames were complete, says so. */
function run(network: Network, frames: number, enough: (ends: readonly number[]) => boolean, everyCycle = false): Performance {
  const { stages } = network;
  const outputs = stages.map(() => [] as Link[]);
  const inputs = network.inputs.map((sources, reader) => sources.map((source) => {
    const link: Link = { valid: false, ready: false, source, reader, wasValid: false, wasReady: false };
    outputs[source].push(link);
    return link;
  }));
  const sources: number[][] = [];
  const sinks: number[][] = [];
  const beatsOfSinks: number[] = [];
  const ends: number[] = [];
  const running = stages.map((stage, i): Running => {
    const record: number[] = [];
    if (stage.kind === 'source') sources.push(record);
    if (stage.kind === 'sink') {
      sinks.push(record);
      beatsOfSinks.push(stage.beats);
    }
    return startStage(stage, { inputs: inputs[i], outputs: outputs[i], frames, record });
  });
  // Some stages know from their state alone what they accept: they come first, so that rings of stages end at one of them.
  const numbers = stages.map((_, i) => i);
  const accepting = [
    ...numbers.filter((i) => SETTLED.has(stages[i].kind)), ...numbers.filter((i) => !SETTLED.has(stages[i].kind)).reverse(),
  ];
  const rank = new Int32Array(stages.length);
  accepting.forEach((stage, place) => { rank[stage] = place; });
  // Stages that are looked at in this cycle: by number, and by their place among those that accept.
  const active = new Agenda(stages.length);
  const toAccept = new Agenda(stages.length);
  const isActive = new Uint8Array(stages.length);
  /** Of a stage that goes on by itself: the first cycle that it has not done yet, and the one in which it must be looked at. */
  const since = new Float64Array(stages.length).fill(Infinity);
  const until = new Float64Array(stages.length).fill(Infinity);
  /** No `until` is earlier. */
  let soonest = Infinity;
  const wake = (i: number, cycle: number): void => {
    if (isActive[i] === 1) return;
    isActive[i] = 1;
    active.add(i);
    toAccept.add(rank[i]);
    if (since[i] < cycle) running[i].skip(cycle - since[i], since[i]);
    since[i] = until[i] = Infinity;
  };
  numbers.forEach((i) => wake(i, 0));
  let complete = false;
  let last = 0;
  for (let cycle = 0; ;) {
    last = cycle;
    for (let i = active.next(0); i >= 0; i = active.next(i + 1)) {
      running[i].offer();
      for (const link of outputs[i]) {
        if (link.valid === link.wasValid) continue;
        link.wasValid = link.valid;
        wake(link.reader, cycle);
      }
    }
    for (let place = toAccept.next(0); place >= 0; place = toAccept.next(place + 1)) {
      const i = accepting[place];
      running[i].accept();
      for (const link of inputs[i]) {
        if (link.ready === link.wasReady) continue;
        link.wasReady = link.ready;
        wake(link.source, cycle);
      }
    }
    let busy = false;
    for (let i = active.next(0); i >= 0; i = active.next(i + 1)) {
      const moved = running[i].clock(cycle);
      if (moved && stages[i].kind === 'sink') complete = true;
      const calm = !moved ? 0 : everyCycle ? 0 : running[i].calm();
      if (moved && calm < LEAST_CALM) {
        busy = true;
        continue;
      }
      isActive[i] = 0;
      active.remove(i);
      toAccept.remove(rank[i]);
      if (moved) {
        since[i] = cycle + 1;
        until[i] = cycle + 1 + calm;
        if (until[i] < soonest) soonest = until[i];
      }
    }
    // Sinks that have a whole frame more.
    if (complete && sinks.every((record, sink) => record.length >= beatsOfSinks[sink] * (ends.length + 1))) {
      ends.push(cycle);
      if (ends.length === frames || enough(ends)) break;
    }
    complete = false;
    if (!busy) {
      soonest = Infinity;
      for (let i = 0; i < until.length; i++) if (until[i] < soonest) soonest = until[i];
    }
    cycle = busy ? cycle + 1 : soonest;
    if (cycle === Infinity) throw new Deadlock(findDeadlock(network, inputs, running, last));
    if (cycle < soonest) continue;
    soonest = Infinity;
    for (let i = 0; i < until.length; i++) {
      if (until[i] === cycle) wake(i, cycle);
      else if (until[i] < soonest) soonest = until[i];
    }
  }
  for (const i of numbers) if (since[i] <= last) running[i].skip(last + 1 - since[i], since[i]);
  return { sources, sinks, occupancy: running.map((unit) => unit.peak?.() ?? 0) };
}
