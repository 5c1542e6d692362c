import type { FlatDesign } from '../codegen/rtl/flatten.ts';
import type { Signal } from '../codegen/rtl/ir.ts';

/** Words of 64 bits that hold `width` bits. */
export function wordsOf(width: number): number {
  return Math.ceil(width / 64);
}

/** Where everything lies in linear memory. Values are little-endian words of 64 bits, zero above their width. */
export class Layout {
  private end = 64;
  private readonly initial: { readonly address: number; readonly words: BigUint64Array }[] = [];
  private readonly addresses: number[] = [];
  private readonly shared = new Map<object, Map<string, number>>();

  /** The reset line: an i32, 1 while active. */
  readonly reset = 0;

  constructor(private readonly flat: Pick<FlatDesign, 'nodes'>) {}

  /** Address of a signal's value. Signals lie in the order in which they are first asked for. */
  of(signal: Signal): number {
    return this.addresses[signal] ??= this.reserve(this.words(signal));
  }

  width(signal: Signal): number {
    return this.flat.nodes[signal].width;
  }

  words(signal: Signal): number {
    return wordsOf(this.width(signal));
  }

  /** Room for words that start as zero; gives the address. */
  reserve(words: number): number {
    const address = this.end;
    this.end += 8 * words;
    return address;
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
    this.initial.push({ address, words });
    return address;
  }

  /** The value with which a signal starts. */
  start(signal: Signal, value: bigint): void {
    const words = BigUint64Array.from({ length: this.words(signal) }, (_, k) => BigInt.asUintN(64, value >> BigInt(64 * k)));
    this.initial.push({ address: this.of(signal), words });
  }

  get bytes(): number {
    return this.end;
  }

  /** Sets the whole memory to the power-up state. */
  initialize(memory: WebAssembly.Memory): void {
    new Uint8Array(memory.buffer, 0, this.end).fill(0);
    this.fill(memory, 0);
  }

  /** Number of initial values so far. */
  get initials(): number {
    return this.initial.length;
  }

  /** Writes the initial values from number `first` on. */
  fill(memory: WebAssembly.Memory, first: number): void {
    for (const { address, words } of this.initial.slice(first)) new BigUint64Array(memory.buffer, address, words.length).set(words);
  }
}
