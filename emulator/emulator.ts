import type { Signal } from '../codegen/rtl/ir.ts';
import type { InputHandle, MemoryHandle, SignalHandle, Simulator } from '../codegen/rtl/simulator.ts';
import { isState } from '../codegen/rtl/order.ts';
import type { CompiledDesign } from './compile.ts';
import { wordsOf } from './layout.ts';
import { Memory } from './memory.ts';
import { FIELDS } from './lean/streams.ts';
import { beatJob, CYCLE_LIMIT, RESET_CYCLES, type BeatResult, type BeatRun, type StreamJob } from './stream-run.ts';

interface Exports {
  settle(): void;
  edge(): void;
  run(cycles: number): void;
  play(cycles: number): void;
  offer(): void;
  stream(most: number): number;
}

/** All of a design's state at one moment. */
export interface Snapshot {
  readonly cycle: number;
  readonly bytes: Uint8Array;
}

/** A run of beats that is made cycle by cycle. */
export interface BeatSession {
  /** Cycles since reset; signals are those of this cycle, before its clock edge. */
  readonly cycle: number;
  /** Beats that outputs still wait for. */
  readonly missing: number;
  /** Lets cycles pass, until no output waits any more. */
  advance(cycles: number): void;
  save(): Snapshot;
  restore(snapshot: Snapshot): void;
}

/** Cycles after which a run of beats comes back to say how far it is. */
const TURN = 200_000;

/** A design running as WebAssembly. */
export class Emulator implements Simulator {
  private readonly memory_: Memory;
  private readonly exports: Exports;
  private edges = 0;
  /** Whether inputs or state changed since signals were computed. */
  private dirty = true;
  /** Computes the signals that the fast code does not keep; made when somebody looks at one. */
  private show: (() => void) | undefined;
  private shown = false;

  constructor(private readonly design: CompiledDesign) {
    this.memory_ = new Memory(design.layout);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(design.fast.bytes), { env: { memory: this.memory_.wasm } });
    this.exports = instance.exports as unknown as Exports;
    this.reset();
  }

  get cycle(): number {
    return this.edges;
  }

  /** Back to power-up state, inputs 0 and not driven. */
  reset(): void {
    this.design.layout.initialize(this.memory_.wasm);
    this.edges = 0;
    this.dirty = true;
    this.settle();
  }

  setReset(active: boolean): void {
    this.memory_.halves[this.design.layout.reset >> 2] = active ? 1 : 0;
  }

  settle(): void {
    if (!this.dirty) return;
    this.exports.settle();
    this.dirty = false;
    this.shown = false;
  }

  clock(): void {
    this.settle();
    this.exports.edge();
    this.passed(1);
  }

  /** `cycles` clock edges with the inputs as they are, without coming back in between. */
  run(cycles: number): void {
    if (cycles <= 0) return;
    this.exports.run(cycles);
    this.passed(cycles);
  }

  /** Gives an input port one of the values in each cycle of `play`, one after another, again and again. */
  drive(port: string, values: readonly bigint[]): void {
    const signal = this.port(port);
    const { next, first, end } = this.design.fast.driven.find((driven) => driven.signal === signal)!;
    const { width } = this.design.flat.nodes[signal];
    const address = this.memory_.allocate(8 * wordsOf(width) * values.length);
    values.forEach((value, i) => this.memory_.write((address >> 3) + i * wordsOf(width), width, value));
    const { halves } = this.memory_;
    halves[next >> 2] = address;
    halves[first >> 2] = address;
    halves[end >> 2] = address + 8 * wordsOf(width) * values.length;
  }

  /** `cycles` clock edges with the driven ports' values, without coming back in between. */
  play(cycles: number): void {
    if (cycles <= 0) return;
    this.exports.play(cycles);
    this.passed(cycles);
  }

  /**
   * Sends and receives beats from power-up on as `runStreams` does, without coming back in between.
   * @throws Error when the limit of cycles is passed
   */
  runBeats(run: BeatRun): BeatResult {
    const { memory_: memory } = this;
    const { cycleLimit = CYCLE_LIMIT, progress } = run;
    const before = this.design.layout.bytes;
    const { job, missing } = this.prepare(run);
    const after = this.design.layout.bytes;
    let left = missing;
    for (let cycle = 0; left > 0 && cycle < cycleLimit;) {
      left = this.exports.stream(Math.min(TURN, cycleLimit - cycle));
      cycle = this.streamed(cycle);
      progress?.(left);
    }
    this.design.layout.release(before, after);
    return job.collect(job.reads.map(({ address, length }) => new Uint8Array(memory.wasm.buffer).slice(address, address + length)));
  }

  /** Starts a run of beats that goes on when it is told, and back. */
  beginBeats(run: BeatRun): BeatSession {
    let { missing } = this.prepare(run);
    let cycle = 0;
    this.offer();
    const counted = (): number => this.memory_.halves[this.design.fast.control.cycle >> 2];
    return {
      get cycle() { return cycle; },
      get missing() { return missing; },
      advance: (cycles) => {
        if (missing === 0 || cycles <= 0) return;
        missing = this.exports.stream(cycles);
        cycle = this.streamed(cycle);
        this.offer();
      },
      save: () => this.save(),
      restore: (snapshot) => {
        this.restore(snapshot);
        cycle = counted();
        missing = this.design.fast.streams.reduce((sum, { input, block }) => sum + (input ? 0 : this.memory_.halves[(block + FIELDS.left) >> 2]), 0);
        this.offer();
      },
    };
  }

  private prepare(run: BeatRun): { job: StreamJob<BeatResult>; missing: number } {
    const job = beatJob(run, this.design);
    this.reset();
    this.setReset(true);
    this.run(RESET_CYCLES);
    this.setReset(false);
    // What the run needs stays behind the design's own memory, whatever is asked for later.
    this.design.layout.reserveVectors(job.bytes - this.design.layout.bytes);
    this.memory_.reach();
    for (const { address, bytes } of job.writes) new Uint8Array(this.memory_.wasm.buffer).set(bytes, address);
    return { job, missing: run.outputs.reduce((sum, { count }) => sum + count, 0) };
  }

  /** Counts the cycles of a call of `stream`; gives the number of the next cycle. */
  private streamed(before: number): number {
    const now = this.memory_.halves[this.design.fast.control.cycle >> 2];
    this.passed(now - before);
    return now;
  }

  private offer(): void {
    this.exports.offer();
    this.dirty = false;
    this.shown = false;
  }

  /** Keeps everything as it is now, inputs included. */
  save(): Snapshot {
    return { cycle: this.edges, bytes: new Uint8Array(this.memory_.wasm.buffer).slice(0, this.design.layout.bytes) };
  }

  /** Back to a moment that was saved. */
  restore({ cycle, bytes }: Snapshot): void {
    new Uint8Array(this.memory_.wasm.buffer).set(bytes);
    this.edges = cycle;
    this.dirty = true;
  }

  /** Overwrites state, as a fault would: a register's value, or what a pipelined operation shows. */
  poke(path: string, value: bigint): void {
    const signal = this.find(path);
    const node = this.design.flat.nodes[signal];
    if (this.design.derived.has(signal)) throw new Error(`${path} follows from earlier cycles: poke it in what emulate(design, { faults: true }) gives`);
    if (!isState(node)) throw new Error(`${path} is no state: its value follows from others`);
    const { layout } = this.design;
    const cells = layout.cellsOf(signal);
    const bits = BigInt.asUintN(node.width, value);
    if (cells === undefined) this.memory_.write(layout.of(signal) >> 3, node.width, bits);
    else this.memory_.writeCells(layout.of(signal), cells, node.width, bits);
    this.dirty = true;
  }

  private passed(cycles: number): void {
    this.edges += cycles;
    this.dirty = true;
  }

  input(port: string): InputHandle {
    const signal = this.port(port);
    const { width } = this.design.flat.nodes[signal];
    const first = this.design.layout.of(signal) >> 3;
    const set = (value: bigint): void => {
      this.memory_.write(first, width, value);
      this.dirty = true;
    };
    if (width > 32) return { set, setNumber: (value) => set(BigInt(value)) };
    const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
    return {
      set,
      setNumber: (value) => {
        this.memory_.halves[2 * first] = value & mask;
        this.dirty = true;
      },
    };
  }

  signal(path: string): SignalHandle {
    const signal = this.find(path);
    const node = this.design.flat.nodes[signal];
    const { width } = node;
    const kept = this.design.kept(signal);
    if (kept === undefined) this.prepareShow();
    const current = (isState(node) && !this.design.derived.has(signal)) || node.op === 'input' ? (): void => {} : () => this.settle();
    const look = kept === undefined ? () => this.computeShown() : current;
    const address = this.design.layout.of(kept ?? signal);
    const cells = this.design.layout.cellsOf(kept ?? signal);
    if (cells !== undefined) return this.memory_.cells(address, cells, width, look);
    const first = address >> 3;
    const get = (): bigint => {
      look();
      return this.memory_.value(first, wordsOf(width));
    };
    if (width > 53) return { width, get, getNumber: () => Number(get()) };
    const getNumber = (): number => {
      look();
      const { halves } = this.memory_;
      return width <= 32 ? halves[2 * first] : halves[2 * first] + 2 ** 32 * halves[2 * first + 1];
    };
    return { width, get, getNumber };
  }

  private prepareShow(): void {
    if (this.show !== undefined) return;
    const { layout } = this.design;
    const before = layout.initials;
    const module = new WebAssembly.Module(this.design.show());
    this.memory_.reach();
    layout.fill(this.memory_.wasm, before);
    this.show = (new WebAssembly.Instance(module, { env: { memory: this.memory_.wasm } }).exports as unknown as Exports).settle;
    this.shown = false;
  }

  private computeShown(): void {
    this.settle();
    if (this.shown) return;
    this.show!();
    this.shown = true;
  }

  memory(path: string): MemoryHandle {
    const signal = this.find(path);
    const node = this.design.flat.nodes[signal];
    if (node.op === 'rom') return { depth: node.contents.length, width: node.width, get: (index) => node.contents[index] };
    const start = this.design.memories.get(signal);
    if (node.op !== 'ram' || start === undefined) throw new Error(`${path} is no memory`);
    const each = wordsOf(node.width);
    return { depth: node.depth, width: node.width, get: (index) => this.memory_.value((start >> 3) + index * each, each) };
  }

  *signals(): Iterable<{ path: string; width: number }> {
    for (const [path, signal] of this.design.flat.paths) yield { path, width: this.design.flat.nodes[signal].width };
  }

  *memories(): Iterable<{ path: string; depth: number; width: number }> {
    for (const [path, signal] of this.design.flat.paths) {
      const node = this.design.flat.nodes[signal];
      if (node.op === 'rom') yield { path, depth: node.contents.length, width: node.width };
      if (node.op === 'ram') yield { path, depth: node.depth, width: node.width };
    }
  }

  private port(name: string): Signal {
    const signal = this.find(name);
    const node = this.design.flat.nodes[signal];
    if (node.op !== 'input' || node.name !== name) throw new Error(`${name} is no input port`);
    return signal;
  }

  private find(path: string): Signal {
    const signal = this.design.flat.paths.get(path);
    if (signal === undefined) throw new Error(`no signal is called ${path}`);
    return signal;
  }
}
