import { flatten } from '../../codegen/rtl/flatten.ts';
import type { SignalHandle } from '../../codegen/rtl/simulator.ts';
import type { Accelerator, Probe } from '../../codegen/units/accelerator.ts';
import { compileDesign, Emulator, type BeatSession, type Snapshot } from '../../emulator/index.ts';
import { fromBeats, type Sample } from './host.ts';
import { requestOf } from './emulate-batch.ts';
import { Statistics, type StreamStatistics } from './statistics.ts';
import type { Stall } from './engines.ts';

/** Where a run stops: a signal that has a value, or that changes. */
export interface Breakpoint {
  readonly path: string;
  readonly value?: bigint;
}

/** A beat that passed on a layer's output. */
export interface LayerBeat {
  readonly layer: string;
  /** Beats that have passed so far. */
  readonly beats: number;
  readonly integers: Float64Array;
  /** What the integers stand for in the network's real numbers, where a quantizer says it. */
  readonly reals?: Float64Array;
}

/** A moment to which the run can go back. */
interface Checkpoint {
  readonly snapshot: Snapshot;
  readonly cycle: number;
  readonly statistics: Statistics;
  readonly last: readonly (bigint | undefined)[];
}

const SPACING = 1024;
const MOST_CHECKPOINTS = 64;

/** A run of samples that can be stopped, looked at, and taken back, cycle by cycle. */
export class Debugger {
  readonly emulator: Emulator;
  private readonly session: BeatSession;
  private statistics: Statistics;
  /** The last beat of each probe. */
  private last: (bigint | undefined)[];
  private readonly probes: readonly { readonly probe: Probe; readonly valid: SignalHandle; readonly ready?: SignalHandle; readonly data: SignalHandle }[];
  private checkpoints: Checkpoint[] = [];
  private spacing = SPACING;
  readonly breakpoints: Breakpoint[] = [];

  constructor(readonly accelerator: Accelerator, samples: readonly Sample[], stall?: Stall) {
    const emulator = new Emulator(compileDesign(flatten(accelerator.design), { faults: true }));
    this.emulator = emulator;
    this.probes = accelerator.probes.map((probe) => ({
      probe, valid: emulator.signal(probe.valid), data: emulator.signal(probe.data),
      ...(probe.ready === undefined ? {} : { ready: emulator.signal(probe.ready) }),
    }));
    this.statistics = new Statistics(emulator, accelerator);
    this.last = this.probes.map(() => undefined);
    this.session = emulator.beginBeats({ ...requestOf(accelerator, samples), ...(stall === undefined ? {} : { stall }) });
    this.keep();
  }

  get cycle(): number {
    return this.session.cycle;
  }

  /** Whether all results are there. */
  get finished(): boolean {
    return this.session.missing === 0;
  }

  /** Goes on for so many cycles, or until a breakpoint holds; gives the breakpoint. */
  step(cycles: number, breakpoints: readonly Breakpoint[] = []): Breakpoint | undefined {
    const watched = breakpoints.map((breakpoint) => ({ breakpoint, signal: this.emulator.signal(breakpoint.path), before: 0n }));
    for (const each of watched) each.before = each.signal.get();
    for (let passed = 0; passed < cycles && !this.finished; passed++) {
      this.observe();
      this.session.advance(1);
      if (this.cycle % this.spacing === 0) this.keep();
      for (const each of watched) {
        const value = each.signal.get();
        if (each.breakpoint.value === undefined ? value !== each.before : value === each.breakpoint.value) return each.breakpoint;
        each.before = value;
      }
    }
    return undefined;
  }

  /** Goes to a cycle, back or on. */
  goTo(cycle: number): void {
    const target = Math.max(0, cycle);
    if (target < this.cycle) this.restore(this.checkpoints.filter((each) => each.cycle <= target).pop()!);
    this.step(target - this.cycle);
  }

  /** Overwrites a register's value, as a fault would. What was kept of later cycles is forgotten. */
  poke(path: string, value: bigint): void {
    this.emulator.poke(path, value);
    this.checkpoints = this.checkpoints.filter((each) => each.cycle < this.cycle);
    this.emulator.settle();
    this.keep();
  }

  /** The last beat of each layer's output, the layers in order. */
  layers(): LayerBeat[] {
    return this.probes.flatMap(({ probe }, i) => {
      const beat = this.last[i];
      const { name, codes } = this.accelerator.graph.nodes[probe.value];
      if (beat === undefined) return [{ layer: name, beats: 0, integers: new Float64Array(0) }];
      const integers = fromBeats(probe, [beat]);
      const [code] = codes ?? [];
      return [{ layer: name, beats: this.statistics.beatsOf(i), integers, ...(code === undefined ? {} : { reals: integers.map((v) => code.scale * v + code.offset) }) }];
    });
  }

  /** What passed and waited at each layer's output and in each FIFO so far. */
  report(): StreamStatistics {
    return this.statistics.report();
  }

  private observe(): void {
    this.statistics.observe();
    this.probes.forEach(({ valid, ready, data }, i) => {
      if (valid.getNumber() === 1 && ready?.getNumber() !== 0) this.last[i] = data.get();
    });
  }

  private keep(): void {
    if (this.checkpoints.some((each) => each.cycle === this.cycle)) return;
    this.checkpoints.push({ snapshot: this.session.save(), cycle: this.cycle, statistics: this.statistics.copy(), last: [...this.last] });
    this.checkpoints.sort((a, b) => a.cycle - b.cycle);
    if (this.checkpoints.length <= MOST_CHECKPOINTS) return;
    // Every other one goes: the past stays reachable, a little more slowly.
    this.spacing *= 2;
    this.checkpoints = this.checkpoints.filter((each, i) => i === 0 || each.cycle % this.spacing === 0);
  }

  private restore({ snapshot, statistics, last }: Checkpoint): void {
    this.session.restore(snapshot);
    this.statistics = statistics.copy();
    this.last = [...last];
  }
}
