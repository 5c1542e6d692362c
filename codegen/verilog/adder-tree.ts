import type { Delays } from '../arithmetic/delays.ts';
import { sumLevels, type Level } from '../arithmetic/levels.ts';
import { constantVector, resized, shifted, window, type Vector } from './vector.ts';
import type { Operation } from './operation.ts';

/** What a tree adds: (-1)^negative * 2^shift * value, where the value of `vector` lies in [low, high]. */
export interface Addend {
  readonly vector: Vector;
  readonly low: bigint;
  readonly high: bigint;
  readonly shift: number;
  readonly negative: boolean;
}

export function addend(vector: Vector, signed: boolean, shift = 0, negative = false): Addend {
  const size = BigInt(vector.width);
  const [low, high] = signed ? [-(1n << (size - 1n)), (1n << (size - 1n)) - 1n] : [0n, (1n << size) - 1n];
  return { vector, low, high, shift, negative };
}

export function constantAddend(value: bigint): Addend {
  const magnitude = value < 0n ? -value : value;
  const vector = constantVector(magnitude, magnitude.toString(2).length);
  return { vector, low: magnitude, high: magnitude, shift: 0, negative: value < 0n };
}

/** Levels of two-input adders over the addends; at least one, since the sum's registers need a place. */
export function treeOf(addends: readonly Addend[], width: number, delays: Delays): Level[] {
  const widest = addends.reduce((most, { vector }) => Math.max(most, vector.width), 1);
  return sumLevels(addends.length, Math.min(widest, width), width, delays);
}

/**
 * Adds modulo 2^width in a balanced tree with `registers[level]` registers behind each level. Every partial sum is as wide as its
 * interval asks and not wider; signs and common shifts move towards the root, where they cost nothing.
 * The last step goes to `finish`. With zero state everywhere the sum of zeros is zero: constants enter before any register.
 *
 * Where a table with its carry is one full adder, every adder is a chain of its own with a place below the lowest, where a single bit may
 * enter as the carry: `bits`, of weight one, are added so, one an adder. Synthesis would else make tables of several adders together,
 * without chains and twice as many.
 */
export function addTree(
  operation: Operation, prefix: string, addends: readonly Addend[], width: number, registers: readonly number[],
  finish: (expression: string, registers: number) => void, bits: readonly Vector[] = [],
): void {
  // Equal shifts meet first: that keeps the partial sums narrow. What is shifted out altogether adds nothing.
  let level = addends.filter(({ shift }) => shift < width).map(addend => cut(addend, width))
    .sort((a, b) => a.shift - b.shift || a.vector.width - b.vector.width);
  let waiting = [...bits];
  registers.forEach((count, depth) => {
    const last = depth === registers.length - 1;
    const next: Addend[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const name = `${prefix}l${depth + 1}_${index / 2}`;
      const step = (text: string, size: number): Vector => operation.step(name, size, text, count);
      const [left, right] = [level[index], level[index + 1]];
      const carry = waiting.length > 0 && right !== undefined && entersAsCarry(left, right) ? waiting.shift() : undefined;
      const chain = operation.writer.delays.chains ? (text: (below: string, entering: string) => string, size: number): string => (
        operation.withoutLowest(`${name}_chain`, size + 1, text("1'b1", carry === undefined ? "1'b0" : carry.part()))) : undefined;
      if (last) finish(total(level, width, chain), count);
      else next.push(right === undefined ? pass(left, count, step) : add(left, right, width, step, chain, carry !== undefined));
    }
    if (last && level.length === 0) finish(total([], width, undefined), count);
    waiting = waiting.map((bit, index) => (count === 0 || last ? bit : operation.step(`${prefix}l${depth + 1}_bit${index}`, 1, bit.part(), count)));
    level = next;
  });
  if (waiting.length > 0) throw new Error(`${waiting.length} bits of ${prefix} are in no adder`);
}

function entersAsCarry(left: Addend, right: Addend): boolean {
  return Math.min(left.shift, right.shift) === 0 && !left.negative && !right.negative;
}

/** Without the bits that the sum has no place for. */
function cut(addend: Addend, width: number): Addend {
  const bits = width - addend.shift;
  return bits < addend.vector.width ? { ...addend, vector: window(addend.vector, 0, bits) } : addend;
}

type Step = (expression: string, width: number) => Vector;

/** A sum of operands that each get a bit below their lowest, without that place. */
type Chain = (text: (below: string, entering: string) => string, width: number) => string;

function pass(single: Addend, registers: number, step: Step): Addend {
  return registers === 0 ? single : { ...single, vector: step(single.vector.part(), single.vector.width) };
}

function add(a: Addend, b: Addend, width: number, step: Step, chain: Chain | undefined, withCarry: boolean): Addend {
  const shift = Math.min(a.shift, b.shift);
  const [left, right] = a.negative && !b.negative ? [b, a] : [a, b];
  const [leftLow, leftHigh] = scaled(left, shift);
  const [rightLow, rightHigh] = scaled(right, shift);
  const same = left.negative === right.negative;
  const [low, high] = same ? [leftLow + rightLow, leftHigh + rightHigh] : [leftLow - rightHigh, leftHigh - rightLow];
  // A difference can fit in a bit less than its operands; it keeps their width, so that every bit of them is read.
  const operands = [left, right].map(side => side.vector.width + side.shift - shift);
  const highest = withCarry ? high + 1n : high;
  const size = Math.min(Math.max(intervalBits(low, highest), ...operands), width - shift);
  const text = joinedBy(same ? '+' : '-', placed(left, shift, size), placed(right, shift, size), size, chain);
  return { vector: step(text, size), low, high: highest, shift, negative: same && left.negative };
}

function joinedBy(operator: '+' | '-', left: string, right: string, width: number, chain: Chain | undefined): string {
  if (chain === undefined) return `${left} ${operator} ${right}`;
  return chain((below, entering) => `{${left}, ${below}} ${operator} {${right}, ${entering}}`, width);
}

/** The last one or two addends as one expression of `width` bits. */
function total(addends: readonly Addend[], width: number, chain: Chain | undefined): string {
  if (addends.length === 0) return constantVector(0n, width).part();
  if (addends.length === 1) {
    const text = placed(addends[0], 0, width);
    return addends[0].negative ? `-${text}` : text;
  }
  const [left, right] = addends[0].negative && !addends[1].negative ? [addends[1], addends[0]] : addends;
  const text = joinedBy(left.negative === right.negative ? '+' : '-', placed(left, 0, width), placed(right, 0, width), width, chain);
  return left.negative ? `-(${text})` : text;
}

function scaled({ low, high, shift }: Addend, to: number): [bigint, bigint] {
  const by = BigInt(shift - to);
  return [low << by, high << by];
}

function placed({ vector, low, shift }: Addend, to: number, width: number): string {
  return shift === to ? resized(vector, width, low < 0n) : shifted(vector, shift - to, width, low < 0n);
}

/** Bits that hold all of [low, high], with a sign only where it is needed. */
function intervalBits(low: bigint, high: bigint): number {
  const bits = (value: bigint) => (value === 0n ? 0 : value.toString(2).length);
  return low >= 0n ? bits(high) : Math.max(bits(-low - 1n), bits(high < 0n ? -high - 1n : high)) + 1;
}
