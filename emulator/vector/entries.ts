import type { LaneBits } from '../../src/base/wasm/instructions.ts';
import type { Emitter } from '../emitter.ts';
import type { Layout } from '../layout.ts';
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

/** A local with the offset of an entry in its table. */
export function entryOffset(vec: EntryVec, e: Emitter, bits: LaneBits): number {
  const { index, contents } = vec.lookup;
  return e.offsetOf(index, contents.length, entryBytes(vec, bits));
}
