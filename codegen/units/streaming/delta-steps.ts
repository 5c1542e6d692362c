import { bitsOf, integerType, isSigned, type DotNode, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Fold } from '../../../src/schedule/plan.ts';
import type { Target } from '../../../src/schedule/targets.ts';
import { term, type ModuleBuilder } from '../../rtl/builder.ts';
import { bitsFor, type Signal } from '../../rtl/ir.ts';
import { element, type Bus, type Wire } from '../integer.ts';
import { counter } from './control.ts';
import type { Ports } from './matrix-steps.ts';
import { ramStyle } from './memory-cost.ts';

/** The steps of a product that follows changes: in each a changed element meets `pe` rows. */
export interface DeltaSteps {
  /** In cycle 0: a step is made, of which rows, whether it is the first since reset to meet them, and whether they are results then. */
  readonly went: Signal;
  readonly round: Signal;
  readonly begins: Signal;
  readonly finishes: Signal;
  /** In cycle 2: by how much the element changed, and its weights. */
  readonly difference: Wire;
  readonly codes: Signal;
}

/** A beat with what its elements were in the vector before. */
interface Compared {
  readonly held: Signal;
  readonly now: Signal;
  readonly before: Signal;
  /** By element: whether it takes a pass over the rows. */
  readonly mask: Signal;
  readonly any: Signal;
  readonly isLast: Signal;
  /** The beat holds the first pass since reset. */
  readonly begins: Signal;
  /** Address of the weights of its first element. */
  readonly base: Signal;
}

/** The integers that bits of elements stand for: a bipolar element counts as its bit. */
export function storedType(input: IntegerType): IntegerType {
  return input.bipolar ? integerType(0, 1) : input;
}

/** By how much an element can change; before the first vector it is 0. */
export function differenceType(input: IntegerType): IntegerType {
  const { low, high } = storedType(input);
  return integerType(low - Math.max(0, high), high - Math.min(0, low));
}

/**
 * Beats are compared with those of the vector before while another one is worked on: its changed elements in turn, the lowest
 * first, each with all rows. A beat of which nothing changed goes no further. `weights` has the words of column 0 first, one for each `pe` rows.
 */
export function deltaSteps(
  ports: Ports, dot: DotNode, { pe, simd }: Fold, target: Target, weights: (address: Signal) => Signal,
): DeltaSteps {
  const { builder, output: { enable }, input } = ports;
  const rounds = dot.rows / pe;
  const leaves = builder.wire(1, { name: 'leaves', comment: 'the compared beat goes' });
  const compared = comparedBeats(ports, dot.columns / simd, simd, rounds, leaves.signal, target);

  // Cycle 0: an element and some rows.
  const busy = builder.register(1, { name: 'busy', reset: 0 });
  const went = builder.and([enable, busy], { name: 'go', comment: 'a step is made' });
  const round = counter(builder, rounds, went, 'round', 'which rows');
  const passEnds = builder.and([went, round.isLast]);
  const mask = builder.register(simd, { name: 'changed', comment: 'elements that are left of the beat' });
  const less = builder.sum([term(mask)], -1, simd);
  const rest = builder.and([mask, less]);
  const lowest = builder.and([mask, builder.not(less)], { name: 'element', comment: 'the lowest of them' });
  const isLastElement = builder.not(builder.reduce('or', rest));
  const ends = builder.and([passEnds, isLastElement]);
  const free = builder.or([builder.not(busy), ends]);
  const needed = builder.and([enable, compared.held, builder.or([builder.not(compared.any), free])]);
  leaves.connect(needed);
  const load = builder.and([needed, compared.any], { name: 'load' });
  builder.drive(busy, builder.or([load, builder.and([busy, builder.not(ends)])]));
  const changes = builder.or([load, passEnds]);
  builder.drive(mask, builder.mux(load, [rest, compared.mask]), changes);
  const begins = builder.register(1, { name: 'begins', next: builder.and([load, compared.begins]), enable: changes });
  const taken = (signal: Signal, name: string): Signal => builder.register(builder.width(signal), { next: signal, enable: load, name });
  const isLast = taken(compared.isLast, 'last_beat');

  // Cycle 1: its values and the address of its weights; cycle 2: the difference and the weights.
  const type = storedType(input);
  const chosen = (signal: Signal, name: string): Wire => {
    const bus: Bus = { signal, count: simd, type };
    const all = Array.from({ length: simd }, (_, i) => element(builder, bus, i).signal);
    const one = simd === 1 ? all[0] : builder.mux(encoded(builder, lowest, simd, 1), all);
    return { signal: builder.register(bitsOf(type), { next: one, enable, name }), type };
  };
  const now = chosen(taken(compared.now, 'elements'), 'element_now');
  const before = chosen(taken(compared.before, 'elements_before'), 'element_before');
  const places = [
    taken(compared.base, 'base'), ...(simd === 1 ? [] : [encoded(builder, lowest, simd, rounds)]), ...(rounds === 1 ? [] : [round.value]),
  ];
  const addressBits = builder.width(compared.base);
  const address = builder.register(addressBits, {
    name: 'address', comment: 'which word of the weights', enable, next: builder.sum(places.map((place) => term(place)), 0, addressBits),
  });
  const difference = differenceType(input);
  const signed = isSigned(type);
  return {
    went, round: round.value, begins, finishes: builder.and([went, isLast, isLastElement]),
    difference: { type: difference, signal: builder.register(bitsOf(difference), { name: 'difference', enable, next: builder.sum(
      [term(now.signal, { signed }), term(before.signal, { signed, negative: true })], 0, bitsOf(difference)) }) },
    codes: weights(address),
  };
}

/** The place of the single bit that is 1, times a factor. */
function encoded(builder: ModuleBuilder, oneHot: Signal, count: number, factor: number): Signal {
  const width = bitsFor((count - 1) * factor);
  return builder.concat(Array.from({ length: width }, (_, bit) => {
    const set = Array.from({ length: count }, (_i, i) => i).filter((i) => Math.floor((i * factor) / 2 ** bit) % 2 === 1);
    return set.length === 0 ? builder.constant(0, 1) : builder.or(set.map((i) => builder.slice(oneHot, i, 1)));
  }));
}

/**
 * Takes beats in, compares them in the cycle after, and keeps the vector for the next one. A beat is written where it is compared: its place is
 * read again two beats later at the earliest, or lies in a register.
 */
function comparedBeats(
  { builder, output: { enable }, valid, data, input }: Ports, beats: number, simd: number, rounds: number, leaves: Signal, target: Target,
): Compared {
  const bits = bitsOf(input);
  const width = simd * bits;
  /** A place for a beat: whether it is held, and whether another can come. */
  const place = (comes: Signal, goes: Signal, name: string): Signal => {
    const held = builder.register(1, { name, reset: 0 });
    builder.drive(held, builder.or([comes, builder.and([held, builder.not(goes)])]));
    return held;
  };
  const [accepts, compares] = [builder.wire(1, { name: 'accepts' }), builder.wire(1, { name: 'compares' })];
  const arrived = place(accepts.signal, compares.signal, 'arrived');
  const held = place(compares.signal, leaves, 'compared');
  compares.connect(builder.and([enable, arrived, builder.or([builder.not(held), leaves])]));
  const accepting = builder.and([enable, builder.or([builder.not(arrived), compares.signal])], { name: 'accepting' });
  accepts.connect(builder.and([accepting, valid]));
  builder.output('in_ready', accepting);

  // As it came, beside what was there before.
  const beat = counter(builder, beats, accepts.signal, 'beat', 'which columns');
  const kept = (signal: Signal, name: string): Signal =>
    (beats === 1 ? signal : builder.register(builder.width(signal), { next: signal, enable: accepts.signal, name }));
  const now = builder.register(width, { next: data, enable: accepts.signal, name: 'arrived_elements' });
  const [isFirst, isLast] = [kept(beat.isFirst, 'arrived_first'), kept(beat.isLast, 'arrived_last')];
  const last = beats === 1 ? builder.register(width, { next: now, enable: compares.signal, name: 'vector' }) : builder.ram({
    name: 'vector', comment: 'the vector before', depth: beats, writeEnable: compares.signal, writeAddress: kept(beat.value, 'arrived_beat'),
    writeData: now, readAddress: beat.value, readEnable: accepts.signal, read: 'registered', style: ramStyle(beats, width, target),
  });
  const fresh = builder.register(1, { name: 'fresh', reset: 1, comment: 'no vector was before: it counts as zero' });
  builder.drive(fresh, builder.constant(0, 1), builder.and([compares.signal, isLast]));
  const before = builder.and([last, builder.resize(builder.not(fresh), width, true)]);
  const stored = (vector: Signal, i: number): Signal => builder.slice(vector, i * bits, bits);
  const differs = Array.from({ length: simd }, (_, i) => builder.compare('ne', stored(now, i), stored(before, i)));
  const begins = builder.and([fresh, isFirst]);
  // The first pass of all sets the sums, the last one of each vector gives them: both are made even where nothing changed.
  const forced = builder.or([begins, builder.and([isLast, builder.not(builder.or(differs))])]);

  // As it was compared.
  const taken = (signal: Signal, name: string): Signal => builder.register(builder.width(signal), { next: signal, enable: compares.signal, name });
  const mask = taken(builder.concat([builder.or([differs[0], forced]), ...differs.slice(1)]), 'compared_changed');
  const ends = beats === 1 ? isLast : taken(isLast, 'compared_last');
  const addressBits = bitsFor(Math.max(1, beats * simd * rounds - 1));
  const base = beats === 1 ? builder.constant(0, addressBits) : builder.register(addressBits, { name: 'compared_base', reset: 0 });
  if (beats > 1) {
    const next = builder.sum([term(base)], simd * rounds, addressBits);
    builder.drive(base, builder.mux(ends, [next, builder.constant(0, addressBits)]), leaves);
  }
  return {
    held, now: taken(now, 'compared_elements'), before: taken(before, 'compared_before'), mask, any: builder.reduce('or', mask), isLast: ends,
    begins: taken(begins, 'compared_begins'), base,
  };
}
