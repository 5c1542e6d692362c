import type { WindowNode } from '../fixed/ir.ts';
import { windowPositions } from '../graph/windows.ts';
import { smallestRing } from './ring.ts';

/** A counting loop of a reading program: each turn moves the address by `stride` words, and the place in the image with it. */
export interface Loop {
  readonly count: number;
  readonly stride: number;
  /** Rows and columns of the image that a turn moves down and right; 0 where there is no image. */
  readonly down: number;
  readonly right: number;
}

/**
 * How a frame that comes in word by word is read again: nested loops over addresses, each word as often as it is wanted. The outer
 * loops make steps; a step begins when the words that it and all before it read are there, and lets those go that nobody after it reads.
 */
export interface Access {
  /** Words of a frame, in the order in which they come. */
  readonly words: number;
  /** Address of the first read; below 0 in the padding. */
  readonly start: number;
  /** Loops of steps, outermost first, two at most. */
  readonly outer: readonly Loop[];
  /** Loops within a step, outermost first. */
  readonly inner: readonly Loop[];
  /** Addresses of a step's reads where no loops give them: then there are no loops. */
  readonly table?: Int32Array;
  /** Words that must be there before a step begins; never falls. */
  readonly needs: Int32Array;
  /** Words that are free when a step has ended. */
  readonly releases: Int32Array;
  /** Words of memory: the fewest that never make the reader wait longer than a larger memory would. */
  readonly depth: number;
  /** Clock cycles for a frame, if neither side makes it wait. */
  readonly interval: number;
  /** Present where places outside of the image are read: the image, and where the first read lies in it. */
  readonly image?: { readonly height: number; readonly width: number; readonly top: number; readonly left: number };
}

/** Reads of one step. */
export function readsOf(access: Pick<Access, 'inner' | 'table'>): number {
  return access.table?.length ?? access.inner.reduce((product, loop) => product * loop.count, 1);
}

/**
 * How a window unit reads its image in words of `lanes` channels: window by window; in a window one span of `span` channels after the
 * other, in it tap by tap, in a tap word by word.
 */
export function windowAccess(node: WindowNode, lanes: number, span: number): Access {
  const { height, width, channels, kernel, stride, dilation, pad } = node;
  const words = channels / lanes;
  const [rows, columns] = windowPositions(node, node);
  const move = (count: number, down: number, right: number): Loop => ({ count, stride: (down * width + right) * words, down, right });
  const within = (count: number, step: number): Loop => ({ count, stride: step, down: 0, right: 0 });
  const inner = [
    within(channels / span, span / lanes), move(kernel[0], dilation[0], 0), move(kernel[1], 0, dilation[1]), within(span / lanes, 1),
  ].filter((loop) => loop.count > 1);
  const outer = [move(rows, stride[0], 0), move(columns, 0, stride[1])];

  const steps = rows * columns;
  const [last, first] = [new Int32Array(steps), new Int32Array(steps)];
  for (let row = 0, step = 0; row < rows; row++) {
    const [top, bottom] = inside(row * stride[0] - pad[0], kernel[0], dilation[0], height);
    for (let column = 0; column < columns; column++, step++) {
      const [left, right] = inside(column * stride[1] - pad[1], kernel[1], dilation[1], width);
      const empty = bottom < 0 || right < 0;
      last[step] = empty ? 0 : (bottom * width + right + 1) * words;
      first[step] = empty ? height * width * words : (top * width + left) * words;
    }
  }
  const padded = pad.some((places) => places > 0);
  return complete({
    words: height * width * words, start: -(pad[0] * width + pad[1]) * words, outer, inner,
    ...(padded ? { image: { height, width, top: -pad[0], left: -pad[1] } } : {}),
  }, first, last);
}

/** The first and the last tap that lie inside: places start, start + dilation … of an extent; -1 where none does. */
function inside(start: number, taps: number, dilation: number, extent: number): [first: number, last: number] {
  let [first, last] = [-1, -1];
  for (let tap = 0, place = start; tap < taps; tap++, place += dilation) {
    if (place < 0 || place >= extent) continue;
    if (first < 0) first = place;
    last = place;
  }
  return [first, last];
}

/** How words are read at the given addresses of a frame of `words` words: by the loops with the smallest memory, if there are any. */
export function gatherAccess(addresses: Int32Array, words: number): Access {
  const loops = loopsOf(addresses);
  const candidates = (loops === undefined ? [0] : [0, 1, 2].filter((depth) => depth <= loops.length)).map((depth) => {
    const [outer, inner] = loops === undefined ? [[], []] : [loops.slice(0, depth), loops.slice(depth)];
    const steps = outer.reduce((product, loop) => product * loop.count, 1);
    const reads = addresses.length / steps;
    const [first, last] = [new Int32Array(steps).fill(words), new Int32Array(steps)];
    addresses.forEach((address, i) => {
      const step = Math.floor(i / reads);
      first[step] = Math.min(first[step], address);
      last[step] = Math.max(last[step], address + 1);
    });
    return complete({ words, start: addresses[0], outer, inner, ...(loops === undefined ? { table: addresses } : {}) }, first, last);
  });
  return candidates.reduce((best, each) => (each.depth < best.depth ? each : best));
}

/** Nested loops that run through the addresses; undefined where more than six would be needed. */
export function loopsOf(addresses: Int32Array): Loop[] | undefined {
  const found: Loop[] = [];
  let rest = addresses;
  while (rest.length > 1) {
    if (found.length === 6) return undefined;
    const stride = rest[1] - rest[0];
    let run = 2;
    while (run < rest.length && rest[run] - rest[run - 1] === stride) run++;
    while (rest.length % run !== 0 || !isRepeated(rest, run, stride)) run--;
    if (run === 1) return undefined;
    found.unshift({ count: run, stride, down: 0, right: 0 });
    const every = run;
    rest = rest.filter((_, i) => i % every === 0);
  }
  return found;
}

function isRepeated(addresses: Int32Array, run: number, stride: number): boolean {
  for (let i = 0; i < addresses.length; i++) if (i % run !== 0 && addresses[i] - addresses[i - 1] !== stride) return false;
  return true;
}

/** From the first and last word that each step reads: what it waits for, what it frees, and how much memory that takes. */
function complete(access: Omit<Access, 'needs' | 'releases' | 'depth' | 'interval'>, first: Int32Array, last: Int32Array): Access {
  const steps = first.length;
  const needs = last.slice();
  for (let step = 1; step < steps; step++) needs[step] = Math.max(needs[step], needs[step - 1]);
  const kept = first.slice();
  for (let step = steps - 2; step >= 0; step--) kept[step] = Math.min(kept[step], kept[step + 1]);
  kept[0] = 0;
  const releases = kept.map((word, step) => (step === steps - 1 ? access.words : kept[step + 1]) - word);
  return { ...access, needs, releases, ...smallestRing(access.words, readsOf(access), needs, releases) };
}
