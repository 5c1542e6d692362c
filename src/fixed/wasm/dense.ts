import { op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import { imagesOf } from './image.ts';
import { move, nest, pointer, pointerFrom, type Level } from './nest.ts';
import type { Product } from './products.ts';
import { SumKernel } from './sums.ts';
import { tilesOf } from './tiles.ts';
import type { Place, Room } from './values.ts';
import { loadVector } from './vectors.ts';

/** Rows of a block: two vectors of sums. */
const BLOCK = 8;
/** Vectors of elements that are multiplied side by side, so that all sums and factors stay in registers. */
const MOST_TILE = 4;

interface Context {
  readonly code: FunctionBuilder;
  readonly room: Room;
  readonly from: Place;
  readonly to: Place;
  readonly type: { readonly low: number; readonly high: number; readonly bipolar: boolean };
}

/** Neighbouring elements that are multiplied: where they begin, and the columns of their weights. */
interface Segment { readonly offset: number; readonly columns: readonly number[] }

/** Loops over vectors of elements: the outer ones, and the one that is cut into tiles; distances in bytes, of elements and of results. */
interface Walk {
  readonly address: number;
  readonly outer: readonly { readonly count: number; readonly source: number; readonly target: number }[];
  readonly inner: { readonly count: number; readonly source: number; readonly target: number };
  readonly segments: readonly Segment[];
}

/**
 * Sums of products of 16-bit numbers, lanes being rows: a pair of elements is multiplied by the pairs of weights of eight rows, for up to
 * four vectors of elements side by side.
 */
export function emitDense({ dot, window, rescales }: Product, { code, room, from, to, type }: Context): void {
  const kernel = new SumKernel(code, room, to, type, rescales);
  const walk = window === undefined ? vectorsWalk(dot, from, to) : windowsWalk({ dot, window }, { code, room, from, to });
  const pairs = pairsOf(walk);
  // Blocks of a group: full ones, and one of the rows that are left.
  const [full, left] = [Math.floor(dot.rows / BLOCK), dot.rows % BLOCK];
  const vectorsLeft = Math.ceil(left / 4);
  const blockBytes = (vectors: number): number => kernel.header(vectors) + 16 * vectors * pairs;
  const groupBytes = full * blockBytes(2) + (left === 0 ? 0 : blockBytes(vectorsLeft));
  const table = new DataView(new ArrayBuffer(groupBytes * dot.groups));
  const writeBlock = (at: number, first: number, end: number, vectors: number): void => {
    kernel.writeHeader(table, at, vectors, first, end);
    let pair = 0;
    for (const { columns } of walk.segments) {
      columns.forEach((column, i) => {
        for (let row = first; row < end && column >= 0; row++) {
          const place = at + kernel.header(vectors) + 16 * vectors * (pair + (i >> 1)) + 4 * (row - first) + 2 * (i & 1);
          table.setInt16(place, dot.weights[row * dot.columns + column] * kernel.scale(row), true);
        }
      });
      pair += columns.length / 2;
    }
  };
  for (let group = 0; group < dot.groups; group++) {
    const [first, end] = [group * dot.rows, (group + 1) * dot.rows];
    for (let block = 0; block < full; block++) {
      writeBlock(group * groupBytes + block * blockBytes(2), first + block * BLOCK, first + (block + 1) * BLOCK, 2);
    }
    if (left > 0) writeBlock(group * groupBytes + full * blockBytes(2), end - left, end, vectorsLeft);
  }
  const weights = room.place(new Uint8Array(table.buffer));
  const places = walk.segments.flatMap(({ offset, columns }) => Array.from({ length: columns.length / 2 }, (_, i) => offset + 4 * i));
  const offsets = walk.segments.length === 1 ? undefined : room.place(Int32Array.from(places));
  const [source, target, weight] = [pointer(code), pointer(code), pointer(code)];
  const tiles = tilesOf(walk.inner.count, MOST_TILE, 4, { each: 1, shared: 2 });
  const tile = (size: number, rows: number): void => {
    const vectors = Math.ceil(rows / 4);
    multiply({ code, kernel, walk, weights, source, weight, size, vectors, offsets }, (sums) => {
      sums.forEach((own, m) => kernel.end(own, rows, weight, weights, target, m * walk.inner.target));
    });
  };
  const walkTiles = (body: (size: number) => void): void => {
    const steps = [[source, tiles.size * walk.inner.source], [target, tiles.size * walk.inner.target]] as const;
    nest(code, [{ count: tiles.whole, steps }], () => body(tiles.size));
    if (tiles.rest === 0) return;
    move(code, steps, tiles.whole);
    body(tiles.rest);
    move(code, steps, -tiles.whole);
  };
  const walkBlocks = (body: (rows: number) => void): void => {
    const steps = [[weight, blockBytes(2)], [target, BLOCK * to.bytes]] as const;
    if (full > 0) nest(code, [{ count: full, steps }], () => body(BLOCK));
    if (left === 0) return;
    move(code, steps, full);
    body(left);
    move(code, steps, -full);
  };
  const groups: Level = { count: dot.groups, steps: [[source, dot.columns * 2], [target, dot.rows * to.bytes], [weight, groupBytes]] };
  const outer: Level[] = walk.outer.map(({ count, source: read, target: written }) => ({ count, steps: [[source, read], [target, written]] }));
  // What is larger is read once, and what is smaller again and again from the nearest cache.
  if (groupBytes > 2 * from.size) nest(code, [groups], () => walkBlocks((rows) => nest(code, outer, () => walkTiles((size) => tile(size, rows)))));
  else nest(code, [groups, ...outer], () => walkTiles((size) => walkBlocks((rows) => tile(size, rows))));
}

const pairsOf = ({ segments }: Walk): number => segments.reduce((sum, { columns }) => sum + columns.length / 2, 0);

/** Every vector of the elements, or of a group's. */
function vectorsWalk({ groups, rows, columns }: Product['dot'], from: Place, to: Place): Walk {
  const count = from.size / (groups * columns);
  const own = Array.from({ length: columns + (columns % 2) }, (_, c) => (c < columns ? c : -1));
  return {
    address: from.address, outer: [], inner: { count, source: groups * columns * 2, target: groups * rows * to.bytes }, segments: [{ offset: 0, columns: own }],
  };
}

/** Every window of an image, in which a row of taps without holes is one segment. */
function windowsWalk({ dot, window }: Required<Pick<Product, 'dot' | 'window'>>, { code, room, from, to }: Omit<Context, 'type'>): Walk {
  const images = imagesOf(window, from, code, room);
  const { kernel: [tall, wide], stride, dilation, channels, order } = window;
  const segments: Segment[] = [];
  const columnOf = (ky: number, kx: number, c: number): number =>
    (order === 'pixel' ? (ky * wide + kx) * channels + c : (c * tall + ky) * wide + kx);
  for (let ky = 0; ky < tall; ky++) {
    const taps = Array.from({ length: wide }, (_, kx) => Array.from({ length: channels }, (_unused, c) => columnOf(ky, kx, c)));
    const offset = (kx: number): number => ky * dilation[0] * images.pitch + kx * dilation[1] * images.pixel;
    if (dilation[1] === 1) segments.push({ offset: offset(0), columns: even(taps.flat()) });
    else taps.forEach((columns, kx) => segments.push({ offset: offset(kx), columns: even(columns) }));
  }
  const position = dot.rows * to.bytes;
  const across = { count: images.right, source: stride[1] * images.pixel, target: position };
  const down = { count: images.down, source: stride[0] * images.pitch, target: images.right * position };
  const all = { count: images.count, source: images.image, target: images.down * images.right * position };
  // The longest way is cut into tiles, unless windows lie side by side in numbers.
  const [inner, ...outer] = images.right >= 3 ? [across, down, all] : [across, down, all].sort((a, b) => b.count - a.count);
  return { address: images.address, inner, outer: outer.reverse(), segments };
}

/** Columns in pairs: the last of an odd number has a neighbour without weight. */
function even(columns: readonly number[]): number[] {
  return columns.length % 2 === 0 ? [...columns] : [...columns, -1];
}

interface Tile {
  readonly code: FunctionBuilder;
  readonly kernel: SumKernel;
  readonly walk: Walk;
  readonly weights: number;
  readonly source: number;
  readonly weight: number;
  /** Vectors of elements, and of sums for each. */
  readonly size: number;
  readonly vectors: number;
  /** Address of a table of the pairs' places, unless they lie side by side. */
  readonly offsets?: number;
}

/**
 * V8 places the loads of straight code before its arithmetic, so that registers run out: every pair is a turn of a loop. Where elements do
 * not all lie side by side, a table tells where pairs are.
 */
function multiply({ code, kernel, walk, weights, source, weight, size, vectors, offsets }: Tile, finish: (sums: number[][]) => void): void {
  const sums = Array.from({ length: size }, () => Array.from({ length: vectors }, () => code.local('v128')));
  const [x, factors] = [code.local('v128'), Array.from({ length: vectors }, () => code.local('v128'))];
  for (const own of sums) own.forEach((sum, v) => kernel.begin(sum, weight, weights, v));
  const [element, factorAt, count] = [pointerFrom(code, source, 0), pointerFrom(code, weight, 0), pairsOf(walk)];
  const table = offsets === undefined ? undefined : { address: offsets, at: pointer(code) };
  const steps: Level['steps'] = [[factorAt, 16 * vectors], table === undefined ? [element, 4] : [table.at, 4]];
  nest(code, [{ count, steps }], () => {
    factors.forEach((factor, v) => {
      loadVector(code, factorAt, weights + kernel.header(vectors) + 16 * v);
      code.set(factor);
    });
    if (table !== undefined) {
      code.get(table.at);
      code.emit(op.i32Load, 2);
      code.offset(table.address);
      code.get(source);
      code.emit(op.i32Add);
      code.set(element);
    }
    sums.forEach((own, m) => {
      code.get(element);
      code.emit(...simd.v128Load32Splat, 0);
      code.offset(walk.address + m * walk.inner.source);
      code.set(x);
      own.forEach((sum, v) => {
        code.get(sum);
        code.get(x);
        code.get(factors[v]);
        code.emit(...simd.i32x4DotI16x8S, ...simd.i32x4Add);
        code.set(sum);
      });
    });
  });
  finish(sums);
}
