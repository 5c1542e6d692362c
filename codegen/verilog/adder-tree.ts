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
 */
export function addTree(
  operation: Operation, prefix: string, addends: readonly Addend[], width: number, registers: readonly number[],
  finish: (expression: string, registers: number) => void,
): void {
  // Equal shifts meet first: that keeps the partial sums narrow. What is shifted out altogether adds nothing.
  let level = addends.filter(({ shift }) => shift < width).map(addend => cut(addend, width))
    .sort((a, b) => a.shift - b.shift || a.vector.width - b.vector.width);
  registers.slice(0, -1).forEach((count, depth) => {
    const next: Addend[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const step = (text: string, size: number) => operation.step(`${prefix}l${depth + 1}_${index / 2}`, size, text, count);
      next.push(index + 1 < level.length ? add(level[index], level[index + 1], width, step) : pass(level[index], count, step));
    }
    level = next;
  });
  finish(total(level, width), registers[registers.length - 1]);
}

/** Without the bits that the sum has no place for. */
function cut(addend: Addend, width: number): Addend {
  const bits = width - addend.shift;
  return bits < addend.vector.width ? { ...addend, vector: window(addend.vector, 0, bits) } : addend;
}

type Step = (expression: string, width: number) => Vector;

function pass(single: Addend, registers: number, step: Step): Addend {
  return registers === 0 ? single : { ...single, vector: step(single.vector.part(), single.vector.width) };
}

function add(a: Addend, b: Addend, width: number, step: Step): Addend {
  const shift = Math.min(a.shift, b.shift);
  const [left, right] = a.negative && !b.negative ? [b, a] : [a, b];
  const [leftLow, leftHigh] = scaled(left, shift);
  const [rightLow, rightHigh] = scaled(right, shift);
  const same = left.negative === right.negative;
  const [low, high] = same ? [leftLow + rightLow, leftHigh + rightHigh] : [leftLow - rightHigh, leftHigh - rightLow];
  // A difference can fit in a bit less than its operands; it keeps their width, so that every bit of them is read.
  const operands = [left, right].map(side => side.vector.width + side.shift - shift);
  const size = Math.min(Math.max(intervalBits(low, high), ...operands), width - shift);
  const text = `${placed(left, shift, size)} ${same ? '+' : '-'} ${placed(right, shift, size)}`;
  return { vector: step(text, size), low, high, shift, negative: same && left.negative };
}

/** The last one or two addends as one expression of `width` bits. */
function total(addends: readonly Addend[], width: number): string {
  if (addends.length === 0) return constantVector(0n, width).part();
  if (addends.length === 1) {
    const text = placed(addends[0], 0, width);
    return addends[0].negative ? `-${text}` : text;
  }
  const [left, right] = addends[0].negative && !addends[1].negative ? [addends[1], addends[0]] : addends;
  const text = `${placed(left, 0, width)} ${left.negative === right.negative ? '+' : '-'} ${placed(right, 0, width)}`;
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
