import { bitsOf, type IntegerType } from '../../../src/fixed/ir.ts';
import type { Access, Loop } from '../../../src/schedule/access.ts';
import { ModuleBuilder, term } from '../../rtl/builder.ts';
import { bitsFor, type MemoryStyle, type Signal } from '../../rtl/ir.ts';
import { element, unipolar, widened } from '../integer.ts';
import { matrixLookup } from './classes.ts';
import { counter, delayedFlag, outputHandshake, type Counter } from './control.ts';
import { fillingWord } from './filling.ts';
import type { StreamingUnit } from './matrix.ts';

export interface AccessOptions {
  readonly comment: readonly string[];
  readonly access: Access;
  /** Elements in a word. */
  readonly lanes: number;
  readonly input: IntegerType;
  readonly output: IntegerType;
  /** What stands outside of the image: one integer for all elements, or one for each channel. */
  readonly fill?: Float64Array;
  readonly style: MemoryStyle;
}

/**
 * A ring of memory between two streams: words are written as they come and read by the program of `access`, one each clock cycle.
 * `free` counts the places that may be written, `fresh` the words beyond those that the present step waits for. Latency 1.
 */
export function streamingAccess(moduleName: string, options: AccessOptions): StreamingUnit {
  const { access, lanes, input, output, style } = options;
  const { depth, words } = access;
  const bits = lanes * bitsOf(input);
  const builder = new ModuleBuilder(moduleName, options.comment);
  const valid = builder.input('in_valid', 1);
  const data = builder.input('in_data', bits);
  const handshake = outputHandshake(builder);
  const { enable } = handshake;

  const most = depth + excessOf(access);
  const countBits = bitsFor(most);
  const free = builder.register(countBits, { name: 'free', reset: depth, comment: 'places that may be written' });
  const room = builder.compare('ne', free, builder.constant(0, countBits), false, { name: 'has_room' });
  const write = builder.and([valid, room], { name: 'write' });
  builder.output('in_ready', room);
  const writeAddress = counter(builder, depth, write, 'write_address').value;

  // The present step may begin when its words are there.
  const freshBits = bitsFor(Math.max(most, words + access.needs[0])) + 1;
  const fresh = builder.register(freshBits, {
    name: 'fresh', reset: BigInt.asUintN(freshBits, BigInt(-access.needs[0])), comment: 'words beyond those that this step waits for',
  });
  const there = builder.not(builder.slice(fresh, freshBits - 1, 1));
  const go = builder.wire(1, { name: 'go', comment: 'a word is read' });
  const inner = access.table === undefined ? access.inner.map((loop) => loop.count) : [access.table.length];
  const loops = chain(builder, [...access.outer.map((loop) => loop.count), ...inner], go.signal);
  const inside = loops.slice(access.outer.length);
  const begins = builder.and([builder.constant(1, 1), ...inside.map((loop) => loop.isFirst)], { name: 'begins' });
  go.connect(builder.and([enable, builder.or([builder.not(begins), there])]));
  const ends = builder.and([go.signal, ...inside.map((loop) => loop.isLast)], { name: 'step_ends' });

  const steps = access.needs.length;
  const increments = access.needs.map((need, step) => (step === steps - 1 ? words + access.needs[0] : access.needs[step + 1]) - need);
  const [row, column] = stepPlace(builder, access.outer, loops);
  const width = bitsFor(words + access.needs[0]);
  const increment = gated(builder, matrixLookup(builder, row, column, increments, access.outer[1]?.count ?? 1, width), ends);
  const release = gated(builder, matrixLookup(builder, row, column, access.releases, access.outer[1]?.count ?? 1, bitsFor(words)), ends);
  builder.drive(fresh, builder.sum([term(fresh), term(write), term(increment, { negative: true })], 0, freshBits));
  builder.drive(free, builder.sum([term(free), term(write, { negative: true }), term(release)], 0, countBits));

  const address = access.table === undefined
    ? walk(builder, access, loops, go.signal) : tableAddress(builder, access.table, access, loops[0], go.signal);
  const word = builder.ram({
    name: 'ring', comment: `${depth} words of ${lanes} elements`, depth, writeEnable: write, writeAddress, writeData: data,
    readAddress: address, readEnable: enable, read: 'registered', style,
  });
  const read = Array.from({ length: lanes }, (_, i) => {
    const wire = element(builder, { signal: word, count: lanes, type: input }, i);
    return output.bipolar ? wire.signal : widened(builder, unipolar(builder, wire), bitsOf(output));
  });
  const result = padded(builder, builder.concat(read), options, loops, go.signal, enable);
  handshake.finish(delayedFlag(builder, go.signal, 1, enable, 'finished'), builder.concat([result], { name: 'result' }));
  return { module: builder.finish(), latency: 1 };
}

/** The most words that a step lets go before they have come: those that nobody reads. */
function excessOf({ needs, releases }: Access): number {
  let freed = 0;
  return needs.reduce((most, need, step) => {
    freed += releases[step];
    return Math.max(most, freed - need);
  }, 0);
}

/** Counters one in the other, outermost first; the innermost steps with `go`. */
function chain(builder: ModuleBuilder, counts: readonly number[], go: Signal): Counter[] {
  const counters: Counter[] = [];
  let step = go;
  for (let i = counts.length - 1; i >= 0; i--) {
    const own = counter(builder, counts[i], step, `loop${i}`);
    counters.unshift(own);
    if (i > 0) step = builder.and([step, own.isLast]);
  }
  return counters;
}

function stepPlace(builder: ModuleBuilder, outer: readonly Loop[], loops: readonly Counter[]): [Signal, Signal] {
  const zero = builder.constant(0, 1);
  if (outer.length === 0) return [zero, zero];
  return outer.length === 1 ? [loops[0].value, zero] : [loops[0].value, loops[1].value];
}

function gated(builder: ModuleBuilder, value: Signal, condition: Signal): Signal {
  return builder.mux(condition, [builder.constant(0, builder.width(value)), value]);
}

/** A register that moves by a loop's own step where the loop counts on; `frame` where all loops begin again. */
function stepOf(
  builder: ModuleBuilder, steps: readonly number[], frame: number, loops: readonly Counter[], encodeStep: (step: number) => Signal,
): Signal {
  let chosen = encodeStep(frame);
  steps.forEach((step, loop) => { chosen = builder.mux(loops[loop].isLast, [encodeStep(step), chosen]); });
  return chosen;
}

/** By loop: the move when it counts on and all loops in it begin again. */
function moves(loops: readonly Loop[], along: (loop: Loop) => number): number[] {
  return loops.map((loop, i) => along(loop) - loops.slice(i + 1).reduce((sum, inner) => sum + along(inner) * (inner.count - 1), 0));
}

function span(loops: readonly Loop[], along: (loop: Loop) => number): number {
  return loops.reduce((sum, loop) => sum + along(loop) * (loop.count - 1), 0);
}

/** The ring address of the present read, stepping through the loops. */
function walk(builder: ModuleBuilder, { start, outer, inner, words, depth }: Access, loops: readonly Counter[], go: Signal): Signal {
  const all = [...outer, ...inner];
  const stride = (loop: Loop): number => loop.stride;
  const bits = bitsFor(depth - 1);
  const address = builder.register(bits, { name: 'read_address', reset: modulo(start, depth) });
  const step = stepOf(builder, moves(all, stride), words - span(all, stride), loops, (move) => builder.constant(modulo(move, depth), bits));
  builder.drive(address, sumModulo(builder, address, step, depth), go);
  return address;
}

/** The ring address where a table gives the reads of a frame: the ring's place of the frame's begin, and an entry read ahead. */
function tableAddress(builder: ModuleBuilder, table: Int32Array, { words, depth }: Access, loop: Counter, go: Signal): Signal {
  const bits = bitsFor(depth - 1);
  const base = builder.register(bits, { name: 'frame_begins', reset: 0 });
  const next = sumModulo(builder, base, builder.constant(modulo(words, depth), bits), depth);
  builder.drive(base, next, builder.and([go, loop.isLast]));
  const width = builder.width(loop.value);
  const following = builder.mux(loop.isLast, [builder.sum([term(loop.value)], 1, width), builder.constant(0, width)]);
  const entries = Array.from(table, (entry) => BigInt(modulo(entry, depth)));
  const entry = table.length === 1 ? builder.constant(entries[0], bits)
    : builder.rom(builder.mux(go, [loop.value, following]), entries, bits, { name: 'offset', comment: 'of the read within its frame' });
  return sumModulo(builder, base, entry, depth);
}

/** (a + b) mod `modulus` of two numbers below it. */
function sumModulo(builder: ModuleBuilder, a: Signal, b: Signal, modulus: number): Signal {
  const bits = builder.width(a);
  if (modulus === 2 ** bits) return builder.sum([term(a), term(b)], 0, bits);
  const sum = builder.sum([term(a), term(b)], 0, bits + 1);
  const less = builder.sum([term(sum)], -modulus, bits + 2);
  const wrapped = builder.not(builder.slice(less, bits + 1, 1));
  return builder.mux(wrapped, [builder.slice(sum, 0, bits), builder.slice(less, 0, bits)]);
}

function modulo(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus;
}

/** The word that was read, or the filling where the read lies outside of the image. */
function padded(builder: ModuleBuilder, word: Signal, options: AccessOptions, loops: readonly Counter[], go: Signal, enable: Signal): Signal {
  const { access: { image, outer, inner }, fill = Float64Array.of(0), lanes, output } = options;
  if (image === undefined) return word;
  const all = [...outer, ...inner];
  const within = [
    place(builder, 'row', image.top, image.height, all, (loop) => loop.down, loops, go),
    place(builder, 'column', image.left, image.width, all, (loop) => loop.right, loops, go),
  ].flat();
  if (within.length === 0) return word;
  const held = builder.register(1, { next: builder.and(within), enable, name: 'in_image' });

  // The channels of a word follow from the loops that stay at their place in the image.
  const channelLoops = all.map((loop, i) => ({ loop, value: loops[i].value })).filter(({ loop }) => loop.down === 0 && loop.right === 0);
  const bits = bitsOf(output);
  const filling = (word: number): bigint => fillingWord(fill, word * lanes, lanes, output);
  if (fill.every((value) => value === fill[0]) || channelLoops.length === 0) {
    return builder.mux(held, [builder.constant(filling(0), lanes * bits), word]);
  }
  let contents = [0];
  for (const { loop, value } of channelLoops) {
    contents = Array.from({ length: 2 ** builder.width(value) }, (_, turn) => contents.map((first) => first + turn * loop.stride)).flat();
  }
  const index = builder.concat(channelLoops.map(({ value }) => value));
  const fills = builder.lookup(index, contents.map(filling), lanes * bits);
  return builder.mux(held, [builder.register(lanes * bits, { next: fills, enable, name: 'filling' }), word]);
}

/** Whether the present read lies inside along one axis; nothing where it always does. */
function place(
  builder: ModuleBuilder, name: string, start: number, extent: number, all: readonly Loop[], along: (loop: Loop) => number,
  loops: readonly Counter[], go: Signal,
): Signal[] {
  const reach = span(all, along);
  if (start >= 0 && start + reach < extent) return [];
  const bits = bitsFor(Math.max(extent, start + reach, -start)) + 1;
  const at = builder.register(bits, { name, reset: BigInt.asUintN(bits, BigInt(start)) });
  const step = stepOf(builder, moves(all, along), -reach, loops, (move) => builder.constant(move, bits));
  builder.drive(at, builder.sum([term(at), term(step)], 0, bits), go);
  // Read without sign, a negative place is larger than any extent.
  return [builder.compare('lt', at, builder.constant(extent, bits), false, { name: `${name}_inside` })];
}
