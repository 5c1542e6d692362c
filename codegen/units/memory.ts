import type { ModuleBuilder } from '../rtl/builder.ts';
import type { MemoryStyle, Signal } from '../rtl/ir.ts';

/** A constant memory, one word an address, whose output follows the address by one clock edge; plain constant where all words agree. */
export function memory(
  builder: ModuleBuilder, address: Signal, words: readonly bigint[], width: number,
  options: { enable?: Signal; style?: MemoryStyle; name?: string; comment?: string } = {},
): Signal {
  if (words.every((word) => word === words[0])) return builder.constant(words[0], width);
  return builder.rom(address, words, width, options);
}
