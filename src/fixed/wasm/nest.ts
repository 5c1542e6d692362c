import { op } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';

/** A loop: how often it turns, and by how many bytes pointers (i32 locals) move in a turn. */
export interface Level {
  readonly count: number;
  readonly steps: readonly (readonly [pointer: number, bytes: number])[];
}

/** Loops within loops, the first the outermost; pointers are in the end where they were before. */
export function nest(code: FunctionBuilder, levels: readonly Level[], body: () => void): void {
  if (levels.length === 0) {
    body();
    return;
  }
  const [{ count, steps }, ...inner] = levels;
  if (count === 1) {
    nest(code, inner, body);
    return;
  }
  code.loop(code.local('i32'), 1, count, () => {
    nest(code, inner, body);
    move(code, steps, 1);
  });
  move(code, steps, -count);
}

/** Moves pointers by so many turns. */
export function move(code: FunctionBuilder, steps: Level['steps'], turns: number): void {
  for (const [pointer, bytes] of steps) if (bytes !== 0) code.add(pointer, turns * bytes);
}

/** A pointer that starts at 0. */
export function pointer(code: FunctionBuilder): number {
  const local = code.local('i32');
  code.i32(0);
  code.set(local);
  return local;
}

/** A pointer so many bytes behind another one. */
export function pointerFrom(code: FunctionBuilder, base: number, bytes: number): number {
  const local = code.local('i32');
  code.get(base);
  code.i32(bytes);
  code.emit(op.i32Add);
  code.set(local);
  return local;
}
