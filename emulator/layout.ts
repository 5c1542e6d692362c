import type { FlatDesign } from '../codegen/rtl/flatten.ts';
import type { Node, Signal } from '../codegen/rtl/ir.ts';
import type { LaneBits } from '../src/base/wasm/instructions.ts';

/** Words of 64 bits that hold `width` bits. */
export function wordsOf(width: number): number {
  return Math.ceil(width / 64);
}

/** A signal whose parts lie in cells of 2 or 4 bytes each, zero above their width. */
export interface Cells {
  readonly bytes: 2 | 4;
  /** Bits of a part. */
  readonly width: number;
}

/**
 * Where everything lies in linear memory. Values are little-endian words of 64 bits, zero above their width; signals of a vector lie
 * in cells instead.
 */
export class Layout {
  private end = 64;
  private readonly initial: { readonly address: number; readonly bytes: Uint8Array }[] = [];
  private readonly addresses: number[] = [];
  private readonly cells = new Map<Signal, Cells>();
  private readonly shared = new Map<object, Map<string, number>>();

  /** The reset line: an i32, 1 while active. */
  readonly reset = 0;

  constructor(private readonly flat: Pick<FlatDesign, 'nodes'>) {}

  /** Address of a signal's value. Signals lie in the order in which they are first asked for. */
  of(signal: Signal): number {
    return this.addresses[signal] ??= this.reserve(this.words(signal));
  }

  node(signal: Signal): Node {
    return this.flat.nodes[signal];
  }

  width(signal: Signal): number {
    return this.flat.nodes[signal].width;
  }

  words(signal: Signal): number {
    return wordsOf(this.width(signal));
  }

  /** Words of the place that holds a signal's value. */
  room(signal: Signal): number {
    const cells = this.cells.get(signal);
    return cells === undefined ? this.words(signal) : Math.ceil((this.width(signal) / cells.width) * cells.bytes / 16) * 2;
  }

  /** Present for a narrow signal in one cell, and for a wide one in several. */
  cellsOf(signal: Signal): Cells | undefined {
    return this.cells.get(signal);
  }

  /** Puts narrow signals of one width side by side; gives the address of the first. */
  placeSideBySide(signals: readonly Signal[], bytes: 2 | 4): number {
    const address = this.reserveVectors(signals.length * bytes);
    signals.forEach((signal, i) => {
      this.addresses[signal] = address + i * bytes;
      this.cells.set(signal, { bytes, width: this.width(signal) });
    });
    return address;
  }

  /** Puts the parts of a wide signal into cells. */
  placeInCells(signal: Signal, cells: Cells): void {
    this.cells.set(signal, cells);
    this.addresses[signal] = this.reserveVectors(Math.ceil(this.width(signal) / cells.width) * cells.bytes);
  }

  /** Room for words that start as zero; gives the address. */
  reserve(words: number): number {
    const address = this.end;
    this.end += 8 * words;
    return address;
  }

  /** Room for whole vectors of 16 bytes. */
  reserveVectors(bytes: number): number {
    this.end = Math.ceil(this.end / 16) * 16;
    return this.reserve(2 * Math.ceil(bytes / 16));
  }

  /** Room for values of `width` bits each, one behind the other, that start as given. */
  table(values: readonly bigint[], width: number): number {
    const each = wordsOf(width);
    const words = new BigUint64Array(values.length * each);
    values.forEach((value, i) => {
      for (let k = 0; k < each; k++) words[i * each + k] = BigInt.asUintN(64, value >> BigInt(64 * k));
    });
    return this.place(words);
  }

  /** Whole vectors of constant lanes, zero past the end; equal ones are one. */
  lanes(values: readonly bigint[], bits: LaneBits): number {
    const count = Math.ceil(values.length / (128 / bits)) * (128 / bits);
    const cells = bits === 16 ? new Uint16Array(count) : new Uint32Array(count);
    values.forEach((value, i) => { cells[i] = Number(BigInt.asUintN(bits, value)); });
    return this.once(this.flat, `lanes ${bits} ${cells.join()}`, () => this.placeVectors(cells));
  }

  /** A vector of sixteen bytes. */
  bytePicks(bytes: readonly number[]): number {
    return this.once(this.flat, `bytes ${bytes.join()}`, () => this.placeVectors(Int8Array.from(bytes)));
  }

  /** What is made of `source` for a purpose, made once: instances of one module share their constants. */
  once(source: object, purpose: string, make: () => number): number {
    const known = this.shared.get(source) ?? new Map<string, number>();
    this.shared.set(source, known);
    const address = known.get(purpose) ?? make();
    known.set(purpose, address);
    return address;
  }

  place(words: BigUint64Array): number {
    const address = this.reserve(words.length);
    this.initial.push({ address, bytes: new Uint8Array(words.buffer) });
    return address;
  }

  /** Values that start at a multiple of 16 bytes. */
  placeVectors(values: Int8Array | Int16Array | Uint16Array | Uint32Array | BigUint64Array): number {
    const address = this.reserveVectors(values.byteLength);
    this.initial.push({ address, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
    return address;
  }

  /** The value with which a signal starts. */
  start(signal: Signal, value: bigint): void {
    const words = BigUint64Array.from({ length: this.words(signal) }, (_, k) => BigInt.asUintN(64, value >> BigInt(64 * k)));
    const cells = this.cells.get(signal);
    this.initial.push({ address: this.of(signal), bytes: new Uint8Array(words.buffer, 0, cells?.bytes ?? words.byteLength) });
  }

  /** The words with which a memory starts, `wordsOf(width)` cells each. */
  fillMemory(address: number, width: number, contents: readonly bigint[]): void {
    const each = wordsOf(width);
    const words = new BigUint64Array(each * contents.length);
    contents.forEach((value, i) => {
      for (let k = 0; k < each; k++) words[i * each + k] = BigInt.asUintN(64, value >> BigInt(64 * k));
    });
    this.initial.push({ address, bytes: new Uint8Array(words.buffer) });
  }

  get bytes(): number {
    return this.end;
  }

  /** Gives back what was reserved since the layout had `before` bytes, if nothing was after it had `after`. */
  release(before: number, after: number): void {
    if (this.end === after) this.end = before;
  }

  /** Sets the whole memory to the power-up state. */
  initialize(memory: WebAssembly.Memory): void {
    new Uint8Array(memory.buffer, 0, this.end).fill(0);
    this.fill(memory, 0);
  }

  /** What does not start as zero. */
  get pieces(): readonly { readonly address: number; readonly bytes: Uint8Array }[] {
    return this.initial;
  }

  /** Number of initial values so far. */
  get initials(): number {
    return this.initial.length;
  }

  /** Writes the initial values from number `first` on. */
  fill(memory: WebAssembly.Memory, first: number): void {
    for (const { address, bytes } of this.initial.slice(first)) new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
  }
}
