import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { wordsOf } from '../layout.ts';
import { integerRows } from './linear-integers.ts';
import { isShort, shortRows } from './linear-shorts.ts';
import { isTernary, ternaryRows } from './linear-bits.ts';
import { wideRows } from './linear-wide.ts';
import type { RowTarget } from './rows.ts';
import { packing, pushPacked } from './packing.ts';
import type { Value } from './value.ts';

/** A constant matrix times a vector, by the fastest of four ways that is exact; rows are summed in loops, then packed. */
export function linear(node: LinearNode, e: Emitter): Value {
  const sums = e.layout.reserveVectors(8 * Math.ceil(node.rows / 4) * 4 * wordsOf(node.resultWidth));
  return {
    procedure: (address) => {
      linearRows(node, e, { address: sums, bytes: 8 });
      pack(node, e, sums, address);
    },
  };
}

/** The sums of all rows, not packed. */
export function linearRows(node: LinearNode, e: Emitter, target: RowTarget): void {
  const rows = isTernary(node) ? ternaryRows : isShort(node) ? shortRows : isNarrow(node) ? integerRows : wideRows;
  rows(node, e, target);
}

function isNarrow(node: LinearNode): boolean {
  return node.elementWidth <= 64 && node.resultWidth <= 64;
}

/** Packs the rows' sums, cut to `resultWidth` bits each. */
function pack({ rows, resultWidth, width }: LinearNode, e: Emitter, sums: number, address: number): void {
  const parts = packing(new Array<number>(rows).fill(resultWidth));
  e.writeWords(address, width, (k) => pushPacked(e, parts[k], (row, word) => {
    e.code.load(sums + 8 * (row * wordsOf(resultWidth) + word));
    e.mask(resultWidth, word);
  }), true);
}
