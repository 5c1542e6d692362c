import { bitsOf, isSigned, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { Fold, GroupPlan } from '../../../src/schedule/plan.ts';
import type { MatrixUnit } from '../../../src/schedule/units.ts';
import { ModuleBuilder, term } from '../../rtl/builder.ts';
import type { MemoryStyle, Module, Signal } from '../../rtl/ir.ts';
import { rebase } from '../elementwise/rebase.ts';
import { storedElementwise, storedLatency } from '../elementwise/stored.ts';
import { element, type Bus, type Wire } from '../integer.ts';
import { memory } from '../memory.ts';
import type { StoredWeights } from '../weights/encoding.ts';
import { storedWeights } from '../weights/index.ts';
import { arrangementOf, type Arrangement } from './arrangement.ts';
import { counter, delayedFlag, outputHandshake } from './control.ts';
import { romStyle } from './memory-cost.ts';

/** A module with `in_*` and `out_*` handshakes, and what a schedule must know of it. */
export interface StreamingUnit {
  readonly module: Module;
  /** Clock edges from the cycle in which the last beat of a result's input is accepted to the one in which the result is offered. */
  readonly latency: number;
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
  const rounds = dot.rows / laneRows;
  const arrangement = arrangementOf(dot.groups, dot.columns, plan, simd, order);
  const stored = storedWeights(dot, (span) => together(arrangement, span));
  const { bits, span = 1 } = stored;

  const builder = new ModuleBuilder(moduleName, [
    `${unit.name}: ${dot.groups === 1 ? '' : `${dot.groups} times `}${dot.rows} x ${dot.columns} matrix-vector product, ` +
      `${stored.name} weights${unit.after ? `, then ${unit.after.op}` : ''}`,
    `${pe} rows and ${simd} columns a clock cycle; ${blocks * rounds * beats} cycles a vector`,
    ...dot.origins, ...(unit.after?.origins ?? []),
  ]);
  const inValid = builder.input('in_valid', 1);
  const inData = builder.input('in_data', simd * bitsOf(input), `${simd} elements a beat`);
  const output = outputHandshake(builder);
  const { enable } = output;

  // Cycle 0: which columns (`beat`) of which rows (`round`); new elements are read in the first round, from the buffer in the others.
  const go = builder.wire(1, { name: 'go', comment: 'a step is made' });
  const beat = counter(builder, beats, go.signal, 'beat', 'which columns');
  const stepRound = builder.and([go.signal, beat.isLast]);
  const round = counter(builder, rounds, stepRound, 'round', 'which rows');
  const turn = blocks === 1 ? round : counter(builder, blocks * rounds, stepRound, 'turn', 'which rows of which groups');
  const available = rounds === 1 ? inValid : builder.or([inValid, builder.not(round.isFirst)]);
  go.connect(builder.and([enable, available]));
  builder.output('in_ready', rounds === 1 ? enable : builder.and([enable, round.isFirst], { name: 'accepting' }));
  const columns = rounds === 1 ? inData : buffered(builder, inData, round.isFirst, go.signal, beat.value, beats);
  const address = counter(builder, blocks * rounds * beats, go.signal, 'address', 'which word of the weights').value;

  // Cycle 1: elements and weights meet.
  const bus: Bus = { signal: builder.register(simd * bitsOf(input), { next: columns, enable, name: 'elements' }), count: simd, type: input };
  const words = weightWords(dot, plan, laneRows, arrangement, stored);
  const laneBits = (simd / lanes / span) * bits;
  const codes = memory(builder, address, words, pe * laneBits, {
    enable, style: style ?? romStyle(words.length, pe * laneBits, timing.target), name: 'weights',
    comment: `${pe} x ${simd / lanes / span} ${span === 1 ? 'weights' : `vectors of ${span} weights`} of ${bits} bits a word`,
  });
  const productLatency = stored.latency(simd / lanes, input, timing);
  const context = { builder, timing, enable };
  const partials = Array.from({ length: pe }, (_, row) => stored.dot(
    arrangement.places[Math.floor(row / laneRows)].map((place) => element(builder, bus, place)),
    builder.slice(codes, row * laneBits, laneBits), context,
  ));

  // Then the beats are added up, and the elementwise operator follows.
  const scale = stored.scale(input);
  const type = scale === 1 ? dot.type : stored.range(dot.columns, input);
  const first = builder.delay(beat.isFirst, 1 + productLatency, enable);
  const valid = delayedFlag(builder, go.signal, 1 + productLatency, enable, 'product_valid');
  if (beats > 1) timing.accumulator(bitsOf(type));
  const sums = partials.map((partial, row) => accumulated(builder, partial, first, valid, enable, beats, type, row));
  const sumCycle = 1 + productLatency + (beats > 1 ? 1 : 0);

  const offsets = Array.from({ length: dot.groups * dot.rows }, (_, row) =>
    stored.offset(dot.weights.subarray(row * dot.columns, (row + 1) * dot.columns), input));
  const after = rebase(unit.after, dot, { scale, offsets, type });
  const served = builder.delay(turn.value, sumCycle - 1, enable);
  const results = sums.map((sum, lane) => (after === undefined ? sum.signal
    : storedElementwise(after, sum, served, Array.from({ length: blocks * rounds }, (_, t) => t * pe + lane), context)));
  const latency = sumCycle + (after === undefined ? 0 : storedLatency(after, type, timing));
  const finished = delayedFlag(builder, builder.and([go.signal, beat.isLast]), latency, enable, 'finished');
  output.finish(finished, builder.concat(results, { name: 'results' }));
  return { module: builder.finish(), latency };
}

/** The vector's elements of this step: new ones in the first group, which also writes them down, the written ones in the others. */
function buffered(builder: ModuleBuilder, data: Signal, isFirst: Signal, go: Signal, beat: Signal, beats: number): Signal {
  const write = builder.and([go, isFirst]);
  const kept = beats === 1
    ? builder.register(builder.width(data), { next: data, enable: write, name: 'vector' })
    : builder.ram({
      name: 'vector', comment: 'the vector, for the other groups of rows', depth: beats, writeEnable: write, writeAddress: beat,
      writeData: data, readAddress: beat, read: 'direct',
    });
  return builder.mux(isFirst, [kept, data]);
}

/** Words of the weight memory in the order of the steps; of each row of each lane, the weights of the beat's elements. */
function weightWords(
  dot: DotNode, { lanes, blocks, beats }: GroupPlan, laneRows: number, { places, columns }: Arrangement,
  { encode, bits, span = 1 }: StoredWeights,
): bigint[] {
  const known = new Map<number, string>();
  const text = (weight: number): string => {
    if (!known.has(weight)) known.set(weight, encode(weight).toString(2).padStart(bits, '0'));
    return known.get(weight)!;
  };
  const vector = (at: number): string => encode(...dot.weights.subarray(at, at + span)).toString(2).padStart(bits, '0');
  const words: bigint[] = [];
  const own = places[0].length;
  for (let block = 0; block < blocks; block++) {
    for (let round = 0; round < dot.rows / laneRows; round++) {
      for (let beat = 0; beat < beats; beat++) {
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
      }
    }
  }
  return words;
}

/** Whether each `span` weights from a multiple of it on are next to each other in a lane of a beat. */
function together({ places, columns }: Arrangement, span: number): boolean {
  return places[0].length % span === 0
    && columns.every((column, i) => (i % span === 0 ? column % span === 0 : column === columns[i - 1] + 1));
}

/** Adds the beats of one vector up; the sum wraps in between but not at its end. */
function accumulated(
  builder: ModuleBuilder, partial: Wire, first: Signal, valid: Signal, enable: Signal, beats: number, type: IntegerType, lane: number,
): Wire {
  const width = bitsOf(type);
  if (beats === 1) return { signal: builder.resize(partial.signal, width, isSigned(partial.type)), type };
  const sum = builder.register(width, { name: `sum_${lane}` });
  const before = builder.mux(first, [sum, builder.constant(0, width)]);
  const addend = term(partial.signal, { signed: isSigned(partial.type) });
  builder.drive(sum, builder.sum([term(before), addend], 0, width), builder.and([enable, valid]));
  return { signal: sum, type };
}

