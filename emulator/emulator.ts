import type { Signal } from '../codegen/rtl/ir.ts';
import type { InputHandle, MemoryHandle, SignalHandle, Simulator } from '../codegen/rtl/simulator.ts';
import type { CompiledDesign } from './compile.ts';
import { wordsOf, type Cells } from './layout.ts';

interface Exports {
  settle(): void;
  edge(): void;
  run(cycles: number): void;
}

const PAGE = 65536;

/** A design running as WebAssembly. */
export class Emulator implements Simulator {
  private readonly memoryBytes: WebAssembly.Memory;
  private readonly exports: Exports;
  private words: BigUint64Array;
  private halves: Uint32Array;
  private edges = 0;
  /** Whether inputs or state changed since signals were computed. */
  private dirty = true;
  /** Computes the signals that the fast code does not keep; made when somebody looks at one. */
  private show: (() => void) | undefined;
  private shown = false;

  constructor(private readonly design: CompiledDesign) {
    this.memoryBytes = new WebAssembly.Memory({ initial: Math.ceil(design.layout.bytes / PAGE) + 1 });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(design.bytes), { env: { memory: this.memoryBytes } });
    this.exports = instance.exports as unknown as Exports;
    this.words = new BigUint64Array(this.memoryBytes.buffer);
    this.halves = new Uint32Array(this.memoryBytes.buffer);
    this.reset();
  }

  get cycle(): number {
    return this.edges;
  }

  reset(): void {
    this.design.layout.initialize(this.memoryBytes);
    this.edges = 0;
    this.dirty = true;
    this.settle();
  }

  setReset(active: boolean): void {
    this.halves[this.design.layout.reset >> 2] = active ? 1 : 0;
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
    this.edges++;
    this.dirty = true;
  }

  /** `cycles` clock edges with the inputs as they are, without coming back in between. */
  run(cycles: number): void {
    if (cycles <= 0) return;
    this.exports.run(cycles);
    this.edges += cycles;
    this.dirty = true;
  }

  input(port: string): InputHandle {
    const signal = this.find(port);
    const { op, name, width } = this.design.flat.nodes[signal];
    if (op !== 'input' || name !== port) throw new Error(`${port} is no input port`);
    const first = this.design.layout.of(signal) >> 3;
    const top = BigInt(width - 64 * (wordsOf(width) - 1));
    const set = (value: bigint): void => {
      const last = wordsOf(width) - 1;
      for (let k = 0; k < last; k++) this.words[first + k] = BigInt.asUintN(64, value >> BigInt(64 * k));
      this.words[first + last] = BigInt.asUintN(Number(top), value >> BigInt(64 * last));
      this.dirty = true;
    };
    if (width > 32) return { set, setNumber: (value) => set(BigInt(value)) };
    const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
    return {
      set,
      setNumber: (value) => {
        this.halves[2 * first] = value & mask;
        this.dirty = true;
      },
    };
  }

  signal(path: string): SignalHandle {
    const signal = this.find(path);
    const { width } = this.design.flat.nodes[signal];
    const kept = this.design.kept(signal);
    if (kept === undefined) this.prepareShow();
    const address = this.design.layout.of(kept ?? signal);
    const cells = this.design.layout.cellsOf(kept ?? signal);
    const first = address >> 3;
    const look = kept === undefined ? () => this.computeShown() : () => {};
    if (cells !== undefined) return this.cellsAt(address, cells, width);
    const get = (): bigint => {
      look();
      return this.valueAt(first, wordsOf(width));
    };
    if (width > 53) return { width, get, getNumber: () => Number(get()) };
    const getNumber = (): number => {
      look();
      return width <= 32 ? this.halves[2 * first] : this.halves[2 * first] + 2 ** 32 * this.halves[2 * first + 1];
    };
    return { width, get, getNumber };
  }

  /** Reads a signal that lies in cells. */
  private cellsAt(address: number, { bytes, width: each }: Cells, width: number): SignalHandle {
    const cell = (part: number): number => {
      const at = address + part * bytes;
      return bytes === 2 ? (this.halves[at >> 2] >>> (8 * (at & 2))) & 0xffff : this.halves[at >> 2];
    };
    if (width <= each) return { width, get: () => BigInt(cell(0)), getNumber: () => cell(0) };
    const get = (): bigint => {
      let text = '';
      for (let part = 0; part * each < width; part++) text = cell(part).toString(2).padStart(each, '0') + text;
      return BigInt(`0b${text}`);
    };
    return { width, get, getNumber: () => Number(get()) };
  }

  private prepareShow(): void {
    if (this.show !== undefined) return;
    const { layout } = this.design;
    const before = layout.initials;
    const module = new WebAssembly.Module(this.design.show());
    const missing = Math.ceil(layout.bytes / PAGE) + 1 - this.memoryBytes.buffer.byteLength / PAGE;
    if (missing > 0) this.memoryBytes.grow(missing);
    this.words = new BigUint64Array(this.memoryBytes.buffer);
    this.halves = new Uint32Array(this.memoryBytes.buffer);
    layout.fill(this.memoryBytes, before);
    this.show = (new WebAssembly.Instance(module, { env: { memory: this.memoryBytes } }).exports as unknown as Exports).settle;
    this.shown = false;
  }

  /** Signals are those of the last `settle`. */
  private computeShown(): void {
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
    return { depth: node.depth, width: node.width, get: (index) => this.valueAt((start >> 3) + index * each, each) };
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

  private valueAt(first: number, count: number): bigint {
    if (count === 1) return this.words[first];
    let text = '';
    for (let k = 0; k < count; k++) text = this.words[first + k].toString(16).padStart(16, '0') + text;
    return BigInt(`0x${text}`);
  }

  private find(path: string): Signal {
    const signal = this.design.flat.paths.get(path);
    if (signal === undefined) throw new Error(`no signal is called ${path}`);
    return signal;
  }
}
