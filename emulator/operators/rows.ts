import type { LinearNode } from '../../codegen/rtl/ir.ts';
import type { Emitter } from '../emitter.ts';
import { op } from '../../src/base/wasm/instructions.ts';

/** Where the sums of rows go: one behind the other, in cells of 2 or 4 bytes (then cut to their width) or in words. */
export interface RowTarget {
  readonly address: number;
  readonly bytes: 2 | 4 | 8;
}

/** Stores the sum on the stack, an i64; the row's offset lies below it. */
export function storeRow({ resultWidth }: LinearNode, { address, bytes }: RowTarget, e: Emitter): void {
  if (bytes < 8) e.mask(resultWidth, 0);
  e.code.emit(bytes === 8 ? op.i64Store : bytes === 4 ? op.i64Store32 : op.i64Store16, 0);
  e.code.offset(address);
}
