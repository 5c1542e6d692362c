import type { SignalHandle, Simulator } from '../../codegen/rtl/simulator.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';

/** What happened at streams and in FIFOs. */
export interface StreamStatistics {
  readonly cycles: number;
  /** Outputs of layers: cycles in which a beat passed, waited (valid, not ready), and in which there was none. */
  readonly streams: readonly { readonly layer: string; readonly passed: number; readonly waited: number; readonly idle: number }[];
  readonly fifos: readonly { readonly name: string; readonly mean: number; readonly most: number }[];
}

/** Counts, cycle by cycle, what passes and waits. */
export class Statistics {
  private readonly streams: readonly { readonly layer: string; readonly valid: SignalHandle; readonly ready?: SignalHandle }[];
  private readonly fifos: readonly { readonly name: string; readonly held: SignalHandle }[];
  private cycles = 0;
  /** For each stream beats that passed and that waited; for each FIFO the sum and the maximum of what it holds. */
  private counts: Float64Array;

  constructor(private readonly simulator: Simulator, private readonly accelerator: Accelerator) {
    this.streams = accelerator.probes.map(({ value, valid, ready }) => ({
      layer: accelerator.graph.nodes[value].name, valid: simulator.signal(valid), ...(ready === undefined ? {} : { ready: simulator.signal(ready) }),
    }));
    const held = [...simulator.signals()].filter(({ path }) => /(^|\.)\w*fifo\w*\.count$/.test(path));
    this.fifos = held.map(({ path }) => ({ name: path.slice(0, path.lastIndexOf('.')), held: simulator.signal(path) }));
    this.counts = new Float64Array(2 * (this.streams.length + this.fifos.length));
  }

  /** Counts the present cycle, whose signals have settled. */
  observe(): void {
    this.cycles++;
    const { counts } = this;
    let at = 0;
    for (const { valid, ready } of this.streams) {
      if (valid.getNumber() === 1) counts[at + (ready?.getNumber() === 0 ? 1 : 0)]++;
      at += 2;
    }
    for (const { held } of this.fifos) {
      const words = held.getNumber();
      counts[at] += words;
      counts[at + 1] = Math.max(counts[at + 1], words);
      at += 2;
    }
  }

  /** Beats that passed at stream number `stream`. */
  beatsOf(stream: number): number {
    return this.counts[2 * stream];
  }

  copy(): Statistics {
    const copy = new Statistics(this.simulator, this.accelerator);
    copy.cycles = this.cycles;
    copy.counts = this.counts.slice();
    return copy;
  }

  report(): StreamStatistics {
    const { counts, cycles, streams } = this;
    return {
      cycles,
      streams: streams.map(({ layer }, i) => ({
        layer, passed: counts[2 * i], waited: counts[2 * i + 1], idle: cycles - counts[2 * i] - counts[2 * i + 1],
      })),
      fifos: this.fifos.map(({ name }, i) => {
        const at = 2 * (streams.length + i);
        return { name, mean: cycles === 0 ? 0 : counts[at] / cycles, most: counts[at + 1] };
      }),
    };
  }
}
