import type { LaneBits } from '../../src/base/wasm/instructions.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { Emitter } from '../emitter.ts';
import type { Layout } from '../layout.ts';
import { pushInside } from '../operators/table.ts';
import type { Vec } from './vec.ts';

type EntryVec = Extract<Vec, { kind: 'entry' }>;

/** Bytes of an entry's lanes: whole vectors. */
function entryBytes({ lanes }: EntryVec, bits: LaneBits): number {
  return 16 * Math.ceil((lanes * bits) / 128);
}

/** Address of a table of entries taken apart into lanes, by sign or by zero; lanes past the last and an entry past the end are zero. */
export function entryTable(vec: EntryVec, layout: Layout, bits: LaneBits, signed: boolean): number {
  const { lookup: { contents }, low, stride, lanes, width } = vec;
  return layout.once(contents, `entries ${low} ${stride} ${lanes} ${width} ${bits} ${signed}`, () => {
    const row = entryBytes(vec, bits) / (bits / 8);
    const cells = bits === 16 ? new Uint16Array(row * (contents.length + 1)) : new Uint32Array(row * (contents.length + 1));
    contents.forEach((value, index) => {
      for (let lane = 0; lane < lanes; lane++) {
        const field = value >> BigInt(low + lane * stride);
        cells[row * index + lane] = Number(BigInt.asUintN(bits, signed ? BigInt.asIntN(width, field) : BigInt.asUintN(width, field)));
      }
    });
    return layout.placeVectors(cells);
  });
}

/** Computes the offset of an entry in its table into a local. */
export function pushEntryOffset(vec: EntryVec, e: Emitter, bits: LaneBits): number {
  const { lookup: { index, contents } } = vec;
  const { code } = e;
  const local = code.local('i32');
  if (e.width(index) <= 30 && 2 ** e.width(index) <= contents.length) e.condition(index);
  else {
    e.condition(index);
    code.i32(contents.length);
    pushInside(e, index, contents.length);
    code.emit(op.select);
  }
  code.i32(entryBytes(vec, bits));
  code.emit(op.i32Mul);
  code.set(local);
  return local;
}
