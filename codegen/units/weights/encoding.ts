import type { IntegerType } from '../../../src/fixed/ir.ts';
import type { NumberFormat } from '../../../src/number/formats/index.ts';
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

/** A way to store integer weights; fits some weights and not others. */
export interface WeightEncoding {
  readonly name: string;
  /**
   * The codes and the datapath for these weights, row by row; undefined where one of them has no code. `format` is the weights' number
   * format, where it is known; `columns` the length of a row.
   */
  of(weights: Int32Array, format?: NumberFormat, columns?: number): StoredWeights | undefined;
}

/**
 * How the weights of one matrix lie in memory and how a dot product with them is computed. The hardware may count something simpler
 * than the product: the product is `scale` times the counted number plus an offset that depends on the row alone.
 */
export interface StoredWeights {
  /** What they are, for comments: `shift`, `codebook of 5 integers`. */
  readonly name: string;
  /** Bits of one code. */
  readonly bits: number;
  /** Consecutive weights of a row that one code stands for: 1 where nothing is said. Dot products have whole codes. */
  readonly span?: number;
  /** The code of a weight, or of as many as a code stands for. */
  encode(...weights: number[]): bigint;
  scale(input: IntegerType): 1 | 2;
  /** The offset of a row with these weights. */
  offset(row: Int32Array, input: IntegerType): number;
  /** Range of what one dot product of the given length counts. */
  range(length: number, input: IntegerType): IntegerType;
  /** Clock cycles of {@link dot}; 1 at least. */
  latency(length: number, input: IntegerType, timing: Timing): number;
  /** What is counted for elements `xs` and their codes packed in `codes`. */
  dot(xs: readonly Wire[], codes: Signal, context: ProductContext): Wire;
}

/** For datapaths that compute the product itself. */
export const PRODUCT_ITSELF = { scale: () => 1, offset: () => 0 } as const satisfies Pick<StoredWeights, 'scale' | 'offset'>;

/** Code number `index` of several packed ones. */
export function codeAt(builder: ModuleBuilder, codes: Signal, index: number, bits: number): Signal {
  return builder.slice(codes, index * bits, bits);
}
