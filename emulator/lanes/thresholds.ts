import type { Node, Signal, ThresholdsNode } from '../../codegen/rtl/ir.ts';
import { simd } from '../../src/base/wasm/instructions.ts';
import type { LaneEmitter } from './emitter.ts';
import type { Computed } from './operators.ts';
import { rangeOfBits } from './range.ts';
import { unitBitsOf } from './unit.ts';
import { NoLanes } from './unsupported.ts';

/** More levels than these take one value at a time. */
const MOST_LEVELS = 256;

export function thresholds(node: ThresholdsNode, e: LaneEmitter): Computed {
  const width = e.width(node.arg);
  const { code, unit } = e;
  if (width > 64 || node.levels.length > MOST_LEVELS) throw new NoLanes('such thresholds');
  const bits = unitBitsOf(Math.max(width, node.width));
  const [least, most] = rangeOfBits(width, node.signed);
  const always = node.levels.filter((level) => level <= least).length;
  const levels = node.levels.filter((level) => level > least && level <= most);
  // Above the number before a level: the comparison that machines have. Numbers without a sign that fill a cell are moved to those with one.
  const moved = !node.signed && width === bits;
  const offset = moved ? 1n << BigInt(bits - 1) : 0n;
  const steps = new Map<bigint, bigint>();
  for (const level of levels) steps.set(level, (steps.get(level) ?? 0n) + 1n);
  return {
    bits, form: 'zero',
    push: (chunk) => {
      const value = code.local('v128');
      e.push(node.arg, 0, width, bits, node.signed ? 'sign' : 'zero', chunk);
      if (moved) {
        unit.constant(offset, bits);
        code.emit(...simd.v128Xor);
      }
      code.set(value);
      unit.constant(BigInt(always), bits);
      for (const [level, count] of steps) {
        code.get(value);
        unit.constant(level - offset - 1n, bits);
        code.emit(...unit.of(bits).gtS);
        if (count > 1n) {
          unit.constant(count, bits);
          code.emit(...simd.v128And, ...unit.of(bits).add);
        } else code.emit(...unit.of(bits).sub);
      }
    },
  };
}

/** Fewer levels than these are not worth a pair. */
const FEWEST_LEVELS = 4;

/** Levels that fit bytes, if all that can be reached do. */
function byteLevels(node: ThresholdsNode, width: number): { always: number; levels: bigint[] } | undefined {
  const [least, most] = rangeOfBits(width, node.signed);
  const levels = node.levels.filter((level) => level > least && level <= most);
  const fit = levels.length >= FEWEST_LEVELS && levels.every((level) => level > -128n && level <= 127n);
  return fit && width <= 16 && node.levels.length < 256 ? { always: node.levels.filter((level) => level <= least).length, levels } : undefined;
}

/** Which thresholds of a block are found two at a time, in bytes: copies of one in the lower half of a vector, of the other in the upper. */
export function pairsOf(signals: readonly Signal[], nodes: readonly Node[]): Map<Signal, Signal> {
  const fit = signals.filter((signal) => {
    const node = nodes[signal];
    return node.op === 'thresholds' && byteLevels(node, nodes[node.arg].width) !== undefined;
  });
  return new Map(Array.from({ length: Math.floor(fit.length / 2) }, (_, i) => [fit[2 * i], fit[2 * i + 1]]));
}

/** Computes two thresholds at once; numbers past the range of bytes are as good as its ends. */
export function pairOfThresholds(signals: readonly [Signal, Signal], e: LaneEmitter): [Computed, Computed] {
  const { code } = e;
  const both = signals.map((signal) => {
    const node = e.nodes[signal] as ThresholdsNode;
    e.push(node.arg, 0, e.width(node.arg), 16, node.signed ? 'sign' : 'zero', 0);
    return byteLevels(node, e.width(node.arg))!;
  });
  const bytes = (values: readonly number[]): void => {
    const cells = Int8Array.from({ length: 16 }, (_, i) => values[i >> 3]);
    const { layout } = e.scalar;
    code.i32(0);
    code.emit(...simd.v128Load, 0);
    code.offset(layout.once(layout, `bytes ${cells.join()}`, () => layout.placeVectors(cells)));
  };
  const [value, low, high] = [code.local('v128'), code.local('v128'), code.local('v128')];
  code.emit(...simd.i8x16NarrowI16x8S);
  code.set(value);
  bytes(both.map(({ always }) => always));
  for (let k = 0; k < Math.max(...both.map(({ levels }) => levels.length)); k++) {
    code.get(value);
    // Nothing is above the greatest byte.
    bytes(both.map(({ levels }) => (k < levels.length ? Number(levels[k]) - 1 : 127)));
    code.emit(...simd.i8x16GtS, ...simd.i8x16Sub);
  }
  code.set(value);
  [simd.i16x8ExtendLowI8x16U, simd.i16x8ExtendHighI8x16U].forEach((extend, i) => {
    code.get(value);
    code.emit(...extend);
    code.set([low, high][i]);
  });
  return [low, high].map((local): Computed => ({ bits: 16, form: 'zero', push: () => code.get(local) })) as [Computed, Computed];
}
