import { simd } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../src/base/wasm/module.ts';
import type { Piece } from './pieces.ts';
import type { Form } from './range.ts';
import type { UnitBits, VectorUnit } from './unit.ts';

/** Which bits of a value that lies in pieces are wanted, in which cells, and with what above them. */
interface PieceBits {
  readonly pieces: readonly Piece[];
  readonly low: number;
  readonly width: number;
  readonly bits: UnitBits;
  readonly form: Form;
  readonly chunk: number;
  readonly load: (offset: number, instruction: readonly number[]) => void;
  /** Locals with all vectors of all pieces. */
  readonly fetched?: readonly number[];
}

/** Pushes bits of a value from the pieces that they are in. */
export function pushPieces(
  unit: VectorUnit, code: FunctionBuilder, { pieces, low, width, bits, form, chunk, load, fetched }: PieceBits,
): void {
  let started = false;
  let local = 0;
  pieces.forEach((piece) => {
    const first = local;
    local += Math.max(1, piece.bits / 16);
    const [from, to] = [Math.max(low, piece.low), Math.min(low + width, piece.low + piece.width)];
    if (from >= to) return;
    const last = to === low + width;
    const only = last && !started;
    const exact = to === piece.low + piece.width;
    const cells = Math.max(16, piece.bits) as UnitBits;
    const shift = from - piece.low;
    const held = (k: number): void => {
      if (fetched !== undefined) code.get(fetched[first + k]);
      else unit.cells(piece, k, load);
    };
    // What a part must be above its width, for those above it or for the caller.
    const wanted: Form = last ? form : 'zero';
    const stored: Form = piece.signed ? 'sign' : 'zero';
    if (cells > bits) {
      unit.narrow(cells, bits, chunk, (k) => {
        held(k);
        unit.shift('shrU', shift, cells);
        unit.reform('any', 'zero', Math.min(to - from, bits), cells);
      });
      if (to - from < bits) unit.reform('zero', wanted, to - from, bits);
    } else {
      if (cells === bits) held(chunk);
      else if (fetched === undefined && piece.bits < bits && unit.loadsWidened(piece, bits)) unit.widened(piece, bits, chunk, load);
      else unit.widen(cells, bits, stored, chunk, held);
      if (shift > 0) unit.shift(stored === 'sign' ? 'shrS' : 'shrU', shift, bits);
      unit.reform(exact ? stored : 'any', wanted, to - from, bits);
    }
    if (!only && from > low) unit.shift('shl', from - low, bits);
    if (started) code.emit(...simd.v128Or);
    started = true;
  });
}
