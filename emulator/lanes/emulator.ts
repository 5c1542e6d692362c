import type { Signal } from '../../codegen/rtl/ir.ts';
import { Memory } from '../memory.ts';
import { wordsOf } from '../layout.ts';
import { FIELDS } from '../lean/streams.ts';
import { CYCLE_LIMIT, RESET_CYCLES, type BeatResult, type CopiesRun } from '../stream-run.ts';
import type { LaneCode } from './compile.ts';
import { laneJob } from './job.ts';
import { COPIES } from './layout.ts';

interface Exports {
  power(): void;
  run(cycles: number): void;
  stream(most: number): number;
}

/** Cycles after which a run comes back to say how far it is. */
const TURN = 200_000;

/** A run of many copies that is made cycle by cycle. */
export interface LaneSession {
  /** Cycles since reset. */
  readonly cycle: number;
  /** Beats that the outputs of each copy still wait for. */
  readonly missing: number;
  /** Lets cycles pass, until no output waits any more. */
  advance(cycles: number): void;
  /** The same beats again, in the state in which the copies are. */
  rewind(): void;
  /** @throws Error where beats are missing */
  collect(): BeatResult[];
}

/** Many copies of a design on one thread, fed with beats that come and go in the same cycles. */
export class LaneEmulator {
  private readonly memory: Memory;
  private readonly exports: Exports;

  constructor(readonly code: LaneCode) {
    this.memory = new Memory(code.layout);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(code.bytes), { env: { memory: this.memory.wasm } });
    this.exports = instance.exports as unknown as Exports;
  }

  /** Starts a run from power-up and a reset. */
  begin(run: CopiesRun): LaneSession {
    const { memory, exports, code: { layout, control, streams } } = this;
    const job = laneJob(run, this.code);
    memory.reach(job.bytes);
    new Uint8Array(memory.wasm.buffer).fill(0);
    layout.initialize(memory.wasm);
    exports.power();
    memory.halves[layout.reset >> 2] = 1;
    exports.run(RESET_CYCLES);
    memory.halves[layout.reset >> 2] = 0;
    const write = (pieces: typeof job.writes): void => {
      for (const { address, bytes } of pieces) new Uint8Array(memory.wasm.buffer).set(bytes, address);
    };
    write(job.writes);
    const missing = (): number => streams.reduce((sum, { input, block }) => sum + (input ? 0 : memory.halves[(block + FIELDS.left) >> 2]), 0);
    return {
      get cycle() { return memory.halves[control.cycle >> 2]; },
      get missing() { return missing(); },
      advance: (cycles) => { if (cycles > 0 && missing() > 0) exports.stream(cycles); },
      rewind: () => write(job.start),
      collect: () => job.collect(job.reads.map(({ address, length }) => new Uint8Array(memory.wasm.buffer).slice(address, address + length))),
    };
  }

  /** Beats of every copy, as `runBeats` of one copy gives them. @throws Error when the limit of cycles is passed */
  runBeats(run: CopiesRun): BeatResult[] {
    const { cycleLimit = CYCLE_LIMIT, progress } = run;
    const session = this.begin(run);
    while (session.missing > 0 && session.cycle < cycleLimit) {
      session.advance(Math.min(TURN, cycleLimit - session.cycle));
      progress?.(session.missing);
    }
    return session.collect();
  }

  /** The value of a signal that is kept, in one copy; nothing for one that is not. */
  value(signal: Signal, copy: number): bigint | undefined {
    const { code: { design, group, layout, stored, live }, memory } = this;
    if (!live.has(signal)) return undefined;
    if (design.own(signal)) return stored(signal) ? this.own(signal, group.of(signal), copy) : undefined;
    const rom = design.roms.get(signal);
    const cells = layout.cellsOf(signal);
    const { width } = design.shared.nodes[signal];
    if (cells !== undefined) return memory.cells(layout.of(signal), cells, width).get();
    const value = memory.value(layout.of(signal) >> 3, wordsOf(width));
    if (rom === undefined) return value;
    return value === 0n ? 0n : rom.contents[Number(value) / rom.rowBytes - 1];
  }

  /** A word of a ram in one copy. */
  word(signal: Signal, index: number, copy: number): bigint {
    const { code: { design, group, memories }, memory } = this;
    if (design.own(signal)) return this.own(signal, memories.own.get(signal)! + index * group.bytes(signal), copy);
    const each = wordsOf(design.shared.nodes[signal].width);
    return memory.value((memories.shared.get(signal)! >> 3) + index * each, each);
  }

  private own(signal: Signal, place: number, copy: number): bigint {
    const { code: { group, origin, stride }, memory } = this;
    const view = new DataView(memory.wasm.buffer);
    const start = origin + Math.floor(copy / COPIES) * stride + place;
    const pieces = group.pieces(signal);
    return pieces.reduce((value, { low, width, bits, at: offset }) => {
      const at = start + offset + ((copy % COPIES) * bits) / 8;
      const cell = bits === 8 ? BigInt(view.getUint8(at)) : bits === 16 ? BigInt(view.getUint16(at, true))
        : bits === 32 ? BigInt(view.getUint32(at, true)) : view.getBigUint64(at, true);
      return value | (BigInt.asUintN(width, cell) << BigInt(low));
    }, 0n);
  }
}

