import type { Signal } from '../../codegen/rtl/ir.ts';
import type { Layout } from '../layout.ts';
import { op } from '../../src/base/wasm/instructions.ts';
import type { FunctionBuilder, ModuleBuilder } from '../../src/base/wasm/module.ts';

/** A port that takes recorded values, one a cycle, again and again. Addresses of 32-bit numbers. */
export interface DrivenPort {
  readonly signal: Signal;
  /** Address of the next value; 0 while nothing drives the port. */
  readonly next: number;
  readonly first: number;
  readonly end: number;
}

export function drivenPorts(inputs: Iterable<Signal>, layout: Layout): DrivenPort[] {
  return [...inputs].map((signal) => {
    const block = layout.reserve(2);
    return { signal, next: block, first: block + 4, end: block + 8 };
  });
}

/** A function that gives each driven port its next value. */
export function emitDrive(module: ModuleBuilder, ports: readonly DrivenPort[], layout: Layout): FunctionBuilder {
  const code = module.function();
  const at = code.local('i32');
  const load = (address: number): void => {
    code.i32(0);
    code.emit(op.i32Load, 2);
    code.offset(address);
  };
  for (const { signal, next, first, end } of ports) {
    const words = layout.words(signal);
    load(next);
    code.tee(at);
    code.if(() => {
      for (let k = 0; k < words; k++) {
        code.store(layout.of(signal) + 8 * k, () => {
          code.get(at);
          code.loadAt(8 * k);
        });
      }
      code.i32(0);
      load(first);
      code.get(at);
      code.i32(8 * words);
      code.emit(op.i32Add);
      code.tee(at);
      code.get(at);
      load(end);
      code.emit(op.i32Eq, op.select, op.i32Store, 2);
      code.offset(next);
    });
  }
  return code;
}
