import { bitsFor, type Signal } from '../../rtl/ir.ts';
import type { ModuleBuilder, Wire } from '../../rtl/builder.ts';
import type { LoadRegion } from '../accelerator.ts';
import { banksOf, loadAddressBits, LOAD_BITS, type LoadableMemory } from '../loadable.ts';

interface Pending {
  readonly unit: string;
  readonly memory: LoadableMemory;
  /** A bit for each bank. */
  readonly write: Wire;
  readonly address?: Wire;
}

/** The bus that writes memories at run time, in the top module: gives every memory its place among the words and decodes addresses. */
export class Loader {
  private readonly pending: Pending[] = [];
  private data: Wire | undefined;

  constructor(private readonly top: ModuleBuilder) {}

  /** What the ports of a unit's memories are connected to. */
  ports(unit: string, memories: readonly LoadableMemory[]): Record<string, Signal> {
    if (memories.length === 0) return {};
    this.data ??= this.top.wire(LOAD_BITS, { name: 'loaded_data' });
    const ports: Record<string, Signal> = { load_data: this.data.signal };
    for (const memory of memories) {
      const bits = loadAddressBits(memory.words.length);
      const write = this.top.wire(banksOf(memory.width), { name: `${unit}_load_${memory.name}` });
      const address = bits === 0 ? undefined : this.top.wire(bits, { name: `${unit}_load_${memory.name}_address` });
      this.pending.push({ unit, memory, write, ...(address === undefined ? {} : { address }) });
      ports[`load_${memory.name}`] = write.signal;
      if (address !== undefined) ports[`load_${memory.name}_address`] = address.signal;
    }
    return ports;
  }

  /**
   * Adds the ports `load_valid`, `load_address`, `load_data` if there is anything to load. Each memory has 2^n words of addresses and stands
   * at a multiple of that; the largest come first, so that none are lost between them.
   */
  finish(): LoadRegion[] {
    if (this.data === undefined) return [];
    const { top } = this;
    const sizes = this.pending.map(({ memory }) => 2 ** (loadAddressBits(memory.words.length) + loadAddressBits(banksOf(memory.width))));
    const order = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a] || a - b);
    const bases = new Array<number>(sizes.length);
    let end = 0;
    for (const i of order) {
      bases[i] = end;
      end += sizes[i];
    }
    const addressBits = bitsFor(Math.max(1, end - 1));
    const valid = top.register(1, { next: top.input('load_valid', 1, 'a word is written at run time'), reset: 0, name: 'loaded' });
    const address = top.register(addressBits, { next: top.input('load_address', addressBits), name: 'loaded_address' });
    this.data.connect(top.register(LOAD_BITS, { next: top.input('load_data', LOAD_BITS), name: 'loaded_word' }));
    return this.pending.map(({ unit, memory, write, address: word }, i): LoadRegion => {
      const [bits, bankBits] = [loadAddressBits(memory.words.length), loadAddressBits(banksOf(memory.width))];
      const matches = (low: number, count: number, value: number): Signal[] =>
        (count === 0 ? [] : [top.compare('eq', top.slice(address, low, count), top.constant(value, count))]);
      const own = [valid, ...matches(bits + bankBits, addressBits - bits - bankBits, bases[i] / sizes[i])];
      write.connect(top.concat(Array.from({ length: banksOf(memory.width) }, (_, bank) => top.and([...own, ...matches(bits, bankBits, bank)]))));
      word?.connect(top.slice(address, 0, bits));
      return { ...memory, unit, base: bases[i], stride: 2 ** bits };
    });
  }
}
