import type { Signal } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { wordsOf, type Layout } from '../layout.ts';
import { op } from '../../src/base/wasm/instructions.ts';

/** A constant memory: entries of 1, 2, 4 or a multiple of 8 bytes, and one of zeros behind them. */
export interface Table {
  readonly address: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Indexes of at most so many bits get a table that covers them all, so that no bound is checked. */
const COVERED_BITS = 12;

export function tableOf(contents: readonly bigint[], width: number, indexWidth: number, layout: Layout): Table {
  const bytes = width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8 * wordsOf(width);
  const entries = indexWidth <= COVERED_BITS ? 2 ** indexWidth : contents.length;
  const place = (): number => layout.place(packed(contents, entries, bytes));
  return { address: layout.once(contents, `${entries} of ${bytes} bytes`, place), entries, bytes };
}

function packed(contents: readonly bigint[], entries: number, bytes: number): BigUint64Array {
  const words = new BigUint64Array(Math.ceil(((entries + 1) * bytes) / 8));
  const view = new DataView(words.buffer);
  contents.slice(0, entries).forEach((value, i) => {
    if (bytes === 1) view.setUint8(i, Number(value));
    else if (bytes === 2) view.setUint16(2 * i, Number(value), true);
    else if (bytes === 4) view.setUint32(4 * i, Number(value), true);
    else for (let k = 0; 8 * k < bytes; k++) view.setBigUint64(i * bytes + 8 * k, BigInt.asUintN(64, value >> BigInt(64 * k)), true);
  });
  return words;
}

/** Pushes word k of the entry at the index; 0 past the end. */
export function pushEntry(e: Emitter, index: Signal, { address, entries, bytes }: Table, k: number): void {
  const { code } = e;
  code.get(e.offsetOf(index, entries, bytes));
  code.emit(bytes === 1 ? op.i64Load8U : bytes === 2 ? op.i64Load16U : bytes === 4 ? op.i64Load32U : op.i64Load, 0);
  code.offset(address + 8 * k);
}

/** Pushes as i32 whether the index is below `entries`. */
export function pushInside(e: Emitter, index: Signal, entries: number): void {
  e.word(index, 0);
  e.code.i64(BigInt(entries));
  e.code.emit(op.i64LtU);
  for (let k = 1; k < e.words(index); k++) {
    e.word(index, k);
    e.code.emit(op.i64Eqz, op.i32And);
  }
}
