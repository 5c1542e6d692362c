import { compress, type CompressOptions } from './compress.ts';
import type { InputRange } from './graph.ts';
import { netOf, ONE, ZERO, type Bit, type Netlist } from './netlist.ts';
import { bitsOfSpan } from './spans.ts';

/** The heap's columns up to `width`, with the ones of a constant in two's complement. */
export function columnsOf(heap: readonly (readonly Bit[] | undefined)[], width: number, constant: number): Bit[][] {
  const rest = BigInt.asUintN(Math.max(width, 1), BigInt(constant));
  return Array.from({ length: width }, (_, column) => [
    ...(heap[column] ?? []).filter(bit => bit !== ZERO), ...((rest >> BigInt(column)) & 1n ? [ONE] : []),
  ]);
}

/** Whether the heap's sum, which is in the range, is at least `level`: the last adder's carry, and no sum. */
export function reaches(
  netlist: Netlist, heap: readonly (readonly Bit[] | undefined)[], { low, high }: InputRange, level: number, options: CompressOptions,
): Bit {
  if (level <= low) return ONE;
  if (level > high) return ZERO;
  // Sum - level + 2^width has bit `width` set where the sum is not below.
  const width = bitsOfSpan(Math.max(high - level, level - low - 1));
  const result = compress(netlist, columnsOf(heap, width + 1, 2 ** width - level), { ...options, hidden: width });
  const bit = result[width];
  return netOf(bit) === 0 ? bit : netlist.plain(bit);
}

/** Bits that a place of a chain compares. */
const COMPARED = 5;

/** Whether an unsigned number, least significant bit first, is at least `level`: a chain with a place for five bits. */
export function notBelow(netlist: Netlist, bits: readonly Bit[], level: number): Bit {
  if (level <= 0) return ONE;
  if (level >= 2 ** bits.length) return ZERO;
  // Below the level's lowest one no bit decides.
  let first = 0;
  while (Math.floor(level / 2 ** first) % 2 === 0) first++;
  const left = bits.slice(first);
  const constant = left.map((_, place): Bit => (Math.floor(level / 2 ** (first + place)) % 2 === 1 ? ONE : ZERO));
  if (left.length <= COMPARED + 1) return netlist.lookup([...left, ...constant], 'notBelow');
  const chain = netlist.chain(ONE);
  for (let start = 0; start < left.length; start += COMPARED) {
    const [part, other] = [left, constant].map(all => all.slice(start, start + COMPARED));
    const { o6, o5 } = netlist.pair([...part, ...other], 'equal', 'above');
    netlist.place(chain, o6, o5, false);
  }
  return netlist.carryOf(chain);
}
