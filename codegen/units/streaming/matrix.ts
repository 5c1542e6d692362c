import { bitsOf, isSigned, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Timing } from '../../../src/schedule/timing.ts';
import type { Fold } from '../../../src/schedule/folding.ts';
import type { MatrixUnit } from '../../../src/schedule/units.ts';
import { ModuleBuilder, term } from '../../rtl/builder.ts';
import type { MemoryStyle, Module, Signal } from '../../rtl/ir.ts';
import { rebase } from '../elementwise/rebase.ts';
import { storedElementwise, storedLatency } from '../elementwise/stored.ts';
import { element, type Bus, type Wire } from '../integer.ts';
import { memory } from '../memory.ts';
import { storedWeights } from '../weights/index.ts';
import { counter, delayedFlag, outputHandshake } from './control.ts';

/** A module with `in_*` and `out_*` handshakes, and what a schedule must know of it. */
export interface StreamingUnit {
  readonly module: Module;
  /** Clock edges from the cycle in which the last beat of a result's input is accepted to the one in which the result is offered. */
  readonly latency: number;
}

/**
 * Matrix-vector unit: `fold.pe` rows at a time, `fold.simd` columns a clock cycle. The vector comes in once, `simd` elements a beat,
 * and is kept for the other groups of rows; a result beat holds `pe` elements. Takes (rows / pe) * (columns / simd) cycles a vector.
 */
export function streamingMatrix(
  moduleName: string, unit: MatrixUnit, input: IntegerType, fold: Fold, timing: Timing, style: MemoryStyle = 'auto',
): StreamingUnit {
  const { dot } = unit;
  const { pe, simd } = fold;
  const groups = dot.rows / pe;
  const beats = dot.columns / simd;
  const stored = storedWeights(dot);
  const { bits } = stored;

  const builder = new ModuleBuilder(moduleName, [
    `${unit.name}: ${dot.rows} x ${dot.columns} matrix-vector product, ${stored.name} weights${unit.after ? `, then ${unit.after.op}` : ''}`,
    `${pe} rows and ${simd} columns a clock cycle; ${groups * beats} cycles a vector`,
    ...dot.origins, ...(unit.after?.origins ?? []),
  ]);
  const inValid = builder.input('in_valid', 1);
  const inData = builder.input('in_data', simd * bitsOf(input), `${simd} elements a beat`);
  const output = outputHandshake(builder);
  const { enable } = output;

  // Cycle 0: which columns (`beat`) of which rows (`group`); a new vector is read in the first group, from the buffer in the others.
  const go = builder.wire(1, { name: 'go', comment: 'a step is made' });
  const beat = counter(builder, beats, go.signal, 'beat', 'which columns');
  const stepGroup = builder.and([go.signal, beat.isLast]);
  const group = counter(builder, groups, stepGroup, 'group', 'which rows');
  const available = groups === 1 ? inValid : builder.or([inValid, builder.not(group.isFirst)]);
  go.connect(builder.and([enable, available]));
  builder.output('in_ready', groups === 1 ? enable : builder.and([enable, group.isFirst], { name: 'accepting' }));
  const columns = groups === 1 ? inData : buffered(builder, inData, group.isFirst, go.signal, beat.value, beats);
  const address = counter(builder, groups * beats, go.signal, 'address', 'which word of the weights').value;

  // Cycle 1: elements and weights meet.
  const bus: Bus = { signal: builder.register(simd * bitsOf(input), { next: columns, enable, name: 'elements' }), count: simd, type: input };
  const codes = memory(builder, address, weightWords(dot, fold, stored.encode, bits), pe * simd * bits,
    { enable, style, name: 'weights', comment: `${pe} x ${simd} weights of ${bits} bits a word` });
  const xs = Array.from({ length: simd }, (_, i) => element(builder, bus, i));
  const productLatency = stored.latency(simd, input, timing);
  const context = { builder, timing, enable };
  const partials = Array.from({ length: pe }, (_, row) =>
    stored.dot(xs, builder.slice(codes, row * simd * bits, simd * bits), context));

  // Then the beats are added up, and the elementwise operator follows.
  const scale = stored.scale(input);
  const type = scale === 1 ? dot.type : stored.range(dot.columns, input);
  const first = builder.delay(beat.isFirst, 1 + productLatency, enable);
  const valid = delayedFlag(builder, go.signal, 1 + productLatency, enable, 'product_valid');
  const sums = partials.map((partial, row) => accumulated(builder, partial, first, valid, enable, beats, type, row));
  const sumCycle = 1 + productLatency + (beats > 1 ? 1 : 0);

  const offsets = Array.from({ length: dot.rows }, (_, row) =>
    stored.offset(dot.weights.subarray(row * dot.columns, (row + 1) * dot.columns), input));
  const after = rebase(unit.after, dot, { scale, offsets, type });
  const turn = builder.delay(group.value, sumCycle - 1, enable);
  const results = sums.map((sum, lane) => (after === undefined ? sum.signal
    : storedElementwise(after, sum, turn, Array.from({ length: groups }, (_, g) => g * pe + lane), context)));
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

/** Words of the weight memory in the order of the steps; lane r of a word holds `simd` codes of row r of the group. */
function weightWords(dot: DotNode, { pe, simd }: Fold, encode: (weight: number) => bigint, bits: number): bigint[] {
  const words: bigint[] = [];
  for (let group = 0; group < dot.rows / pe; group++) {
    for (let beat = 0; beat < dot.columns / simd; beat++) {
      let text = '';
      for (let lane = 0; lane < pe; lane++) {
        const start = (group * pe + lane) * dot.columns + beat * simd;
        for (let i = 0; i < simd; i++) text = encode(dot.weights[start + i]).toString(2).padStart(bits, '0') + text;
      }
      words.push(BigInt(`0b${text}`));
    }
  }
  return words;
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

