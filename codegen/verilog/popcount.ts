import type { PopcountNode, Signal } from '../rtl/ir.ts';
import { addTree, type Addend } from './adder-tree.ts';
import type { Delays } from '../arithmetic/delays.ts';
import { countLevels, shortCounts, type Level } from '../arithmetic/levels.ts';
import { Operation } from './operation.ts';
import { popcountCells, writeBoth } from './slices.ts';
import { chunks, concatenation, literal } from './text.ts';
import { joined, window, type Vector } from './vector.ts';
import type { ModuleWriter } from './writer.ts';

// Spelled out as logic, so that synthesis sees functions of six inputs and no adders. Simulators shall call it, not copy it.
const onesOfThree = `\
function [1:0] ones_of_three(input [2:0] bits);  /* verilator no_inline_task */
  ones_of_three = {(bits[0] & bits[1]) | (bits[0] & bits[2]) | (bits[1] & bits[2]), ^bits};
endfunction`;

const onesOfSix = `\
function [2:0] ones_of_six(input [5:0] bits);  /* verilator no_inline_task */
  reg [1:0] low;
  reg [1:0] high;
  reg carry;
  begin
    low = {(bits[0] & bits[1]) | (bits[0] & bits[2]) | (bits[1] & bits[2]), ^bits[2:0]};
    high = {(bits[3] & bits[4]) | (bits[3] & bits[5]) | (bits[4] & bits[5]), ^bits[5:3]};
    carry = low[0] & high[0];
    ones_of_six = {(low[1] & high[1]) | (carry & (low[1] ^ high[1])), low[1] ^ high[1] ^ carry, low[0] ^ high[0]};
  end
endfunction`;

const onesOfFour = `\
function [2:0] ones_of_four(input [3:0] bits);  /* verilator no_inline_task */
  ones_of_four = {&bits, ((bits[0] & bits[1]) | (bits[2] & bits[3]) | ((bits[0] ^ bits[1]) & (bits[2] ^ bits[3]))) & ~&bits, ^bits};
endfunction`;

/** Functions by the bits that they count. */
const COUNTS: readonly (readonly [size: number, name: string, width: number, text: string])[] = [
  [3, 'ones_of_three', 2, onesOfThree], [4, 'ones_of_four', 3, onesOfFour], [6, 'ones_of_six', 3, onesOfSix],
];

/** Bits of one weight. */
export interface BitGroup {
  readonly bits: readonly Vector[];
  readonly shift: number;
  readonly negative: boolean;
}

/** Bits counted at once where a count of `width` bits is wanted, modulo 2^width. */
function groupSize(width: number, delays: Delays): number {
  return width === 2 ? 3 : delays.counted;
}

/** Addends that {@link countBits} makes. */
function countLeaves(groups: readonly BitGroup[], width: number, delays: Delays): number {
  return groups.reduce((sum, { bits, shift }) => sum + Math.ceil(bits.length / groupSize(width - shift, delays)), 0);
}

/** The counts of {@link countBits}, then the adders over them and `more` addends, into which bits enter as carries. */
export function levelsOf(groups: readonly BitGroup[], width: number, delays: Delays, carries = 0, more = 0): Level[] {
  return countLevels(countLeaves(groups, width, delays) + more, width, delays, carries);
}

/** Counts the ones in short runs, `registers` registers behind each count; for a sum modulo 2^width. */
export function countBits(
  operation: Operation, prefix: string, groups: readonly BitGroup[], width: number, registers: number,
): Addend[] {
  let index = 0;
  return groups.flatMap(({ bits, shift, negative }) => chunks(bits, groupSize(width - shift, operation.writer.delays)).map(run => {
    const [size, text] = count(run, width - shift, operation.writer);
    const vector = operation.step(`${prefix}count_${index++}`, size, text, registers);
    return { vector, low: 0n, high: BigInt(run.length), shift, negative };
  }));
}

/** The count as an expression, and its width. */
function count(bits: readonly Vector[], most: number, writer: ModuleWriter): [number, string] {
  if (bits.length === 1) return [1, bits[0].part()];
  const parts = joined(bits).map(part => part.part());
  if (most === 1) return [1, `^${concatenation(parts)}`];
  const [size, name, width, text] = COUNTS.find(([size]) => bits.length <= size)!;
  writer.function(name, text);
  const packed = concatenation(size > bits.length ? [...parts, literal(0, size - bits.length)] : parts);
  return [width, `${name}(${packed})`];
}

export function popcount(node: PopcountNode, signal: Signal, writer: ModuleWriter): void {
  writeBoth(writer, popcountCells(node, writer), () => portablePopcount(node, signal, writer));
}

function portablePopcount(node: PopcountNode, signal: Signal, writer: ModuleWriter): void {
  const operation = new Operation(writer, signal, node, `ones among ${writer.vector(node.arg).width} bits`);
  const arg = writer.vector(node.arg);
  const bits = Array.from({ length: arg.width }, (_, index) => window(arg, index, 1));
  const entering = bits.splice(0, shortCounts(bits.length, writer.delays).entering);
  const groups = [{ bits, shift: 0, negative: false }];
  const [first, ...rest] = operation.registersBehind(levelsOf(groups, node.width, writer.delays, entering.length));
  const addends = countBits(operation, '', groups, node.width, first);
  const waiting = first === 0 ? entering : entering.map((bit, index) => operation.step(`bit_${index}`, 1, bit.part(), first));
  addTree(operation, '', addends, node.width, rest, (expression, last) => operation.result(expression, last), waiting);
  operation.finish();
}
