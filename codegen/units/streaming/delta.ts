import { bitsOf, integerType, isSigned, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Fold } from '../../../src/schedule/plan.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { MatrixUnit } from '../../../src/schedule/units.ts';
import { ModuleBuilder, term } from '../../rtl/builder.ts';
import type { MemoryStyle, Signal } from '../../rtl/ir.ts';
import { rebase, type Counting } from '../elementwise/rebase.ts';
import { storedElementwise, storedLatency } from '../elementwise/stored.ts';
import type { Wire } from '../integer.ts';
import { memory } from '../memory.ts';
import type { StoredWeights } from '../weights/encoding.ts';
import { storedWeights } from '../weights/index.ts';
import { delayedFlag, outputHandshake } from './control.ts';
import { deltaSteps } from './delta-steps.ts';
import type { StreamingUnit } from './matrix.ts';
import { ramStyle, romStyle } from './memory-cost.ts';

/**
 * Matrix-vector unit whose sums stay from vector to vector: sums(new) = sums(old) + weights * (vector(new) - vector(old)), the same integers as
 * those of the dense unit. `fold.simd` elements are compared a clock cycle, and each that changed takes a cycle for each `fold.pe` rows.
 */
export function streamingDelta(
  moduleName: string, unit: MatrixUnit, input: IntegerType, fold: Fold, timing: Timing, { style }: { style?: MemoryStyle } = {},
): StreamingUnit {
  const { dot } = unit;
  const { pe, simd } = fold;
  const rounds = dot.rows / pe;
  const stored = storedWeights(dot, () => false);
  const builder = new ModuleBuilder(moduleName, [
    `${unit.name}: ${dot.rows} x ${dot.columns} matrix-vector product of what changed, ` +
      `${stored.name} weights${unit.after ? `, then ${unit.after.op}` : ''}`,
    `${simd} elements compared a clock cycle; one that changed takes ${rounds} cycles of ${pe} rows`,
    ...dot.origins, ...(unit.after?.origins ?? []),
  ]);
  const valid = builder.input('in_valid', 1);
  const data = builder.input('in_data', simd * bitsOf(input), `${simd} elements a beat`);
  const output = outputHandshake(builder);
  const { enable } = output;
  const words = columnWords(dot, pe, stored);
  const width = pe * stored.bits;
  const weights = {
    enable, style: style ?? romStyle(words.length, width, timing.target), name: 'weights',
    comment: `${pe} weights of ${stored.bits} bits of a column a word`,
  };
  const ports = { builder, output, valid, data, input };
  const steps = deltaSteps(ports, dot, fold, timing.target, (address) => memory(builder, address, words, width, weights));

  // From cycle 2 on: products of the difference.
  const context = { builder, timing, enable };
  const products = Array.from({ length: pe }, (_, row) =>
    stored.dot([steps.difference], builder.slice(steps.codes, row * stored.bits, stored.bits), context));
  const productCycle = 2 + stored.latency(1, steps.difference.type, timing);

  // Then they are added to the sums, which may pass the range of results, and wrap, before the last one comes.
  const counting = countingOf(dot, input);
  const { type } = counting;
  timing.accumulator(bitsOf(type));
  const step = builder.and([enable, delayedFlag(builder, steps.went, productCycle, enable, 'product_valid')]);
  const sums = keptSums(builder, products, type, rounds, {
    enable, step, begins: builder.delay(steps.begins, productCycle, enable), round: builder.delay(steps.round, productCycle - 1, enable),
  }, ramStyle(rounds, pe * bitsOf(type), timing.target));
  const sumCycle = productCycle + 1;

  const after = rebase(unit.after, dot, counting);
  const served = builder.delay(steps.round, sumCycle - 1, enable);
  const results = sums.map((sum, lane) => (after === undefined ? sum.signal
    : storedElementwise(after, sum, served, Array.from({ length: rounds }, (_, round) => round * pe + lane), context)));
  const latency = sumCycle + (after === undefined ? 0 : storedLatency(after, type, timing));
  output.finish(delayedFlag(builder, steps.finishes, latency, enable, 'finished'), builder.concat(results, { name: 'results' }));
  return { module: builder.finish(), latency };
}

/** Words of the weight memory: of each column, those of each `pe` rows. */
function columnWords({ rows, columns, weights }: DotNode, pe: number, { encode, bits }: StoredWeights): bigint[] {
  const words: bigint[] = [];
  for (let column = 0; column < columns; column++) {
    for (let first = 0; first < rows; first += pe) {
      let word = 0n;
      for (let row = first + pe - 1; row >= first; row--) word = (word << BigInt(bits)) | encode(weights[row * columns + column]);
      words.push(word);
    }
  }
  return words;
}

/** What is summed: of bipolar elements, -1 and +1, the weights of those that are +1; twice that less the sum of all weights is the result. */
export function countingOf({ rows, columns, weights, type }: DotNode, input: IntegerType): Counting {
  if (!input.bipolar) return { scale: 1, offsets: new Array<number>(rows).fill(0), type };
  const offsets = new Array<number>(rows).fill(0);
  let [low, high] = [0, 0];
  for (let row = 0; row < rows; row++) {
    let [below, above] = [0, 0];
    for (const weight of weights.subarray(row * columns, (row + 1) * columns)) {
      offsets[row] -= weight;
      if (weight < 0) below += weight;
      else above += weight;
    }
    [low, high] = [Math.min(low, below), Math.max(high, above)];
  }
  return { scale: 2, offsets, type: integerType(low, high) };
}

/** Signals of the step whose products come; `round` comes a cycle earlier. */
interface SumStep {
  readonly enable: Signal;
  readonly step: Signal;
  readonly begins: Signal;
  readonly round: Signal;
}

/**
 * Adds products to the sums of their rows, and gives the new sums a cycle later. A word of sums is read in the cycle before its products come
 * and written at the end of theirs: rows are met in turn, so that the same word is read again two cycles later at the earliest. A single word
 * is a register.
 */
function keptSums(
  builder: ModuleBuilder, products: readonly Wire[], type: IntegerType, rounds: number, { enable, step, begins, round }: SumStep, style: MemoryStyle,
): Wire[] {
  const width = bitsOf(type);
  const write = builder.wire(products.length * width, { name: 'new_sums' });
  const sums = builder.register(products.length * width, { next: write.signal, enable: rounds === 1 ? step : enable, name: 'sums' });
  const old = rounds === 1 ? sums : builder.ram({
    name: 'kept_sums', comment: 'the sums of all rows', depth: rounds, writeEnable: step, writeAddress: builder.delay(round, 1, enable),
    writeData: write.signal, readAddress: round, readEnable: enable, read: 'registered', style,
  });
  const zero = builder.constant(0, width);
  write.connect(builder.concat(products.map((product, lane) => {
    const before = builder.mux(begins, [builder.slice(old, lane * width, width), zero]);
    const addend = builder.resize(product.signal, width, isSigned(product.type));
    return builder.sum([term(before), term(addend)], 0, width);
  })));
  return products.map((_, lane) => ({ signal: builder.slice(sums, lane * width, width), type }));
}
