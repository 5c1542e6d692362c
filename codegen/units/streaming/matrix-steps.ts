import { bitsOf, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Fold, GroupPlan } from '../../../src/schedule/plan.ts';
import type { SparsePattern } from '../../../src/schedule/sparse.ts';
import type { ModuleBuilder } from '../../rtl/builder.ts';
import type { Signal } from '../../rtl/ir.ts';
import { memory } from '../memory.ts';
import type { MemoryStyle } from '../../rtl/ir.ts';
import { counter, delayedFlag, vectorSteps, type OutputHandshake } from './control.ts';

/** The steps of a product as its pipeline sees them. */
export interface MatrixSteps {
  /** Elements of the step, in cycle 1. */
  readonly elements: Signal;
  /** Weights of the step, in cycle 1. */
  readonly codes: Signal;
  /** The cycle, 0 or 1, in which the following stand. */
  readonly since: number;
  readonly went: Signal;
  /** Whether the step is the first, the last of its results; the last one went. */
  readonly isFirst: Signal;
  readonly finishes: Signal;
  /** Which results. */
  readonly turn: Signal;
  readonly turns: number;
  /** Whether results are sums over several steps. */
  readonly adds: boolean;
  /** Results that are worked on in turn, each for a step. */
  readonly takingTurns: number;
}

/** What the steps of a product are made of: its input stream, and the handshake of its output. */
export interface Ports {
  readonly builder: ModuleBuilder;
  readonly output: OutputHandshake;
  readonly valid: Signal;
  readonly data: Signal;
  readonly input: IntegerType;
}

/** Every beat of every row: elements come in for the first rows of a block and are kept for the others. */
export function denseSteps(
  { builder, output: { enable }, valid, data, input }: Ports, dot: DotNode, { pe, simd }: Fold, plan: GroupPlan, weights: (address: Signal) => Signal,
): MatrixSteps {
  const { lanes, blocks, beats } = plan;
  const rounds = dot.rows / (pe / lanes);
  // Cycle 0: which columns (`beat`) of which rows (`round`); new elements are read in the first round, from the buffer in the others.
  const go = builder.wire(1, { name: 'go', comment: 'a step is made' });
  const { beat, block } = vectorSteps(builder, plan, go.signal);
  const stepRound = builder.and([go.signal, beat.isLast]);
  const round = counter(builder, rounds, stepRound, 'round', 'which rows');
  const turn = block ?? (blocks === 1 ? round : counter(builder, blocks * rounds, stepRound, 'turn', 'which rows of which groups'));
  const available = rounds === 1 ? valid : builder.or([valid, builder.not(round.isFirst)]);
  go.connect(builder.and([enable, available]));
  builder.output('in_ready', rounds === 1 ? enable : builder.and([enable, round.isFirst], { name: 'accepting' }));
  const columns = rounds === 1 ? data : buffered(builder, data, round.isFirst, go.signal, beat.value, beats);
  const address = counter(builder, blocks * rounds * beats, go.signal, 'address', 'which word of the weights').value;
  return {
    elements: builder.register(simd * bitsOf(input), { next: columns, enable, name: 'elements' }), codes: weights(address), since: 0,
    went: go.signal, isFirst: beat.isFirst, finishes: stepRound, turn: turn.value, turns: blocks * rounds, adds: beats > 1,
    takingTurns: block === undefined ? 1 : blocks,
  };
}

/** Only words that are not all zero: the stream brings the elements of each, the memory says beside its weights which ends a round. */
export function sparseSteps(
  { builder, output: { enable }, valid, data, input }: Ports, { lengths, beats }: SparsePattern, simd: number,
  words: readonly bigint[], width: number, style: MemoryStyle, comment: string,
): MatrixSteps {
  const go = builder.and([enable, valid], { name: 'go', comment: 'a step is made' });
  builder.output('in_ready', enable);
  const address = counter(builder, beats.length, go, 'address', 'which word of the weights').value;
  const ends = new Uint8Array(beats.length);
  let end = -1;
  for (const length of lengths) ends[end += length] = 1;
  const marked = words.map((word, step) => word | BigInt(ends[step]) << BigInt(width));
  const word = memory(builder, address, marked, width + 1, { enable, style, name: 'weights', comment: `${comment}, and whether a round ends` });
  const isLast = builder.slice(word, width, 1, { name: 'round_ends' });
  const went = delayedFlag(builder, go, 1, enable, 'word_read');
  const finishes = builder.and([went, isLast]);
  const isFirst = builder.register(1, { name: 'round_begins', reset: 1 });
  builder.drive(isFirst, isLast, builder.and([enable, went]));
  const turn = counter(builder, lengths.length, builder.and([enable, finishes]), 'round', 'which rows');
  return {
    elements: builder.register(simd * bitsOf(input), { next: data, enable, name: 'elements' }), codes: builder.slice(word, 0, width), since: 1,
    went, isFirst, finishes, turn: turn.value, turns: lengths.length, adds: true, takingTurns: 1,
  };
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
