import { bitsOf, isSigned, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import { evaluateFixed } from '../../../src/fixed/evaluator.ts';
import type { ElementwiseNode } from '../../../src/schedule/units.ts';
import { channelOf } from '../elementwise/channel.ts';
import { encode } from '../elementwise/constant.ts';
import { rowType } from './rows.ts';

/** A neuron as a table: its code by the bits of the elements that its row reads, the first element least significant. */
export interface TruthTable {
  readonly columns: readonly number[];
  readonly contents: readonly bigint[];
}

/** Bits of input for which one look-up table makes a bit of the code: no sum is smaller. */
const ONE_TABLE = 6;
/** Bits of input above which tables are not looked into. */
const MOST_BITS = 9;
/** Look-up tables that a bit of the addends of a sum takes, with its registers' surroundings, and a bit that is compared with a level. */
const [SUM_COST, LEVEL_COST] = [0.75, 0.3];

/** The row and the operator behind it as a table, where that is estimated to be smaller than a sum and comparisons. */
export function truthTableOf(dot: DotNode, row: number, input: IntegerType, after: ElementwiseNode): TruthTable | undefined {
  const bits = bitsOf(input);
  const weights = dot.weights.subarray(row * dot.columns, (row + 1) * dot.columns);
  const columns = Array.from(weights.keys()).filter((column) => weights[column] !== 0);
  const read = columns.length * bits;
  if (read === 0 || read > MOST_BITS) return undefined;
  const tableCost = bitsOf(after.type) * 2 ** (read - ONE_TABLE);
  const width = bitsOf(rowType(dot, row, input, dot.type));
  if (read > ONE_TABLE && tableCost >= sumCost(columns.map((column) => weights[column]), input, width, after)) return undefined;
  const sums = Float64Array.from({ length: 2 ** read }, (_, pattern) => columns.reduce((sum, column, i) => (
    sum + weights[column] * valueOf(Math.floor(pattern / 2 ** (i * bits)) % 2 ** bits, input)), 0));
  // Patterns that no elements have give some code that there is.
  const reachable = sums.map((sum) => Math.min(Math.max(sum, dot.type.low), dot.type.high));
  const codes = codesOf(reachable, channelOf(after, row, dot.type, dot.type), dot.type);
  return { columns, contents: Array.from(codes, (code) => encode(code, after.type, bitsOf(after.type))) };
}

/** The integer that a bit pattern stands for. */
function valueOf(pattern: number, type: IntegerType): number {
  const span = 2 ** bitsOf(type);
  return type.bipolar ? 2 * pattern - 1 : isSigned(type) && pattern >= span / 2 ? pattern - span : pattern;
}

function codesOf(sums: Float64Array, after: ElementwiseNode, type: IntegerType): Float64Array {
  const shape = [sums.length];
  const nodes = [{ op: 'input' as const, name: 'sums', shape, type, origins: [] }, { ...after, arg: 0, shape }];
  return evaluateFixed({ name: 'row', nodes, inputs: [], outputs: [] }, new Map([[0, sums]]))[1];
}

/** Look-up tables of the sum and what follows it, about: that is no more than a table of the sum's own bits. */
function sumCost(weights: readonly number[], input: IntegerType, width: number, after: ElementwiseNode): number {
  const addends = weights.reduce((sum, weight) => sum + Math.abs(weight).toString(2).replace(/0/g, '').length * bitsOf(input), 0);
  const compared = LEVEL_COST * width * (after.op === 'threshold' ? after.steps : 3);
  return SUM_COST * addends + Math.min(compared, bitsOf(after.type) * 2 ** Math.max(0, width - ONE_TABLE));
}
