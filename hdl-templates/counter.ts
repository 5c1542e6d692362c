import { term, type ModuleBuilder } from '../codegen/rtl/builder.ts';
import type { Signal } from '../codegen/rtl/ir.ts';

/** The step of a counter from 0 to `size - 1` and round again. */
export function counterStep(b: ModuleBuilder, counter: Signal, size: number): { last: Signal; next: Signal } {
  const width = b.width(counter);
  const last = b.compare('eq', counter, b.constant(size - 1, width));
  return { last, next: b.mux(last, [b.sum([term(counter)], 1, width), b.constant(0, width)]) };
}
