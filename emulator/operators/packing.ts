import type { Emitter } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { op } from '../../src/base/wasm/instructions.ts';

/** Word `word` of piece `piece`, shifted left (right where negative) to its place in a word of the whole. */
export interface Part {
  readonly piece: number;
  readonly word: number;
  readonly shift: number;
}

/** What each word of a packed value is made of; `widths` are those of the pieces, the first one lowest. */
export function packing(widths: readonly number[]): Part[][] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const parts: Part[][] = Array.from({ length: wordsOf(total) }, () => []);
  let at = 0;
  widths.forEach((width, piece) => {
    for (let word = 0; word < wordsOf(width); word++) {
      const low = at + 64 * word;
      const bits = Math.min(64, width - 64 * word);
      parts[Math.floor(low / 64)].push({ piece, word, shift: low % 64 });
      if ((low % 64) + bits > 64) parts[Math.floor(low / 64) + 1].push({ piece, word, shift: (low % 64) - 64 });
    }
    at += width;
  });
  return parts;
}

/** Pushes a word of the whole; `push` pushes a word of a piece, zero above its width. */
export function pushPacked(e: Emitter, parts: readonly Part[], push: (piece: number, word: number) => void): void {
  parts.forEach(({ piece, word, shift }, i) => {
    push(piece, word);
    if (shift > 0) e.shiftBy(op.i64Shl, BigInt(shift));
    if (shift < 0) e.shiftBy(op.i64ShrU, BigInt(-shift));
    if (i > 0) e.code.emit(op.i64Or);
  });
}
