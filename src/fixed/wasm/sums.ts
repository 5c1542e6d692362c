import { lanes, simd } from '../../base/wasm/instructions.ts';
import type { FunctionBuilder } from '../../base/wasm/module.ts';
import type { IntegerType } from '../ir.ts';
import type { RowRescale } from './products.ts';
import { MAGIC, MAGIC_BITS } from './rescale.ts';
import type { Place, Room } from './values.ts';
import { loadConstant, loadVector, storeBytes } from './vectors.ts';

/**
 * How sums of rows, four in a vector, begin and end: they begin with the constants before a block's weights, and end as 32-bit numbers,
 * as 16-bit ones, or rounded in float32 (rescale.ts). A block has up to two vectors.
 */
export class SumKernel {
  private readonly constants: { readonly magic: number; readonly low: number; readonly high: number } | undefined;

  constructor(
    private readonly code: FunctionBuilder, room: Room, private readonly to: Place, type: IntegerType,
    private readonly rescales?: readonly RowRescale[],
  ) {
    if (rescales === undefined) return;
    const [low, high] = [type.low, type.high].map((value) => room.place(new Int16Array(8).fill(value)));
    this.constants = { magic: room.place(new Int32Array(4).fill(MAGIC_BITS)), low, high };
  }

  /** Bytes before the weights of a block of so many vectors. */
  header(vectors: number): number {
    return this.rescales === undefined ? 0 : 3 * 16 * vectors;
  }

  /** Writes what stands before the weights of the rows `first` to `end`. */
  writeHeader(view: DataView, at: number, vectors: number, first: number, end: number): void {
    if (this.rescales === undefined) return;
    for (let lane = 0; lane < 4 * vectors && first + lane < end; lane++) {
      const { start, multiplier, center } = this.rescales[first + lane];
      view.setInt32(at + 4 * lane, start, true);
      view.setFloat32(at + 16 * vectors + 4 * lane, multiplier, true);
      view.setFloat32(at + 32 * vectors + 4 * lane, MAGIC + center, true);
    }
  }

  /** The factor of a row's weights. */
  scale(row: number): number {
    return this.rescales === undefined ? 1 : 2 ** this.rescales[row].shift;
  }

  /** Starts a vector's sum. */
  begin(sum: number, weights: number, address: number, vector: number): void {
    if (this.rescales === undefined) this.code.emit(...simd.v128Const, ...new Array<number>(16).fill(0));
    else loadVector(this.code, weights, address + 16 * vector);
    this.code.set(sum);
  }

  /** Stores `rows` sums that lie in vectors, four in each, at a pointer plus an offset; the sums are overwritten. */
  end(sums: readonly number[], rows: number, weights: number, address: number, target: number, offset: number): void {
    const { code, to, constants } = this;
    if (constants !== undefined) {
      sums.forEach((sum, v) => {
        code.get(sum);
        code.emit(...simd.f32x4ConvertI32x4S);
        loadVector(code, weights, address + 16 * (sums.length + v));
        code.emit(...simd.f32x4Mul);
        loadVector(code, weights, address + 16 * (2 * sums.length + v));
        code.emit(...simd.f32x4Add);
        loadConstant(code, constants.magic);
        code.emit(...lanes[32].sub);
        code.set(sum);
      });
    }
    storeSums(code, to, sums, rows, target, offset, constants);
  }
}

/** Stores sums, four in each of up to two vectors, as 32-bit numbers or as 16-bit ones, which are limited where bounds are given. */
export function storeSums(
  code: FunctionBuilder, to: Place, sums: readonly number[], rows: number, target: number, offset: number,
  bounds?: { readonly low: number; readonly high: number },
): void {
  if (to.bytes === 4) {
    sums.forEach((sum, v) => storeBytes(code, target, to.address + offset + 16 * v, sum, 4 * Math.min(4, rows - 4 * v)));
    return;
  }
  code.get(sums[0]);
  code.get(sums[sums.length - 1]);
  code.emit(...simd.i16x8NarrowI32x4S);
  if (bounds !== undefined) {
    loadConstant(code, bounds.low);
    code.emit(...simd.i16x8MaxS);
    loadConstant(code, bounds.high);
    code.emit(...simd.i16x8MinS);
  }
  code.set(sums[0]);
  storeBytes(code, target, to.address + offset, sums[0], 2 * rows);
}
