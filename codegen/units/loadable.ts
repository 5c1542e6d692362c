import type { ModuleBuilder } from '../rtl/builder.ts';
import { bitsFor, type MemoryStyle, type Signal } from '../rtl/ir.ts';

/** Bits of a word on the bus that loads memories. */
export const LOAD_BITS = 32;

/** A memory whose words can be written at run time. It lies in banks of {@link LOAD_BITS} bits, so that each bus word is one write. */
export interface LoadableMemory {
  /** `weights`, `thresholds` …: part of its ports' names. */
  readonly name: string;
  readonly width: number;
  /** What it holds at power-up. */
  readonly words: readonly bigint[];
}

export function banksOf(width: number): number {
  return Math.ceil(width / LOAD_BITS);
}

/** Bits of the address of a word in a bank; none where there is but one. */
export function loadAddressBits(depth: number): number {
  return depth === 1 ? 0 : bitsFor(depth - 1);
}

/** Bank `bank` of a memory: its words, each of at most {@link LOAD_BITS} bits. */
export function bankWords({ words, width }: LoadableMemory, bank: number): bigint[] {
  const bits = Math.min(LOAD_BITS, width - bank * LOAD_BITS);
  return words.map((word) => BigInt.asUintN(bits, word >> BigInt(bank * LOAD_BITS)));
}

/** The loadable memories of a module under construction, and its port for their data. */
export class Loads {
  readonly memories: LoadableMemory[] = [];
  private data: Signal | undefined;

  constructor(private readonly builder: ModuleBuilder) {}

  /**
   * A memory whose output follows the address by one enabled clock edge. Adds ports `load_NAME` (a bit for each bank: write) and, where
   * there is more than one word, `load_NAME_address`; all memories of a module share `load_data`.
   */
  memory(
    address: Signal, memory: LoadableMemory, options: { enable?: Signal; style: MemoryStyle; comment?: string },
  ): Signal {
    const { builder } = this;
    const { name, words, width } = memory;
    const { enable, style, comment } = options;
    this.memories.push(memory);
    this.data ??= builder.input('load_data', LOAD_BITS, 'what is written at run time');
    const data = this.data;
    const banks = banksOf(width);
    const write = builder.input(`load_${name}`, banks, 'which banks are written');
    const bits = loadAddressBits(words.length);
    const writeAddress = bits === 0 ? builder.constant(0, 1) : builder.input(`load_${name}_address`, bits);
    return builder.concat(Array.from({ length: banks }, (_, bank) => builder.ram({
      name: banks === 1 ? name : `${name}_${bank}`, ...(bank === 0 && comment !== undefined ? { comment } : {}), depth: words.length,
      contents: bankWords(memory, bank), writeEnable: builder.slice(write, bank, 1), writeAddress,
      writeData: builder.slice(data, 0, Math.min(LOAD_BITS, width - bank * LOAD_BITS)),
      readAddress: address, ...(enable === undefined ? {} : { readEnable: enable }), read: 'registered', style,
    })));
  }
}
