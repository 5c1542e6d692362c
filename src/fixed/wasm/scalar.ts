import { op } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { ElementBytes, Place } from './values.ts';

/** Loads an i64 from the address on the stack plus an offset. */
export function loadElement(code: FunctionBuilder, bytes: ElementBytes, offset: number): void {
  code.emit(bytes === 2 ? op.i64Load16S : bytes === 4 ? op.i64Load32S : op.i64Load, 0);
  code.offset(offset);
}

/** Stores the i64 on the stack at the address below it plus an offset. */
export function storeElement(code: FunctionBuilder, bytes: ElementBytes, offset: number): void {
  code.emit(bytes === 2 ? op.i64Store16 : bytes === 4 ? op.i64Store32 : op.i64Store, 0);
  code.offset(offset);
}

/** Pushes the address offset of element number `index` (a local). */
export function pushOffset(code: FunctionBuilder, index: number, bytes: number): void {
  code.get(index);
  code.i32(bytes);
  code.emit(op.i32Mul);
}

/** A loop over all elements of a result: `element` pushes the element's i64. */
export function forEachElement(code: FunctionBuilder, to: Place, element: (index: number) => void): void {
  const index = code.local('i32');
  code.loop(index, 1, to.size, () => {
    pushOffset(code, index, to.bytes);
    element(index);
    storeElement(code, to.bytes, to.address);
  });
}

/** Pushes element number `index` (a local) of a place. */
export function pushElement(code: FunctionBuilder, from: Place, index: number): void {
  pushOffset(code, index, from.bytes);
  loadElement(code, from.bytes, from.address);
}

/** Sets `channel` to element `index` modulo the number of channels. */
export function setChannel(code: FunctionBuilder, channel: number, index: number, channels: number): void {
  code.get(index);
  code.i32(channels);
  code.emit(op.i32RemU);
  code.set(channel);
}

/** Limits an i64 local to a range. */
export function limit(code: FunctionBuilder, local: number, { low, high }: { readonly low: number; readonly high: number }): void {
  for (const [bound, instruction] of [[low, op.i64LtS], [high, op.i64GtS]] as const) {
    code.i64(BigInt(bound));
    code.get(local);
    code.get(local);
    code.i64(BigInt(bound));
    code.emit(instruction, op.select);
    code.set(local);
  }
}
