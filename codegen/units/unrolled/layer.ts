import { userError } from '../../../src/base/diagnostic.ts';
import { bitsOf, integerType, isSigned, type DotNode, type FixedGraph, type IntegerType } from '../../../src/fixed/ir.ts';
import { sizeOf } from '../../../src/graph/tensor.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { MatrixUnit, Unit } from '../../../src/schedule/units.ts';
import type { Linear } from '../../arithmetic/product-plan.ts';
import { ModuleBuilder } from '../../rtl/builder.ts';
import type { Module } from '../../rtl/ir.ts';
import { constantElementwise, constantLatency } from '../elementwise/constant.ts';
import { rebase, type Counting } from '../elementwise/rebase.ts';
import { element, type Bus, type Wire } from '../integer.ts';
import { inputPrefix } from '../streaming/vector.ts';
import { compared, multipliersInWeights, takenAlong } from './along.ts';
import { quantizedRow, rowType } from './rows.ts';
import { truthTableOf } from './truth-tables.ts';
import { storedWeights } from '../weights/index.ts';
import type { ProductContext, StoredWeights } from '../weights/encoding.ts';
import { vectorLatency, vectorOperator } from '../vector.ts';

/** A layer as one pipeline: `in` (and `in1` …) to `out`, moving where `enable` is high; a new vector each clock cycle. */
export interface UnrolledLayer {
  readonly module: Module;
  /** Clock cycles from `in` to `out`. */
  readonly latency: number;
}

/** What is looked for in the rows of a product. */
export interface RowChoices {
  /** Rows that read few bits become tables. */
  readonly truthTables: boolean;
  /** What follows a sum has the bits of what its row can be. */
  readonly rowRanges: boolean;
}

export const ALL_CHOICES: RowChoices = { truthTables: true, rowRanges: true };

/** Builds a unit with all its weights in logic. */
export function unrolledLayer(moduleName: string, unit: Unit, graph: FixedGraph, timing: Timing, choices: RowChoices = ALL_CHOICES): UnrolledLayer {
  const what = unit.kind === 'matrix'
    ? `${unit.dot.rows} x ${unit.dot.columns} matrix-vector product in logic${unit.after ? `, then ${unit.after.op}` : ''}`
    : unit.node.op;
  const origins = unit.kind === 'matrix' ? [...unit.dot.origins, ...(unit.after?.origins ?? [])] : unit.node.origins;
  const builder = new ModuleBuilder(moduleName, [`${unit.name}: ${what}`, 'a new vector each clock cycle while enable is high', ...origins]);
  const enable = builder.input('enable', 1);
  const args = unit.inputs.map((value, i): Bus => {
    const { type, shape } = graph.nodes[value];
    const count = sizeOf(shape);
    return { signal: builder.input(inputPrefix(i), count * bitsOf(type), `${count} elements`), count, type };
  });
  const context = { builder, timing, enable };
  let latency: number;
  let result: number;
  switch (unit.kind) {
    case 'matrix':
      ({ latency, result } = matrix(unit, args[0], context, choices));
      break;
    case 'elementwise':
      latency = constantLatency(unit.node, args[0].type, timing);
      result = builder.concat(Array.from({ length: args[0].count }, (_, i) => builder.rename(
        constantElementwise(unit.node, element(builder, args[0], i), i % unit.node.channels, context), `element_${i}`)), { name: 'results' });
      break;
    case 'vector': case 'access': case 'sequence': {
      const { node } = unit;
      if (node.op === 'window') throw onlyStreaming(unit);
      latency = vectorLatency(node, args.map((arg) => arg.type), timing);
      result = vectorOperator(node, args, context).signal;
      break;
    }
    case 'reduce': throw onlyStreaming(unit);
  }
  builder.output('out', result);
  return { module: builder.finish(), latency };
}

function matrix(
  unit: MatrixUnit, input: Bus, context: { builder: ModuleBuilder; timing: Timing; enable: number }, choices: RowChoices,
): { latency: number; result: number } {
  if (unit.window !== undefined || unit.dot.groups !== 1) throw onlyStreaming(unit);
  const { builder, timing, enable } = context;
  const { dot } = unit;
  const stored = dot.lmul === undefined ? undefined : storedWeights(dot);
  const counting = countingOf(dot, input.type);
  const bits = bitsOf(input.type);
  const tables = Array.from({ length: dot.rows }, (_, row) => (
    choices.truthTables && stored === undefined && unit.after !== undefined ? truthTableOf(dot, row, input.type, unit.after) : undefined));
  // Rows that are summed up: the others are read from their tables.
  const summed = Array.from(tables.keys()).filter((row) => tables[row] === undefined);
  const product = stored !== undefined || summed.length === dot.rows ? dot : withRows(dot, summed);
  const rebased = rebase(unit.after, dot, counting);
  const { after, type, weights } = (stored === undefined ? multipliersInWeights(rebased, product, summed, input.type, timing) : undefined)
    ?? { after: rebased, type: counting.type, weights: product.weights };
  const resultWidth = bitsOf(type);
  const linear: Linear = {
    elementWidth: bits, signed: isSigned(input.type), columns: dot.columns, rows: summed.length, resultWidth, matrix: weights,
  };
  const along = stored === undefined && summed.length > 0 && timing.takesAlong(linear) ? takenAlong(after, type, summed) : {};
  const stages = stored !== undefined ? stored.latency(dot.columns, input.type, timing)
    : summed.length === 0 ? 0 : timing.product({ ...linear, ...along }, longestRow(product));
  const offsetTaken = along.sums !== undefined;
  const vectors = input.count / dot.columns;
  const latency = summed.length === 0 ? timing.table()
    : stages + (after === undefined || along.levels !== undefined ? 0 : constantLatency(after, type, timing, offsetTaken));
  const results: number[] = [];
  for (let vector = 0; vector < vectors; vector++) {
    const elements = Array.from({ length: dot.columns }, (_, i) => () => element(builder, input, vector * dot.columns + i).signal);
    const products = summed.length === 0 ? 0 : stored !== undefined ? fieldProducts(dot, stored, input, vector, resultWidth, context) : builder.linear(
      builder.slice(input.signal, vector * dot.columns * bits, dot.columns * bits),
      linear, { stages, enable }, { name: 'products', comment: `${summed.length} sums of ${dot.columns} weighted elements` },
    );
    for (let row = 0; row < dot.rows; row++) {
      const found = tables[row];
      if (found !== undefined) {
        const code = builder.lookup(builder.concat(found.columns.map((column) => elements[column]())), found.contents, bitsOf(unit.after!.type));
        results.push(builder.delay(code, latency, enable, { name: `row_${row}` }));
        continue;
      }
      const at = summed.indexOf(row);
      const sum: Wire = { signal: builder.slice(products, at * resultWidth, resultWidth), type };
      const result = after === undefined ? sum.signal
        : along.levels !== undefined ? compared(sum, along.levels[at], after.type, builder)
        : offsetTaken ? constantElementwise(after, sum, row % after.channels, { ...context, offsetTaken })
        : quantizedRow(after, sum, choices.rowRanges && stored === undefined ? rowType(dot, row, input.type, type) : type, row, context);
      results.push(builder.rename(result, `row_${row}`));
    }
  }
  return {
    latency,
    result: builder.concat(results, { name: 'results' }),
  };
}

/** The product of some rows. */
function withRows(dot: DotNode, rows: readonly number[]): DotNode {
  const { columns, weights } = dot;
  return { ...dot, rows: rows.length, weights: Int32Array.from(rows.flatMap((row) => [...weights.subarray(row * columns, (row + 1) * columns)])) };
}

/** All rows with constant codes in their own datapath, packed: products that are no multiples of the element. */
function fieldProducts(dot: DotNode, stored: StoredWeights, input: Bus, vector: number, width: number, context: ProductContext): number {
  const { builder } = context;
  const xs = Array.from({ length: dot.columns }, (_, i) => element(builder, input, vector * dot.columns + i));
  return builder.concat(Array.from({ length: dot.rows }, (_, row) => {
    const weights = [...dot.weights.subarray(row * dot.columns, (row + 1) * dot.columns)];
    const codes = builder.concat(weights.map((weight) => builder.constant(stored.encode(weight), stored.bits)));
    const { signal, type } = stored.dot(xs, codes, context);
    return builder.resize(signal, width, isSigned(type));
  }), { name: 'products' });
}

function onlyStreaming(unit: Unit): Error {
  return userError('no-unrolled-windows', `${unit.name}: convolutions and pooling have no unrolled hardware`, { help: 'take --style streaming' });
}

/** A bipolar element b in {-1, +1} is 2u - 1 for its bit u: weighted bits are summed, and sum(w b) = 2 sum(w u) - sum(w). */
function countingOf(dot: DotNode, input: IntegerType): Counting {
  if (!input.bipolar) return { scale: 1, offsets: new Array<number>(dot.rows).fill(0), type: dot.type };
  let low = 0;
  let high = 0;
  const offsets = Array.from({ length: dot.rows }, (_, row) => {
    let positive = 0;
    let negative = 0;
    for (const weight of dot.weights.subarray(row * dot.columns, (row + 1) * dot.columns)) {
      if (weight > 0) positive += weight;
      else negative += weight;
    }
    low = Math.min(low, negative);
    high = Math.max(high, positive);
    return -(positive + negative);
  });
  return { scale: 2, offsets, type: integerType(low, high) };
}

/** Addends of the row with the most: one for each one in the weights. */
function longestRow(dot: DotNode): number {
  let most = 1;
  for (let row = 0; row < dot.rows; row++) {
    let terms = 0;
    for (const weight of dot.weights.subarray(row * dot.columns, (row + 1) * dot.columns)) {
      for (let rest = Math.abs(weight); rest > 0; rest = Math.floor(rest / 2)) terms += rest % 2;
    }
    most = Math.max(most, terms);
  }
  return most;
}
