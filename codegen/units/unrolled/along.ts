import { bitsOf, integerType, isSigned, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';
import { rangeOfSum } from '../../arithmetic/graph.ts';
import type { Linear } from '../../arithmetic/product-plan.ts';
import type { ModuleBuilder } from '../../rtl/builder.ts';
import type { Signal } from '../../rtl/ir.ts';
import { codeOfCount, offsetSum } from '../elementwise/constant.ts';
import type { Wire } from '../integer.ts';

/** Multipliers that are powers of two as part of the weights, where they cost nothing; undefined where there are others, or none. */
export function multipliersInWeights(
  after: ElementwiseNode | undefined, dot: DotNode, rows: readonly number[], input: IntegerType, timing: Timing,
): { readonly after: ElementwiseNode; readonly type: IntegerType; readonly weights: Int32Array } | undefined {
  if (rows.length === 0 || after?.op !== 'requantize' || after.multipliers.every((multiplier) => multiplier === 1n)) return undefined;
  const factors = rows.map((row) => Number(after.multipliers[row % after.channels]));
  if (factors.some((factor) => factor < 1 || factor > 2 ** 20 || !Number.isInteger(Math.log2(factor)))) return undefined;
  const weights = Array.from(dot.weights, (weight, index) => weight * factors[Math.floor(index / dot.columns)]);
  if (weights.some((weight) => Math.abs(weight) >= 2 ** 30)) return undefined;
  const element = input.bipolar ? { low: 0, high: 1 } : input;
  const ranges = rows.map((_, at) => (
    rangeOfSum(weights.slice(at * dot.columns, (at + 1) * dot.columns), new Array(dot.columns).fill(element))));
  const type = integerType(Math.min(...ranges.map(({ low }) => low)), Math.max(...ranges.map(({ high }) => high)));
  if (!timing.takesAlong({ resultWidth: bitsOf(type) })) return undefined;
  return { after: { ...after, multipliers: after.multipliers.map(() => 1n) }, weights: Int32Array.from(weights), type };
}

/** What a product in cells takes along: one level a row, reached or not, is the last carry of its sum; an offset is one more constant in it. */
export function takenAlong(after: ElementwiseNode | undefined, type: IntegerType, rows: readonly number[]): Pick<Linear, 'levels' | 'sums'> {
  const channels = rows.map((row) => row % (after?.channels ?? 1));
  if (after?.op === 'threshold' && after.steps === 1 && !after.falling.includes(true)) {
    return { levels: channels.map((channel) => after.levels[channel]) };
  }
  if (rows.length === 0 || after?.op !== 'requantize' || after.multipliers.some((multiplier) => multiplier !== 1n)) return {};
  return { sums: channels.map((channel) => offsetSum(after, type, channel)) };
}

/** The code of a sum by the one level that it may reach, in the clock cycle of the sum. */
export function compared(sum: Wire, level: number, type: IntegerType, builder: ModuleBuilder): Signal {
  return codeOfCount(builder, builder.thresholds(sum.signal, isSigned(sum.type), [BigInt(level)]), 1, false, type);
}
