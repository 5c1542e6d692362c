import type { Signal } from '../../codegen/rtl/ir.ts';
import type { LeanEmitter } from '../lean/emitter.ts';
import { VectorCode } from '../vector/code.ts';
import type { Vec } from '../vector/vec.ts';
import { lanes, lanes64, op, simd } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';
import { pushPosition, type Elements, type Window } from './windows.ts';

/** Notes the samples of an edge behind the last entry. */
export function emitSamples(window: Window, e: LeanEmitter): void {
  const { code } = e;
  const { samples, base, depth, entryBytes, next } = window;
  for (const { signal, offset, elements } of samples) {
    const at = base + depth * entryBytes + offset;
    // Numbers of 16 bits lie in the words as they do in vectors.
    if (elements === undefined || elements.width === 16) {
      for (let k = 0; k < e.words(signal); k++) {
        e.position(window);
        e.word(signal, k);
        code.storeAt(at + 8 * k);
      }
    } else emitElements(signal, elements, e, (first, push) => {
      e.position(window);
      push();
      code.emit(...simd.v128Store, 0);
      code.offset(at + 2 * first);
    });
  }
  code.i32(0);
  e.position(window);
  code.i32(entryBytes);
  code.emit(op.i32Add, op.i32Store, 2);
  code.offset(next);
}

/** Takes a packed signal apart, eight elements at a time. */
function emitElements(signal: Signal, { width, count, signed }: Elements, e: LeanEmitter, store: (first: number, push: () => void) => void): void {
  if (width > 8) {
    const vec: Vec = { kind: 'fields', arg: signal, low: 0, stride: width, lanes: count, width };
    const vector = new VectorCode(e.vectorHost, vec);
    for (let first = 0; first < count; first += 8) {
      store(first, () => {
        vector.begin();
        if (signed) vector.signed(vec, first);
        else vector.clean(vec, first);
      });
    }
    return;
  }
  // Straight from words to vectors: a vector that is loaded where words have just been stored would wait for them.
  const words = e.hold(e.words(signal), (k) => e.word(signal, k));
  for (let first = 0; first < count; first += 8) store(first, () => pushEight(words, first * width, width, signed, e));
}

/** Pushes eight elements of at most 8 bits, from bit `low` of the words on, in lanes of 16 bits. */
function pushEight(words: readonly number[], low: number, width: number, signed: boolean, e: LeanEmitter): void {
  const { code } = e;
  const [word, rest] = [low >> 6, low & 63];
  code.get(words[word]);
  if (rest > 0) e.shiftBy(op.i64ShrU, BigInt(rest));
  if (rest + 8 * width > 64 && word + 1 < words.length) {
    code.get(words[word + 1]);
    e.shiftBy(op.i64Shl, BigInt(64 - rest));
    code.emit(op.i64Or);
  }
  code.emit(...lanes64.splat);
  if (width === 8) {
    code.emit(...(signed ? simd.i16x8ExtendLowI8x16S : simd.i16x8ExtendLowI8x16U));
    return;
  }
  const offsets = Array.from({ length: 8 }, (_, lane) => lane * width);
  const constant = (address: number): void => {
    code.i32(0);
    code.emit(...simd.v128Load, 0);
    code.offset(address);
  };
  constant(e.layout.bytePicks(offsets.flatMap((offset) => [offset >> 3, (offset >> 3) + 1])));
  code.emit(...simd.i8x16Swizzle);
  // Each field is moved to the top of its lane, and down again by sign or by zero.
  constant(e.layout.lanes(offsets.map((offset) => 1n << BigInt(16 - width - (offset & 7))), 16));
  code.emit(...lanes[16].mul);
  code.i32(16 - width);
  code.emit(...(signed ? lanes[16].shrS : lanes[16].shrU));
}

/** Ends a clock cycle: what comes next reads at the new positions. At the end of its room, a window starts again. */
export function emitMoves(code: FunctionBuilder, windows: readonly Window[]): void {
  for (const { base, depth, entryBytes, now, next, end } of windows) {
    const position = code.local('i32');
    code.i32(0);
    pushPosition(code, next);
    code.tee(position);
    code.emit(op.i32Store, 2);
    code.offset(now);
    code.get(position);
    code.i32(end);
    code.emit(op.i32Eq);
    code.if(() => {
      code.loop(position, 16, depth * entryBytes, () => {
        code.get(position);
        code.get(position);
        code.emit(...simd.v128Load, 0);
        code.offset(base + end);
        code.emit(...simd.v128Store, 0);
        code.offset(base);
      });
      for (const place of [now, next]) {
        code.i32(0);
        code.i32(0);
        code.emit(op.i32Store, 2);
        code.offset(place);
      }
    });
  }
}
