import { op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import { forEachElement, loadElement } from './scalar.ts';
import type { Place, Room } from './values.ts';

/** Vectors that one turn copies without a loop. */
const MOST_VECTORS = 16;

/** Copies elements of the arguments, one behind the other, by index. */
export function emitGather(code: FunctionBuilder, room: Room, args: readonly Place[], index: Int32Array, to: Place): void {
  const bounds: number[] = [];
  for (const { size } of args) bounds.push((bounds[bounds.length - 1] ?? 0) + size);
  const sourceOf = (source: number): number => bounds.findIndex((bound) => source < bound);
  const addresses = Int32Array.from(index, (source) => {
    const which = source < 0 ? -1 : sourceOf(source);
    if (which < 0) throw new Error(`index ${source} of ${bounds[bounds.length - 1]} elements`);
    return args[which].address + (source - (bounds[which] - args[which].size)) * args[which].bytes;
  });
  if (args.every((arg) => arg.bytes === args[0].bytes)) {
    copy(code, room, addresses, args[0].bytes, to);
    return;
  }
  // Arguments of different widths: stretch by stretch.
  for (let start = 0; start < index.length;) {
    const which = sourceOf(index[start]);
    let end = start;
    while (end < index.length && sourceOf(index[end]) === which) end++;
    copy(code, room, addresses.subarray(start, end), args[which].bytes, { ...to, address: to.address + start * to.bytes, size: end - start });
    start = end;
  }
}

function copy(code: FunctionBuilder, room: Room, addresses: Int32Array, bytes: Place['bytes'], to: Place): void {
  const run = bytes === to.bytes ? runLength(addresses, bytes) : 1;
  // A run's last vector reaches past its end: the next run writes there after it, and behind the last one there is room.
  if (run * bytes >= 6 && run * bytes <= 16 * MOST_VECTORS) copyRuns(code, room, addresses, run * bytes, run, to);
  else copyElements(code, room, addresses, bytes, to);
}

function copyElements(code: FunctionBuilder, room: Room, addresses: Int32Array, bytes: Place['bytes'], to: Place): void {
  const table = room.place(addresses.slice());
  forEachElement(code, to, (index) => {
    code.get(index);
    code.i32(4);
    code.emit(op.i32Mul, op.i32Load, 2);
    code.offset(table);
    loadElement(code, bytes, 0);
  });
}

/** The largest number of neighbours that always come from neighbours. */
function runLength(addresses: Int32Array, bytes: number): number {
  let common = 0;
  for (let i = 1; i <= addresses.length; i++) {
    if (i < addresses.length && addresses[i] === addresses[i - 1] + bytes) continue;
    // A run ends before i: ends lie at multiples of the length.
    let [a, b] = [common, i];
    while (b !== 0) [a, b] = [b, a % b];
    common = a;
  }
  return common;
}

function copyRuns(code: FunctionBuilder, room: Room, addresses: Int32Array, bytes: number, length: number, to: Place): void {
  const table = room.place(addresses.filter((_, i) => i % length === 0));
  const [turn, source, target] = [code.local('i32'), code.local('i32'), code.local('i32')];
  code.i32(0);
  code.set(target);
  code.loop(turn, 4, (4 * addresses.length) / length, () => {
    code.get(turn);
    code.emit(op.i32Load, 2);
    code.offset(table);
    code.set(source);
    for (let offset = 0; offset < bytes; offset += 16) {
      const short = bytes - offset <= 8;
      code.get(target);
      code.get(source);
      code.emit(...(short ? [op.i64Load] : simd.v128Load), 0);
      code.offset(offset);
      code.emit(...(short ? [op.i64Store] : simd.v128Store), 0);
      code.offset(to.address + offset);
    }
    code.add(target, bytes);
  });
}
