import type { FlatDesign } from '../codegen/rtl/flatten.ts';
import type { LinearNode, Signal } from '../codegen/rtl/ir.ts';
import { wordsOf, type Layout } from './layout.ts';
import { pushInside } from './operators/table.ts';
import { op } from '../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../src/base/wasm/module.ts';

/** Pushes word `k` of a value, bits above the width unspecified. */
export type Words = (k: number) => void;

/**
 * Emits the code of some nodes into one function. Values of up to 64 bits that the function has read or made stay in locals; wider
 * ones are read from memory word by word.
 */
export class Emitter {
  protected cached = new Map<Signal, number>();
  /** Locals with the offsets of entries in tables. */
  private offsets = new Map<string, number>();
  /** Enables that are known to be high where code is emitted. */
  readonly known = new Set<Signal>();

  constructor(readonly code: FunctionBuilder, readonly flat: FlatDesign, readonly layout: Layout) {}

  /** Emits code that may not run: what it reads into locals is not at hand after it. */
  branch(body: () => void): void {
    const [before, offsets] = [this.cached, this.offsets];
    this.cached = new Map(before);
    this.offsets = new Map(offsets);
    body();
    this.cached = before;
    this.offsets = offsets;
  }

  width(signal: Signal): number {
    return this.layout.width(signal);
  }

  words(signal: Signal): number {
    return this.layout.words(signal);
  }

  /** Pushes word k of the signal as it is stored; 0 past its end. */
  word(signal: Signal, k: number): void {
    const node = this.flat.nodes[signal];
    if (k >= this.words(signal)) this.code.i64(0n);
    else if (node.op === 'constant') this.code.i64(node.value >> BigInt(64 * k));
    else if (this.words(signal) === 1 && this.cached.has(signal)) this.code.get(this.cachedLocal(signal));
    else if (this.words(signal) > 1 || this.isInCells(signal)) this.stored(signal, k);
    else this.code.get(this.cachedLocal(signal));
  }

  /** Whether a signal's parts must be put together. */
  private isInCells(signal: Signal): boolean {
    const cells = this.layout.cellsOf(signal);
    return cells !== undefined && cells.width < this.width(signal);
  }

  /** Pushes word k from the signal's place in memory. */
  private stored(signal: Signal, k: number): void {
    const cells = this.layout.cellsOf(signal);
    if (cells === undefined) {
      this.code.load(this.layout.of(signal) + 8 * k);
      return;
    }
    const { width } = cells;
    const first = Math.floor((64 * k) / width);
    const end = Math.min(this.width(signal), 64 * (k + 1));
    for (let part = first; part * width < end; part++) {
      const shift = part * width - 64 * k;
      this.cell(this.layout.of(signal), part, cells.bytes);
      if (shift > 0) this.shiftBy(op.i64Shl, BigInt(shift));
      if (shift < 0) this.shiftBy(op.i64ShrU, BigInt(-shift));
      if (part > first) this.code.emit(op.i64Or);
    }
  }

  /** Pushes a part of a signal in cells; nothing happens where the bits are not one part. */
  part(signal: Signal, low: number, width: number): boolean {
    const cells = this.layout.cellsOf(signal);
    if (cells === undefined || cells.width !== width || low % width !== 0) return false;
    this.cell(this.layout.of(signal), low / width, cells.bytes);
    return true;
  }

  private cell(address: number, part: number, bytes: number): void {
    this.code.i32(0);
    this.code.emit(bytes === 2 ? op.i64Load16U : op.i64Load32U, 0);
    this.code.offset(address + part * bytes);
  }

  /** Address of the signal's words in memory, which hold its value when the code that was emitted last has run. */
  place(signal: Signal): number {
    return this.layout.of(signal);
  }

  /** Writes a linear node's elements as signed 16-bit numbers to an address; false where that has no fast way. */
  shorts(_node: LinearNode, _address: number): boolean {
    return false;
  }

  protected cachedLocal(signal: Signal): number {
    let local = this.cached.get(signal);
    if (local === undefined) {
      local = this.code.local('i64');
      this.cached.set(signal, local);
      this.stored(signal, 0);
      this.code.set(local);
    }
    return local;
  }

  /** Pushes word k of the signal extended without end, by sign or by zero. */
  extended(signal: Signal, k: number, signed: boolean): void {
    const last = this.words(signal) - 1;
    if (!signed || k < last) {
      this.word(signal, k);
      return;
    }
    this.word(signal, last);
    const unused = BigInt(64 * (last + 1) - this.width(signal));
    if (unused > 0n) this.shiftBy(op.i64Shl, unused);
    if (k > last) this.shiftBy(op.i64ShrS, 63n);
    else if (unused > 0n) this.shiftBy(op.i64ShrS, unused);
  }

  /** Pushes word k of the extended signal times 2^shift. */
  shifted(signal: Signal, k: number, signed: boolean, shift: number): void {
    const whole = Math.floor(shift / 64);
    const rest = BigInt(shift % 64);
    if (k < whole) {
      this.code.i64(0n);
      return;
    }
    this.extended(signal, k - whole, signed);
    if (rest === 0n) return;
    this.shiftBy(op.i64Shl, rest);
    if (k === whole) return;
    this.extended(signal, k - whole - 1, signed);
    this.shiftBy(op.i64ShrU, 64n - rest);
    this.code.emit(op.i64Or);
  }

  shiftBy(instruction: number, amount: bigint): void {
    this.code.i64(amount);
    this.code.emit(instruction);
  }

  /** Pushes 1 or 0 as i32: whether a 1-bit signal is high. */
  condition(signal: Signal): void {
    this.word(signal, 0);
    this.code.emit(op.i32WrapI64);
  }

  /** A local with the offset of an entry in a table; indexes past the end have that of the entry behind the last. */
  offsetOf(index: Signal, entries: number, bytes: number): number {
    const key = `${index} ${entries} ${bytes}`;
    let local = this.offsets.get(key);
    if (local !== undefined) return local;
    local = this.code.local('i32');
    this.condition(index);
    if (this.width(index) > 30 || 2 ** this.width(index) > entries) {
      this.code.i32(entries);
      pushInside(this, index, entries);
      this.code.emit(op.select);
    }
    if (bytes > 1) {
      this.code.i32(bytes);
      this.code.emit(op.i32Mul);
    }
    this.code.set(local);
    this.offsets.set(key, local);
    return local;
  }

  /** Pushes a small unsigned signal as an i32 address offset: value times `bytes`. */
  scaledIndex(signal: Signal, bytes: number): void {
    this.condition(signal);
    if (bytes === 1) return;
    this.code.i32(bytes);
    this.code.emit(op.i32Mul);
  }

  /** Pushes the value cut to `width` bits: word k of it is on the stack. */
  mask(width: number, k: number): void {
    const bits = width - 64 * k;
    if (bits >= 64) return;
    this.code.i64((1n << BigInt(bits)) - 1n);
    this.code.emit(op.i64And);
  }

  /** Stores a value of `width` bits at a fixed address. */
  writeWords(address: number, width: number, words: Words, clean = false): void {
    for (let k = 0; k < wordsOf(width); k++) {
      this.code.store(address + 8 * k, () => {
        words(k);
        if (!clean) this.mask(width, k);
      });
    }
  }

  /** Stores the value of a combinational signal and keeps it at hand. */
  define(signal: Signal, words: Words, clean: boolean): void {
    const width = this.width(signal);
    if (this.words(signal) > 1) {
      this.writeWords(this.layout.of(signal), width, words, clean);
      return;
    }
    const local = this.code.local('i64');
    words(0);
    if (!clean) this.mask(width, 0);
    this.code.set(local);
    this.code.store(this.layout.of(signal), () => this.code.get(local));
    this.cached.set(signal, local);
  }

  /** Computes words once into locals, for operators that need them several times. */
  hold(count: number, words: Words): number[] {
    return Array.from({ length: count }, (_, k) => {
      const local = this.code.local('i64');
      words(k);
      this.code.set(local);
      return local;
    });
  }
}
