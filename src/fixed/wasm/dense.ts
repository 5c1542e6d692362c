import { lanes, op, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { DotNode, IntegerType } from '../ir.ts';
import type { KernelContext } from './context.ts';
import { imagesOf } from './image.ts';
import { move, nest, pointer, pointerFrom, type Level } from './nest.ts';
import { packingOf, type Packing } from './packing.ts';
import type { Product } from './products.ts';
import { SumKernel } from './sums.ts';
import { tilesOf } from './tiles.ts';
import type { Place } from './values.ts';
import { loadVector } from './vectors.ts';

/** Vectors of elements that are multiplied side by side, so that all sums and factors stay in registers. */
const MOST_TILE = 4;

interface Context extends KernelContext {
  readonly type: IntegerType;
  /** Of the elements. */
  readonly argument: IntegerType;
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
 * Sums of products of 16-bit numbers, lanes being rows: a pair of elements is multiplied by the pairs of weights of eight rows, or of
 * sixteen that are packed two by two (packing.ts), for up to four vectors of elements side by side.
 */
export function emitDense({ dot, window, rescales }: Product, { code, room, from, to, type, argument }: Context): void {
  const kernel = new SumKernel(code, room, to, type, rescales);
  const walk = window === undefined ? vectorsWalk(dot, from, to) : windowsWalk({ dot, window }, { code, room, from, to });
  const packing = rescales === undefined ? packingOf(dot, argument, walk.segments.flatMap(({ columns }) => columns)) : undefined;
  const layout = new Layout(dot, walk, kernel, packing);
  const weights = room.place(layout.table());
  const places = walk.segments.flatMap(({ offset, columns }) => Array.from({ length: columns.length / 2 }, (_, i) => offset + 4 * i));
  // Pairs that fill up the last chunk have no weights: they may lie anywhere.
  places.push(...new Array<number>(layout.pairs - places.length).fill(0));
  const offsets = walk.segments.length === 1 ? undefined : room.place(Int32Array.from(places));
  const [source, target, weight] = [pointer(code), pointer(code), pointer(code)];
  const tiles = tilesOf(walk.inner.count, MOST_TILE, 4, { each: 1, shared: 2 });
  const tile = (size: number, rows: number): void => {
    const sums = multiply({ code, kernel, walk, weights, source, weight, size, layout, offsets }, layout.vectorsOf(rows));
    sums.forEach((own, m) => {
      for (let v = 0; v < own.length; v += 2) {
        kernel.end(own.slice(v, v + 2), Math.min(8, rows - 4 * v), weight, weights, target, m * walk.inner.target + 4 * v * to.bytes);
      }
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
    const steps = [[weight, layout.blockBytes(layout.rows)], [target, layout.rows * to.bytes]] as const;
    if (layout.full > 0) nest(code, [{ count: layout.full, steps }], () => body(layout.rows));
    if (layout.left === 0) return;
    move(code, steps, layout.full);
    body(layout.left);
    move(code, steps, -layout.full);
  };
  const groups: Level = { count: dot.groups, steps: [[source, dot.columns * 2], [target, dot.rows * to.bytes], [weight, layout.groupBytes]] };
  const outer: Level[] = walk.outer.map(({ count, source: read, target: written }) => ({ count, steps: [[source, read], [target, written]] }));
  // What is larger is read once, and what is smaller again and again from the nearest cache.
  if (layout.groupBytes > 2 * from.size) {
    nest(code, [groups], () => walkBlocks((rows) => nest(code, outer, () => walkTiles((size) => tile(size, rows)))));
  } else nest(code, [groups, ...outer], () => walkTiles((size) => walkBlocks((rows) => tile(size, rows))));
}

/** Weights as they are read: block by block of rows, each with its header, pair by pair of columns, two vectors of rows. */
class Layout {
  /** Rows of a block. */
  readonly rows: number;
  /** Full blocks of a group, and the rows that are left. */
  readonly full: number;
  readonly left: number;
  readonly pairs: number;

  constructor(private readonly dot: DotNode, private readonly walk: Walk, private readonly kernel: SumKernel, readonly packing: Packing | undefined) {
    this.rows = packing === undefined ? 8 : 16;
    this.full = Math.floor(dot.rows / this.rows);
    this.left = dot.rows % this.rows;
    const own = pairsOf(walk);
    this.pairs = packing === undefined ? own : Math.ceil(own / packing.pairs) * packing.pairs;
  }

  /** Vectors of factors of so many rows. */
  vectorsOf(rows: number): number {
    return Math.ceil(rows / (this.rows / 2));
  }

  blockBytes(rows: number): number {
    const vectors = this.vectorsOf(rows);
    return this.kernel.header(vectors) + 16 * vectors * this.pairs;
  }

  get groupBytes(): number {
    return this.full * this.blockBytes(this.rows) + (this.left === 0 ? 0 : this.blockBytes(this.left));
  }

  table(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.groupBytes * this.dot.groups));
    let at = 0;
    for (let group = 0; group < this.dot.groups; group++) {
      const end = (group + 1) * this.dot.rows;
      for (let first = group * this.dot.rows; first < end; first += this.rows) {
        const rows = Math.min(this.rows, end - first);
        this.writeBlock(view, at, first, rows);
        at += this.blockBytes(rows);
      }
    }
    return new Uint8Array(view.buffer);
  }

  private writeBlock(view: DataView, at: number, first: number, rows: number): void {
    const { dot, kernel, packing } = this;
    const vectors = this.vectorsOf(rows);
    kernel.writeHeader(view, at, vectors, first, first + rows);
    const start = at + kernel.header(vectors);
    this.walk.segments.flatMap(({ columns }) => columns).forEach((column, i) => {
      for (let row = 0; row < rows && column >= 0; row++) {
        const weight = dot.weights[(first + row) * dot.columns + column] * kernel.scale(first + row);
        // Of eight packed rows, the first four are low.
        const [lane, factor] = packing === undefined ? [row, 1] : [4 * (row >> 3) + (row & 3), (row & 4) === 0 ? 1 : 2 ** packing.bits];
        const place = start + 16 * vectors * (i >> 1) + 4 * lane + 2 * (i & 1);
        view.setInt16(place, view.getInt16(place, true) + weight * factor, true);
      }
    });
  }
}

const pairsOf = ({ segments }: Walk): number => segments.reduce((sum, { columns }) => sum + columns.length / 2, 0);

/** Every vector of the elements, or of a group's. */
function vectorsWalk({ groups, rows, columns }: Product['dot'], from: Place, to: Place): Walk {
  const count = from.size / (groups * columns);
  const own = Array.from({ length: columns + (columns % 2) }, (_, c) => (c < columns ? c : -1));
  return {
    address: from.address, outer: [], segments: [{ offset: 0, columns: own }],
    inner: { count, source: groups * columns * 2, target: groups * rows * to.bytes },
  };
}

/** Every window of an image, in which a row of taps without holes is one segment. */
function windowsWalk(
  { dot, window }: Required<Pick<Product, 'dot' | 'window'>>, { code, room, from, to }: KernelContext,
): Walk {
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
  /** Vectors of elements. */
  readonly size: number;
  readonly layout: Layout;
  /** Address of a table of the pairs' places, unless they lie side by side. */
  readonly offsets?: number;
}

/**
 * The sums of a tile: for each vector of elements, vectors of rows. V8 places the loads of straight code before its arithmetic, so that
 * registers run out: every pair is a turn of a loop. Where elements do not all lie side by side, a table tells where pairs are.
 */
function multiply({ code, kernel, walk, weights, source, weight, size, layout: { packing, pairs }, offsets }: Tile, vectors: number): number[][] {
  const sums = Array.from({ length: size }, () => Array.from({ length: vectors }, () => code.local('v128')));
  const [x, factors] = [code.local('v128'), Array.from({ length: vectors }, () => code.local('v128'))];
  for (const own of sums) own.forEach((sum, v) => kernel.begin(sum, weight, weights, v));
  const [element, factorAt] = [pointerFrom(code, source, 0), pointerFrom(code, weight, 0)];
  const table = offsets === undefined ? undefined : { address: offsets, at: pointer(code) };
  const steps: Level['steps'] = [[factorAt, 16 * vectors], table === undefined ? [element, 4] : [table.at, 4]];
  const onePair = (): void => {
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
  };
  if (packing === undefined) {
    turns(code, pairs, steps, onePair);
    return sums;
  }
  const lows = sums.map((own) => own.map(() => code.local('v128')));
  for (const low of lows.flat()) {
    code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
    code.set(low);
  }
  turns(code, pairs / packing.pairs, [], () => {
    turns(code, packing.pairs, steps, onePair);
    sums.forEach((own, m) => own.forEach((sum, v) => readLow(code, sum, lows[m][v], packing.bits)));
  });
  return sums.map((own, m) => own.flatMap((sum, v) => [lows[m][v], highOf(code, sum, lows[m][v], packing.bits)]));
}

/** A loop whose pointers go on where they are. */
function turns(code: FunctionBuilder, count: number, steps: Level['steps'], body: () => void): void {
  const turn = (): void => {
    body();
    move(code, steps, 1);
  };
  if (count === 1) turn();
  else code.loop(code.local('i32'), 1, count, turn);
}

/** Brings the low row's sum up to date: the lowest bits tell by how much it has moved. */
function readLow(code: FunctionBuilder, sum: number, low: number, bits: number): void {
  code.get(low);
  code.get(sum);
  code.get(low);
  code.emit(...lanes[32].sub);
  code.i32(32 - bits);
  code.emit(...lanes[32].shl);
  code.i32(32 - bits);
  code.emit(...lanes[32].shrS, ...lanes[32].add);
  code.set(low);
}

function highOf(code: FunctionBuilder, sum: number, low: number, bits: number): number {
  code.get(sum);
  code.get(low);
  code.emit(...lanes[32].sub);
  code.i32(bits);
  code.emit(...lanes[32].shrS);
  code.set(sum);
  return sum;
}
