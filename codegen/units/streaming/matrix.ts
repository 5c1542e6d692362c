import { bitsOf, isSigned, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import { weightIntegers } from '../../../src/fixed/rewritable.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import { stepsOf, type Fold, type GroupPlan } from '../../../src/schedule/plan.ts';
import { sparsePattern, type SparsePattern } from '../../../src/schedule/sparse.ts';
import type { MatrixUnit } from '../../../src/schedule/units.ts';
import { ModuleBuilder, term } from '../../rtl/builder.ts';
import type { MemoryStyle, Module, Signal } from '../../rtl/ir.ts';
import { rebase } from '../elementwise/rebase.ts';
import { isRewritable, rewritableElementwise } from '../elementwise/rewritable.ts';
import { storedElementwise, storedLatency } from '../elementwise/stored.ts';
import { element, type Bus, type Wire } from '../integer.ts';
import { Loads, type LoadableMemory } from '../loadable.ts';
import { memory } from '../memory.ts';
import type { StoredWeights } from '../weights/encoding.ts';
import { storedWeights } from '../weights/index.ts';
import { arrangementOf, type Arrangement } from './arrangement.ts';
import { delayedFlag, outputHandshake } from './control.ts';
import { longDelay } from './long-delay.ts';
import { denseSteps, sparseSteps } from './matrix-steps.ts';
import { loadableStyle, romStyle } from './memory-cost.ts';

/** A module with `in_*` and `out_*` handshakes, and what a schedule must know of it. */
export interface StreamingUnit {
  readonly module: Module;
  /** Clock edges from the cycle in which the last beat of a result's input is accepted to the one in which the result is offered. */
  readonly latency: number;
  /** Memories that can be written at run time; the module has ports for each, see `Loads`. */
  readonly memories?: readonly LoadableMemory[];
}

/**
 * Matrix-vector unit: `fold.pe` results and `fold.simd` elements a clock cycle. The groups of a block are worked on at the same time;
 * a block's elements come in once, `simd` a beat, and are kept for the other rows. `order` says which element of a vector each
 * element of the stream is, where that is not its place.
 */
export function streamingMatrix(
  moduleName: string, unit: MatrixUnit, input: IntegerType, fold: Fold, plan: GroupPlan, timing: Timing,
  { style, order }: { style?: MemoryStyle; order?: Int32Array } = {},
): StreamingUnit {
  const { dot } = unit;
  const { pe, simd } = fold;
  const { lanes, blocks, beats } = plan;
  const laneRows = pe / lanes;
  const pattern = fold.sparse === true ? sparsePattern(dot, pe, simd) : undefined;
  const arrangement = arrangementOf(dot.groups, dot.columns, plan, simd, order);
  const stored = storedWeights(dot, (span) => pattern === undefined && together(arrangement, span));
  const { bits, span = 1 } = stored;

  const builder = new ModuleBuilder(moduleName, [
    `${unit.name}: ${dot.groups === 1 ? '' : `${dot.groups} times `}${dot.rows} x ${dot.columns} matrix-vector product, ` +
      `${stored.name} weights${unit.after ? `, then ${unit.after.op}` : ''}`,
    `${pe} rows and ${simd} columns a clock cycle; ${pattern?.beats.length ?? (blocks * beats * dot.rows) / laneRows} cycles a vector`,
    ...(pattern === undefined ? [] : [`of ${(dot.rows / pe) * (dot.columns / simd)} words of weights those are left out that are all zero`]),
    ...dot.origins, ...(unit.after?.origins ?? []),
  ]);
  const inValid = builder.input('in_valid', 1);
  const inData = builder.input('in_data', simd * bitsOf(input), `${simd} elements a beat`);
  const output = outputHandshake(builder);
  const { enable } = output;

  // Cycle 1: elements and weights meet.
  const words = weightWords(dot, plan, fold, arrangement, stored);
  const laneBits = (simd / lanes / span) * bits;
  const width = pe * laneBits;
  const comment = `${pe} x ${simd / lanes / span} ${span === 1 ? 'weights' : `vectors of ${span} weights`} of ${bits} bits a word`;
  const loads = new Loads(builder);
  const loadStyle = (depth: number, bits: number): MemoryStyle => style ?? loadableStyle(depth, bits, timing.target);
  const constantStyle = style ?? romStyle(words.length, width, timing.target);
  const ports = { builder, output, valid: inValid, data: inData, input };
  const steps = pattern !== undefined ? sparseSteps(ports, pattern, simd, words, width, constantStyle, comment)
    : denseSteps(ports, dot, fold, plan, (address) => (dot.rewritable === undefined
      ? memory(builder, address, words, width, { enable, style: constantStyle, name: 'weights', comment })
      : loads.memory(address, { name: 'weights', width, words }, { enable, style: loadStyle(words.length, width), comment })));
  const { since, turns } = steps;
  const bus: Bus = { signal: steps.elements, count: simd, type: input };
  const productLatency = stored.latency(simd / lanes, input, timing);
  const context = { builder, timing, enable };
  const partials = Array.from({ length: pe }, (_, row) => stored.dot(
    arrangement.places[Math.floor(row / laneRows)].map((place) => element(builder, bus, place)),
    builder.slice(steps.codes, row * laneBits, laneBits), context,
  ));

  // Then the beats are added up, and the elementwise operator follows.
  const scale = stored.scale(input);
  const type = scale === 1 ? dot.type : stored.range(dot.columns, input);
  const first = builder.delay(steps.isFirst, 1 - since + productLatency, enable);
  const valid = delayedFlag(builder, steps.went, 1 - since + productLatency, enable, 'product_valid');
  const step = builder.and([enable, valid]);
  // Where blocks take turns, a block's sum comes round again after those of the others.
  const around = (sum: Signal, row: number): Signal => longDelay(builder, sum, steps.takingTurns - 1, step, `kept_${row}`, timing.target);
  if (steps.adds) timing.accumulator(bitsOf(type));
  const sums = partials.map((partial, row) => accumulated(builder, partial, first, step, steps.adds, type, row, around));
  const sumCycle = 1 + productLatency + (steps.adds ? 1 : 0);

  const offsets = Array.from({ length: dot.groups * dot.rows }, (_, row) =>
    stored.offset(weightsLeft(dot, row, fold, pattern), input));
  const after = rebase(unit.after, dot, { scale, offsets, type, varying: offsetsVary(dot, stored, input) });
  const served = builder.delay(steps.turn, sumCycle - 1 - since, enable);
  const results = isRewritable(after) ? rewritableElementwise(after, sums, served, turns, context, { loads, style: loadStyle })
    : sums.map((sum, lane) => (after === undefined ? sum.signal
      : storedElementwise(after, sum, served, Array.from({ length: turns }, (_, t) => t * pe + lane), context)));
  const latency = sumCycle + (after === undefined ? 0 : storedLatency(after, type, timing));
  const finished = delayedFlag(builder, steps.finishes, latency - since, enable, 'finished');
  output.finish(finished, builder.concat(results, { name: 'results' }));
  return { module: builder.finish(), latency, memories: loads.memories };
}

/** Whether the offsets of rows depend on weights that can be written: each weight adds its part. */
function offsetsVary({ rewritable, format, columns }: DotNode, stored: StoredWeights, input: IntegerType): boolean {
  if (rewritable === undefined) return false;
  const parts = Array.from(weightIntegers(format!), (weight) => stored.offset(new Int32Array(columns).fill(weight), input));
  return parts.some((part) => part !== parts[0]);
}

/** The weights of a row that its words hold. */
function weightsLeft({ columns, weights }: DotNode, row: number, { pe, simd }: Fold, pattern: SparsePattern | undefined): Int32Array {
  const all = weights.subarray(row * columns, (row + 1) * columns);
  if (pattern === undefined) return all;
  const round = Math.floor(row / pe);
  const start = pattern.lengths.subarray(0, round).reduce((sum, length) => sum + length, 0);
  const beats = pattern.beats.subarray(start, start + pattern.lengths[round]);
  return Int32Array.from([...beats].flatMap((beat) => [...all.subarray(beat * simd, (beat + 1) * simd)]));
}

/** Words of the weight memory in the order of the steps; of each row of each lane, the weights of the beat's elements. */
function weightWords(
  dot: DotNode, plan: GroupPlan, { pe, simd, sparse }: Fold, { places, columns }: Arrangement, { encode, bits, span = 1 }: StoredWeights,
): bigint[] {
  const { lanes, blocks, beats } = plan;
  const laneRows = pe / lanes;
  const known = new Map<number, string>();
  const text = (weight: number): string => {
    if (!known.has(weight)) known.set(weight, encode(weight).toString(2).padStart(bits, '0'));
    return known.get(weight)!;
  };
  const vector = (at: number): string => encode(...dot.weights.subarray(at, at + span)).toString(2).padStart(bits, '0');
  const words: bigint[] = [];
  const own = places[0].length;
  const add = (block: number, round: number, beat: number): void => {
    const parts: string[] = [];
    for (let lane = lanes - 1; lane >= 0; lane--) {
      for (let row = laneRows - 1; row >= 0; row--) {
        const start = ((block * lanes + lane) * dot.rows + round * laneRows + row) * dot.columns;
        const first = ((block * beats + beat) * lanes + lane) * own;
        for (let i = own - span; i >= 0; i -= span) {
          const at = start + columns[first + i];
          parts.push(span === 1 ? text(dot.weights[at]) : vector(at));
        }
      }
    }
    words.push(BigInt(`0b${parts.join('')}`));
  };
  if (sparse === true) {
    const { lengths, beats: left } = sparsePattern(dot, pe, simd);
    let step = 0;
    lengths.forEach((length, round) => { for (let i = 0; i < length; i++) add(0, round, left[step++]); });
    return words;
  }
  if (plan.interleaved === true) {
    for (const { block, beat } of stepsOf(plan)) add(block, 0, beat);
    return words;
  }
  for (let block = 0; block < blocks; block++) {
    for (let round = 0; round < dot.rows / laneRows; round++) for (let beat = 0; beat < beats; beat++) add(block, round, beat);
  }
  return words;
}

/** Whether each `span` weights from a multiple of it on are next to each other in a lane of a beat. */
function together({ places, columns }: Arrangement, span: number): boolean {
  return places[0].length % span === 0
    && columns.every((column, i) => (i % span === 0 ? column % span === 0 : column === columns[i - 1] + 1));
}

/** Adds the beats of one block up, `around` gives its sum so far; the sum wraps in between but not at its end. */
function accumulated(
  builder: ModuleBuilder, partial: Wire, first: Signal, step: Signal, adds: boolean, type: IntegerType, lane: number,
  around: (sum: Signal, lane: number) => Signal,
): Wire {
  const width = bitsOf(type);
  if (!adds) return { signal: builder.resize(partial.signal, width, isSigned(partial.type)), type };
  const sum = builder.register(width, { name: `sum_${lane}` });
  const before = builder.mux(first, [around(sum, lane), builder.constant(0, width)]);
  const addend = term(partial.signal, { signed: isSigned(partial.type) });
  builder.drive(sum, builder.sum([term(before), addend], 0, width), step);
  return { signal: sum, type };
}

