import { dispatch, type OpTable } from '../../src/base/table.ts';
import type { CompareNode, MultiplyNode, Node, PopcountNode, ReduceNode, Signal } from '../../codegen/rtl/ir.ts';
import { simd, widen } from '../../src/base/wasm/instructions.ts';
import type { LaneEmitter } from './emitter.ts';
import { exactRange, rangeOf, rangeOfBits, within, type Form } from './range.ts';
import { shift } from './shifts.ts';
import { sum } from './sums.ts';
import { table } from './tables.ts';
import { thresholds } from './thresholds.ts';
import { unitBitsOf, type UnitBits } from './unit.ts';
import { NoLanes } from './unsupported.ts';

/** A value that is computed in whole, vector by vector of cells of `bits` bits. */
export interface Computed {
  readonly bits: UnitBits;
  readonly form: Form;
  readonly push: (chunk: number) => void;
}

/** How an operator's value is computed. @throws NoLanes where it is not */
export function computed(node: Node, e: LaneEmitter): Computed {
  return dispatch(COMPUTED, node, e);
}

const none = (node: Node): never => { throw new NoLanes(`${node.op} in copies side by side`); };

const COMPUTED: OpTable<Node, Computed, [LaneEmitter]> = {
  input: none, constant: none, slice: none, concat: none, extend: none, not: none, bitwise: none, mux: none,
  reduce, compare, sum, multiply, popcount, thresholds,
  shift, lookup: table, rom: table,
  linear: none, register: none, delay: none, ram: none, 'instance-output': none,
};

/** The form of a result whose exact range is known. */
export function formOf(e: LaneEmitter, node: Node): Form {
  const range = exactRange(e, 'stages' in node ? { ...node, stages: 0 } as Node : node);
  if (range === undefined) return 'any';
  if (within(range, rangeOfBits(node.width, false))) return 'zero';
  return within(range, rangeOfBits(node.width, true)) ? 'sign' : 'any';
}

/** Pushes an operand as a number of at least `width` bits. */
export function number(e: LaneEmitter, signal: Signal, signed: boolean, width: number, bits: UnitBits, chunk: number): void {
  const own = e.width(signal);
  e.push(signal, 0, own, bits, own >= width ? 'any' : signed ? 'sign' : 'zero', chunk);
}

function multiply(node: MultiplyNode, e: LaneEmitter): Computed {
  const bits = fitting(node.width);
  const { code, unit } = e;
  const form = formOf(e, node);
  const operands = [[node.left, node.leftSigned], [node.right, node.rightSigned]] as const;
  const half = (bits / 2) as UnitBits;
  const fits = (signed: boolean): boolean => operands.every(([signal, by]) => within(rangeOf(e, signal, by), rangeOfBits(half, signed)));
  const [signedHalf, unsignedHalf] = bits === 16 ? [false, false] : [fits(true), fits(false)];
  if (bits > 16 && (signedHalf || unsignedHalf)) {
    const { mulLowS, mulHighS, mulLowU, mulHighU } = widen[bits as 32 | 64];
    return {
      bits, form,
      push: (chunk) => {
        // Each half of a vector of operands is multiplied on its own: it is there once.
        for (const [signal, signed] of operands) {
          const push = (k: number): void => e.push(signal, 0, Math.min(half, e.width(signal)), half, signed ? 'sign' : 'zero', k);
          code.get(e.hold(`${signal} ${signed} in ${half}`, half, push)[chunk >> 1]);
        }
        code.emit(...(chunk % 2 === 0 ? (signedHalf ? mulLowS : mulLowU) : (signedHalf ? mulHighS : mulHighU)));
      },
    };
  }
  return {
    bits, form,
    push: (chunk) => {
      for (const [signal, signed] of operands) number(e, signal, signed, node.width, bits, chunk);
      code.emit(...unit.of(bits).mul);
    },
  };
}

export function fitting(width: number): UnitBits {
  if (width > 64) throw new NoLanes('a number of more than 64 bits');
  return unitBitsOf(width);
}

function compare(node: CompareNode, e: LaneEmitter): Computed {
  const { kind, signed, left, right } = node;
  const width = e.width(left);
  const ordered = kind === 'lt' || kind === 'le';
  if (width > 64) throw new NoLanes('a comparison of more than 64 bits');
  // Cells of 64 bits are compared by sign only: numbers without one are moved to those with one.
  const moved = width === 64 && ordered && !signed;
  const bits = unitBitsOf(width);
  const { code, unit } = e;
  const push = (chunk: number): void => {
    for (const operand of [left, right]) {
      e.push(operand, 0, width, bits, ordered && signed ? 'sign' : 'zero', chunk);
      if (!moved) continue;
      unit.constant(1n << 63n, 64);
      code.emit(...simd.v128Xor);
    }
    const { eq, ne, ltS, leS } = unit.of(bits);
    const { ltU, leU } = bits === 64 ? { ltU: ltS, leU: leS } : unit.of(bits) as { ltU: readonly number[]; leU: readonly number[] };
    code.emit(...(kind === 'eq' ? eq : kind === 'ne' ? ne : kind === 'lt' ? (signed ? ltS : ltU) : (signed ? leS : leU)));
  };
  return mask(push, bits, e);
}

/** One bit from vectors that are all ones or all zeros in each cell. */
function mask(push: (chunk: number) => void, bits: UnitBits, e: LaneEmitter): Computed {
  const all = (from: UnitBits, chunk: number): void => {
    if (from === 16) return push(chunk);
    if (from === 64) {
      push(2 * chunk);
      push(2 * chunk + 1);
      return e.code.emit(...simd.i8x16Shuffle, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
    }
    if (bits === 64) [2 * chunk, 2 * chunk + 1].forEach((k) => all(64, k));
    else [2 * chunk, 2 * chunk + 1].forEach(push);
    return e.code.emit(...simd.i16x8NarrowI32x4S);
  };
  return { bits: 16, form: 'sign', push: (chunk) => all(bits === 16 ? 16 : 32, chunk) };
}

function reduce(node: ReduceNode, e: LaneEmitter): Computed {
  const width = e.width(node.arg);
  if (width > 64) throw new NoLanes('a reduction of more than 64 bits');
  const bits = unitBitsOf(width);
  const { code, unit } = e;
  if (node.kind === 'xor') {
    if (bits > 16) throw new NoLanes('a parity of more than 16 bits');
    return {
      bits: 16, form: 'zero',
      push: () => {
        e.push(node.arg, 0, width, 16, 'zero', 0);
        code.emit(...simd.i8x16Popcnt, ...simd.i16x8ExtaddPairwiseI8x16U);
        unit.constant(1n, 16);
        code.emit(...simd.v128And);
      },
    };
  }
  return mask((chunk) => {
    e.push(node.arg, 0, width, bits, node.kind === 'or' ? 'zero' : 'sign', chunk);
    unit.constant(node.kind === 'or' ? 0n : -1n, bits);
    code.emit(...(node.kind === 'or' ? unit.of(bits).ne : unit.of(bits).eq));
  }, bits, e);
}

/** More ones than these do not fit the bytes in which they are counted. */
const COUNTED_PIECES = 31;

function popcount(node: PopcountNode, e: LaneEmitter): Computed {
  const { code } = e;
  const width = e.width(node.arg);
  const bits = e.nodes[node.arg];
  if (bits.op === 'concat' && bits.args.every((arg) => e.width(arg) === 1)) {
    return {
      bits: 16, form: 'zero',
      push: () => {
        e.unit.constant(0n, 16);
        for (const arg of bits.args) {
          e.push(arg, 0, 1, 16, 'sign', 0);
          code.emit(...e.unit.of(16).sub);
        }
      },
    };
  }
  return {
    bits: 16, form: 'zero',
    push: () => {
      if (node.width > 16) throw new NoLanes('a popcount of more than 16 bits');
      for (let low = 0; low < width; low += 16) {
        e.push(node.arg, low, Math.min(16, width - low), 16, 'zero', 0);
        code.emit(...simd.i8x16Popcnt);
        const inGroup = (low / 16) % COUNTED_PIECES;
        if (inGroup > 0) code.emit(...simd.i8x16Add);
        if (inGroup !== COUNTED_PIECES - 1 && low + 16 < width) continue;
        code.emit(...simd.i16x8ExtaddPairwiseI8x16U);
        if (low / 16 >= COUNTED_PIECES) code.emit(...e.unit.of(16).add);
      }
    },
  };
}
