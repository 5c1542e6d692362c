import { lanes, lanes64, simd, widen } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';
import type { Layout } from '../layout.ts';
import type { Piece } from './pieces.ts';
import type { Form } from './range.ts';

/** Bits of a cell in a vector that is computed with. */
export type UnitBits = 16 | 32 | 64;

export function unitBitsOf(width: number): UnitBits {
  return width <= 16 ? 16 : width <= 32 ? 32 : 64;
}

type Load = (offset: number, instruction: readonly number[]) => void;

/** Vector instructions on cells of 16, 32 and 64 bits, and what changes one into the other. */
export class VectorUnit {
  constructor(private readonly code: FunctionBuilder, private readonly layout: Layout) {}

  of(bits: UnitBits): (typeof lanes)[16] | (typeof lanes)[32] | typeof lanes64 {
    return bits === 64 ? lanes64 : lanes[bits];
  }

  /** One number in all cells. */
  constant(value: bigint, bits: UnitBits): void {
    const { code, layout } = this;
    if (value === 0n) {
      code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
      return;
    }
    const repeated = BigInt.asUintN(bits, value);
    let word = 0n;
    for (let at = 0; at < 64; at += bits) word |= repeated << BigInt(at);
    code.i32(0);
    code.emit(...simd.v128Load, 0);
    code.offset(layout.once(layout, `cells ${word}`, () => layout.placeVectors(BigUint64Array.of(word, word))));
  }

  shift(kind: 'shl' | 'shrU' | 'shrS', amount: number, bits: UnitBits): void {
    if (amount === 0) return;
    if (amount >= bits) throw new Error(`a shift of ${bits} bits by ${amount}`);
    this.code.i32(amount);
    this.code.emit(...this.of(bits)[kind]);
  }

  /** Makes the bits above a value's width what they have to be. */
  reform(from: Form, to: Form, width: number, bits: UnitBits): void {
    const { code } = this;
    if (from === to || to === 'any' || width >= bits) return;
    if (to === 'zero') {
      this.constant((1n << BigInt(width)) - 1n, bits);
      code.emit(...simd.v128And);
      return;
    }
    if (bits < 64 && from === 'any') {
      this.shift('shl', bits - width, bits);
      this.shift('shrS', bits - width, bits);
      return;
    }
    if (from === 'any') this.reform('any', 'zero', width, bits);
    const sign = 1n << BigInt(width - 1);
    this.constant(sign, bits);
    code.emit(...simd.v128Xor);
    this.constant(sign, bits);
    code.emit(...this.of(bits).sub);
  }

  /** Vector `chunk` of wider cells; `push` gives those that there are. */
  widen(from: UnitBits, to: UnitBits, form: 'zero' | 'sign', chunk: number, push: (chunk: number) => void): void {
    if (from === to) {
      push(chunk);
      return;
    }
    const half = (to / 2) as 16 | 32;
    this.widen(from, half, form, chunk >> 1, push);
    const { lowS, highS, lowU, highU } = widen[to as 32 | 64];
    this.code.emit(...(chunk % 2 === 0 ? (form === 'sign' ? lowS : lowU) : (form === 'sign' ? highS : highU)));
  }

  /** Widens cells that are all equal. */
  extendAll(from: UnitBits, to: UnitBits, signed: boolean): void {
    if (from === to) return;
    this.extendAll(from, (to / 2) as 16 | 32, signed);
    const { lowS, lowU } = widen[to as 32 | 64];
    this.code.emit(...(signed ? lowS : lowU));
  }

  /** Vector `chunk` of narrower cells, of numbers without a sign that fit them. */
  narrow(from: UnitBits, to: UnitBits, chunk: number, push: (chunk: number) => void): void {
    if (from === to) {
      push(chunk);
      return;
    }
    const half = (from / 2) as 16 | 32;
    if (half > to) {
      this.narrow(half, to, chunk, (k) => this.narrow(from, half, k, push));
      return;
    }
    push(2 * chunk);
    push(2 * chunk + 1);
    if (half === 16) this.code.emit(...simd.i16x8NarrowI32x4U);
    else this.code.emit(...simd.i8x16Shuffle, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  }

  /** Loads vector k of a piece, in cells of at least 16 bits. */
  cells({ bits, signed, at }: Piece, k: number, load: Load): void {
    if (bits === 8) load(at, signed ? simd.v128Load8x8S : simd.v128Load8x8U);
    else load(at + 16 * k, simd.v128Load);
  }

  /** Whether one instruction loads a piece into wider cells. */
  loadsWidened({ bits }: Piece, to: UnitBits): boolean {
    return (bits === 16 && to === 32) || (bits === 32 && to === 64);
  }

  widened({ signed, at }: Piece, to: UnitBits, chunk: number, load: Load): void {
    if (to === 32) load(at + 8 * chunk, signed ? simd.v128Load16x4S : simd.v128Load16x4U);
    else load(at + 8 * chunk, signed ? simd.v128Load32x2S : simd.v128Load32x2U);
  }
}
