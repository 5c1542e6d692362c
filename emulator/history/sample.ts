import type { LeanEmitter } from '../lean/emitter.ts';
import { VectorCode } from '../vector/code.ts';
import type { Vec } from '../vector/vec.ts';
import { op, simd } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';
import { pushPosition, type Window } from './windows.ts';

/** Notes the samples of an edge behind the last entry. */
export function emitSamples(window: Window, e: LeanEmitter): void {
  const { code } = e;
  const { samples, base, depth, entryBytes, next } = window;
  for (const { signal, offset, elements } of samples) {
    const at = base + depth * entryBytes + offset;
    if (elements === undefined) {
      for (let k = 0; k < e.words(signal); k++) {
        e.position(window);
        e.word(signal, k);
        code.storeAt(at + 8 * k);
      }
      continue;
    }
    const { width, count, signed } = elements;
    const vec: Vec = { kind: 'fields', arg: signal, low: 0, stride: width, lanes: count, width };
    const vector = new VectorCode(e.vectorHost, 16, vec);
    for (let first = 0; first < count; first += 8) {
      e.position(window);
      vector.begin();
      if (signed) vector.signed(vec, first);
      else vector.clean(vec, first);
      code.emit(...simd.v128Store, 0);
      code.offset(at + 2 * first);
    }
  }
  code.i32(0);
  e.position(window);
  code.i32(entryBytes);
  code.emit(op.i32Add, op.i32Store, 2);
  code.offset(next);
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
