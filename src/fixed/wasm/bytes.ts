import { lanes, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { DotNode, IntegerType } from '../ir.ts';
import type { KernelContext } from './context.ts';
import { move, nest, pointer, pointerFrom, type Level } from './nest.ts';
import { storeSums } from './sums.ts';
import { tilesOf } from './tiles.ts';
import { loadVector, storeBytes } from './vectors.ts';

/** Vectors of elements that are multiplied side by side, so that all sums and factors stay in registers. */
const MOST_TILE = 4;
/** Columns of a 32-bit lane. */
const QUAD = 4;
/** Rows of a block: two vectors. */
const BLOCK = 8;
const FEWEST_QUADS = 4;

/** How many quads of columns are added up in 16 bits. */
interface Bytes { readonly lowest: number; readonly quads: number }

/**
 * Whether elements fit signed bytes, and weights, counted from the lowest one, 7 bits: 16 of their products are one relaxed instruction,
 * which is exact for them.
 */
export function bytesOfProduct({ groups, weights, columns }: DotNode, x: IntegerType): Bytes | undefined {
  if (groups !== 1 || x.low < -128 || x.high > 127) return undefined;
  let [lowest, highest] = [0, 0];
  for (const weight of weights) {
    if (weight < lowest) lowest = weight;
    else if (weight > highest) highest = weight;
  }
  if (highest - lowest > 127) return undefined;
  const most = 2 * Math.max(-x.low, x.high) * (highest - lowest);
  const all = Math.ceil(columns / QUAD);
  const quads = Math.min(all, most === 0 ? all : Math.floor(32767 / most));
  return quads < Math.min(FEWEST_QUADS, all) ? undefined : { lowest, quads: Math.ceil(all / Math.ceil(all / quads)) };
}

/**
 * Products of bytes, lanes being rows: four elements are multiplied by the quads of weights of four rows, added up as pairs in 16 bits for
 * so long as they fit, and then in 32. Weights count from the lowest one w: a sum begins with w times the sum of the elements.
 */
export function emitBytes(dot: DotNode, bytes: Bytes, context: KernelContext): void {
  const { code, room, from, to } = context;
  const { rows, columns } = dot;
  const quads = bytes.quads * Math.ceil(Math.ceil(columns / QUAD) / bytes.quads);
  const pitch = Math.ceil((QUAD * quads) / 16) * 16;
  const count = from.size / columns;
  const elements = room.reserve(count * pitch);
  const starts = room.reserve(4 * count);
  packBytes(dot, bytes.lowest, context, { count, elements, pitch, starts });
  const blockBytes = (own: number): number => 16 * Math.ceil(own / 4) * quads;
  const weights = room.place(factorsOf(dot, bytes.lowest, quads));
  const [source, start, target, weight] = [pointer(code), pointer(code), pointer(code), pointer(code)];
  const tiles = tilesOf(count, MOST_TILE, 4, { each: 1, shared: 2 });
  const tile = (size: number, own: number): void => {
    const vectors = Math.ceil(own / 4);
    const sums = Array.from({ length: size }, (_, m) => Array.from({ length: vectors }, () => {
      const sum = code.local('v128');
      code.get(start);
      code.emit(...simd.v128Load32Splat, 0);
      code.offset(starts + 4 * m);
      code.set(sum);
      return sum;
    }));
    const [element, factor] = [pointerFrom(code, source, 0), pointerFrom(code, weight, 0)];
    turns(code, quads / bytes.quads, () => {
      const parts = sums.map((each) => each.map(() => zero(code)));
      turns(code, bytes.quads, () => multiply(code, parts, { element, address: elements, pitch, factor, weights }));
      sums.forEach((each, m) => each.forEach((sum, v) => {
        code.get(sum);
        code.get(parts[m][v]);
        code.emit(...simd.i32x4ExtaddPairwiseI16x8S, ...simd.i32x4Add);
        code.set(sum);
      }));
    });
    sums.forEach((each, m) => storeSums(code, to, each, own, target, m * rows * to.bytes));
  };
  const walkTiles = (own: number): void => {
    const steps = [[source, tiles.size * pitch], [start, 4 * tiles.size], [target, tiles.size * rows * to.bytes]] as const;
    nest(code, [{ count: tiles.whole, steps }], () => tile(tiles.size, own));
    if (tiles.rest === 0) return;
    move(code, steps, tiles.whole);
    tile(tiles.rest, own);
    move(code, steps, -tiles.whole);
  };
  const steps: Level['steps'] = [[weight, blockBytes(BLOCK)], [target, BLOCK * to.bytes]];
  const full = Math.floor(rows / BLOCK);
  if (full > 0) nest(code, [{ count: full, steps }], () => walkTiles(BLOCK));
  if (rows % BLOCK === 0) return;
  move(code, steps, full);
  walkTiles(rows % BLOCK);
}

/** Weights less the lowest one as they are read: block by block of rows, quad by quad of columns; behind the last column, zero. */
function factorsOf({ rows, columns, weights }: DotNode, lowest: number, quads: number): Uint8Array {
  const table = new Uint8Array(16 * Math.ceil(rows / 4) * quads);
  for (let row = 0; row < rows; row++) {
    const block = row - (row % BLOCK);
    const vectors = Math.ceil(Math.min(BLOCK, rows - block) / 4);
    const at = 4 * block * quads + 4 * (row % BLOCK);
    for (let c = 0; c < columns; c++) table[at + 16 * vectors * (c >> 2) + (c & 3)] = weights[row * columns + c] - lowest;
  }
  return table;
}

interface Packed { readonly count: number; readonly elements: number; readonly pitch: number; readonly starts: number }

/** Elements as bytes, each vector of them from a multiple of 16 on, and what its sums begin with. */
function packBytes({ columns }: DotNode, lowest: number, { code, room, from }: KernelContext, { count, elements, pitch, starts }: Packed): void {
  const units = room.place(Int16Array.from({ length: pitch }, (_, c) => (c < columns ? lowest : 0)));
  const [source, target, start, unit] = [pointer(code), pointer(code), pointer(code), pointer(code)];
  const [a, b] = [code.local('v128'), code.local('v128')];
  nest(code, [{ count, steps: [[source, 2 * columns], [target, pitch], [start, 4]] }], () => {
    const sum = zero(code);
    const [at, to] = [pointerFrom(code, source, 0), pointerFrom(code, target, 0)];
    nest(code, [{ count: Math.ceil(columns / 16), steps: [[at, 32], [to, 16], [unit, 32]] }], () => {
      [a, b].forEach((local, half) => {
        loadVector(code, at, from.address + 16 * half);
        code.set(local);
        code.get(sum);
        code.get(local);
        loadVector(code, unit, units + 16 * half);
        code.emit(...simd.i32x4DotI16x8S, ...simd.i32x4Add);
        code.set(sum);
      });
      code.get(a);
      code.get(b);
      code.emit(...simd.i8x16NarrowI16x8S);
      code.set(a);
      storeBytes(code, to, elements, a, 16);
    });
    // The four lanes together.
    for (const order of [[8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7], [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]]) {
      code.get(sum);
      code.get(sum);
      code.get(sum);
      code.emit(...simd.i8x16Shuffle, ...order, ...simd.i32x4Add);
      code.set(sum);
    }
    storeBytes(code, start, starts, sum, 4);
  });
}

interface Places { readonly element: number; readonly address: number; readonly pitch: number; readonly factor: number; readonly weights: number }

/** A quad of columns: for each vector of elements its products by four rows a vector, as pairs. */
function multiply(code: FunctionBuilder, parts: readonly (readonly number[])[], { element, address, pitch, factor, weights }: Places): void {
  const x = code.local('v128');
  const factors = parts[0].map((_, v) => {
    const local = code.local('v128');
    loadVector(code, factor, weights + 16 * v);
    code.set(local);
    return local;
  });
  parts.forEach((each, m) => {
    code.get(element);
    code.emit(...simd.v128Load32Splat, 0);
    code.offset(address + m * pitch);
    code.set(x);
    each.forEach((part, v) => {
      code.get(part);
      code.get(x);
      code.get(factors[v]);
      code.emit(...simd.i16x8RelaxedDotI8x16I7x16S, ...lanes[16].add);
      code.set(part);
    });
  });
  move(code, [[element, QUAD], [factor, 16 * factors.length]], 1);
}

function zero(code: FunctionBuilder): number {
  const local = code.local('v128');
  code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
  code.set(local);
  return local;
}

function turns(code: FunctionBuilder, count: number, body: () => void): void {
  if (count === 1) body();
  else code.loop(code.local('i32'), 1, count, body);
}
