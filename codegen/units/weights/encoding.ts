import type { IntegerType } from '../../../src/fixed/ir.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { ModuleBuilder } from '../../rtl/builder.ts';
import type { Signal } from '../../rtl/ir.ts';
import type { Wire } from '../integer.ts';

/** What is built around a product with stored weights. */
export interface ProductContext {
  readonly builder: ModuleBuilder;
  readonly timing: Timing;
  readonly enable?: Signal;
}

/**
 * How integer weights lie in memory and how a dot product with them is computed. The hardware may count something simpler than the
 * product: the product is `scale` times the counted number plus an offset that depends on the row alone.
 */
export interface WeightEncoding {
  readonly name: string;
  /** Whether every weight has a code. */
  fits(weights: Int32Array): boolean;
  /** Bits of one code. */
  bits(weights: Int32Array): number;
  encode(weight: number, bits: number): bigint;
  scale(input: IntegerType): 1 | 2;
  /** The offset of a row with these weights. */
  offset(row: Int32Array, input: IntegerType): number;
  /** Range of what one dot product of the given length counts. */
  range(length: number, input: IntegerType, bits: number): IntegerType;
  /** Clock cycles of {@link dot}; 1 at least. */
  latency(length: number, input: IntegerType, bits: number, timing: Timing): number;
  /** What is counted for elements `xs` and equally many codes packed in `codes`. */
  dot(xs: readonly Wire[], codes: Signal, bits: number, context: ProductContext): Wire;
}
