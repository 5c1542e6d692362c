import type { Node, Signal } from '../../codegen/rtl/ir.ts';
import { simd } from '../../src/base/wasm/instructions.ts';
import { BASE, isMoving, type LaneEmitter } from './emitter.ts';
import type { Piece } from './pieces.ts';
import type { Form } from './range.ts';
import type { UnitBits } from './unit.ts';

/** Stores the vector in a local at an offset from a value's start. */
export type Put = (offset: number, vector: number, instruction: readonly number[], lane?: number) => void;

/** A place from which pieces are copied: `offset` tells how far the first lies from the start of the value of `from`. */
interface Source {
  readonly from: Signal;
  readonly offset: number;
  readonly load: (at: number, instruction: readonly number[]) => void;
}

/** How the values of copies go to memory. */
export class LaneStores {
  constructor(private readonly e: LaneEmitter) {}

  /** Writes logic that is wide and read more than once to its own place. */
  write(signal: Signal): void {
    if (this.e.written.has(signal)) return;
    this.keep(signal);
    this.e.written.add(signal);
  }

  /** Computes a combinational signal into its own place. */
  keep(signal: Signal): void {
    this.storeLogic(signal, this.e.layout.pieces(signal), (offset, vector, instruction, lane) =>
      this.e.put(BASE, this.e.layout.of(signal) + offset, vector, instruction, lane));
  }

  /** Computes a value in pieces; `put` stores each vector of them. */
  store(signal: Signal, pieces: readonly Piece[], put: Put): void {
    const logic = this.e.design.own(signal) && !this.e.isAtHand(signal) && this.e.readers[signal] <= 1;
    const node = this.e.nodes[signal];
    if (node.op === 'constant' && !this.apart) this.storeConstant(node.value, pieces, put);
    else if (logic) this.storeLogic(signal, pieces, put);
    else if (this.e.design.own(signal)) this.copyPieces(signal, pieces, put, false);
    else this.storePieces(pieces, (piece, bits, form, chunk) => this.e.push(signal, piece.low, piece.width, bits, form, chunk), put);
  }

  /** The cells of a constant, a vector at a time. */
  private storeConstant(value: bigint, pieces: readonly Piece[], put: Put): void {
    const { code, scalar: { layout } } = this.e;
    const local = code.local('v128');
    let known: string | undefined;
    for (let i = 0; i < pieces.length;) {
      let end = i + 1;
      while (end < pieces.length && pieces[end].at === pieces[end - 1].at + pieces[end - 1].bits) end++;
      const cells = pieces.slice(i, end).flatMap((piece) => cellBytes(piece, value));
      for (let at = 0; at < cells.length; at += 16) {
        const half = cells.length - at < 16;
        const bytes = Uint8Array.from({ length: 16 }, (_, k) => cells[at + k] ?? 0);
        const key = `cell bytes ${bytes.join()}`;
        if (known !== key) {
          code.i32(0);
          code.emit(...simd.v128Load, 0);
          code.offset(layout.once(layout, key, () => layout.placeVectors(new Int8Array(bytes.buffer))));
          code.set(local);
          known = key;
        }
        put(pieces[i].at + at, local, half ? simd.v128Store64Lane : simd.v128Store, ...(half ? [0] : []));
      }
      i = end;
    }
  }

  private storeLogic(signal: Signal, pieces: readonly Piece[], put: Put): void {
    const node = this.e.nodes[signal];
    if (node.op === 'mux' && !this.e.design.own(node.select)) this.storeChosen(node.select, node.args, 0, pieces, put);
    else if (node.op === 'concat') this.storeParts(signal, node.args, pieces, put);
    else if (node.op === 'slice' || node.op === 'ram') this.copyPieces(signal, pieces, put, true);
    else this.storePieces(pieces, (piece, bits, form, chunk) => this.fresh(signal, node, piece.low, piece.width, bits, form, chunk), put);
  }

  private apart = false;

  /** Emits stores of which each is of one piece. */
  pieceByPiece(body: () => void): void {
    this.apart = true;
    body();
    this.apart = false;
  }

  /** Copies pieces that lie somewhere as they are wanted, and computes the others; `anew`: the value is not in its own place yet. */
  private copyPieces(signal: Signal, pieces: readonly Piece[], put: Put, anew: boolean): void {
    const { code } = this.e;
    const local = code.local('v128');
    const sources = pieces.map((piece) => this.sourceOf(signal, piece, anew));
    this.storePieces(pieces.filter((_, i) => sources[i] === undefined),
      (piece, bits, form, chunk) => {
        if (anew) this.fresh(signal, this.e.nodes[signal], piece.low, piece.width, bits, form, chunk);
        else this.e.push(signal, piece.low, piece.width, bits, form, chunk);
      }, put);
    for (let i = 0; i < pieces.length;) {
      const first = sources[i];
      const start = pieces[i].at;
      if (first === undefined) {
        i++;
        continue;
      }
      let end = i + 1;
      const follows = (next: Source | undefined): boolean =>
        next !== undefined && next.from === first.from && next.offset - first.offset === pieces[end].at - start;
      while (end < pieces.length && follows(sources[end])) end++;
      const bytes = pieces[end - 1].at + pieces[end - 1].bits - start;
      let at = 0;
      for (; at + 16 <= bytes; at += 16) {
        first.load(at, simd.v128Load);
        code.set(local);
        put(start + at, local, simd.v128Store);
      }
      if (at < bytes) {
        first.load(at, simd.v128Load64Zero);
        code.set(local);
        put(start + at, local, simd.v128Store64Lane, 0);
      }
      i = end;
    }
  }

  /** Where a piece lies as it is, somewhere else. */
  private sourceOf(signal: Signal, { low, width, signed }: Pick<Piece, 'low' | 'width' | 'signed'>, anew = false): Source | undefined {
    const node = this.e.nodes[signal];
    if (!this.e.design.own(signal) || this.apart) return undefined;
    const atHand = !anew && this.e.isAtHand(signal);
    const direct = node.op === 'ram' && node.read === 'direct' && !atHand;
    if (atHand || direct) {
      if (this.e.cached.has(`fetched ${signal}`)) return undefined;
      const pieces = this.e.layout.pieces(signal);
      const found = pieces.findIndex((piece) => piece.low === low && piece.width === width && piece.signed === signed);
      if (found < 0) return undefined;
      const offset = pieces[found].at;
      const load = (at: number, instruction: readonly number[]): void => {
        if (direct) {
          this.e.loadRow(node, offset + at, instruction);
          return;
        }
        this.e.code.get(BASE);
        this.e.code.emit(...instruction, 0);
        this.e.code.offset(this.e.layout.of(signal) + offset + at);
      };
      return { from: signal, offset, load };
    }
    if (node.op === 'slice') return this.sourceOf(node.arg, { low: node.low + low, width, signed });
    if (node.op !== 'concat') return undefined;
    const parts = this.e.overlapping(node.args, low, width);
    return parts.length === 1 ? this.sourceOf(parts[0].signal, { low: parts[0].low, width, signed }) : undefined;
  }

  /** Parts that are one of several values take all their pieces in one branch. */
  private storeParts(signal: Signal, args: readonly Signal[], pieces: readonly Piece[], put: Put): void {
    const { e } = this;
    const rest = new Set(pieces);
    let start = 0;
    for (const arg of args) {
      const end = start + e.width(arg);
      const inside = pieces.filter(({ low, width }) => low >= start && low + width <= end);
      const node = e.nodes[arg];
      if (node.op === 'mux' && e.design.own(arg) && !e.design.own(node.select) && !e.isAtHand(arg) && e.readers[arg] <= 1 && inside.length > 1) {
        const low = start;
        this.storeLogic(arg, inside.map((piece) => ({ ...piece, low: piece.low - low })), put);
        for (const piece of inside) rest.delete(piece);
      }
      start = end;
    }
    this.copyPieces(signal, [...rest], put, true);
  }

  private storeChosen(select: Signal, args: readonly Signal[], first: number, pieces: readonly Piece[], put: Put): void {
    if (first === args.length - 1) {
      this.store(args[first], pieces, put);
      return;
    }
    this.e.isFirst(select, first);
    this.e.code.if(() => this.e.branch(() => this.store(args[first], pieces, put)), () => this.e.branch(() => this.storeChosen(select, args, first + 1, pieces, put)));
  }

  private fresh(signal: Signal, node: Node, low: number, width: number, bits: UnitBits, form: Form, chunk: number): void {
    if (isMoving(node) && this.e.isApart(signal)) this.e.moved(node, low, width, bits, form, chunk);
    else this.e.logic(signal, node, low, width, bits, form, chunk);
  }

  storePieces(pieces: readonly Piece[], push: (piece: Piece, bits: UnitBits, form: Form, chunk: number) => void, put: Put): void {
    const { code } = this.e;
    const local = code.local('v128');
    pieces.forEach((piece) => {
      const form = piece.signed ? 'sign' : 'zero';
      if (piece.bits === 8) {
        push(piece, 16, form, 0);
        code.tee(local);
        code.get(local);
        code.emit(...(piece.signed ? simd.i8x16NarrowI16x8S : simd.i8x16NarrowI16x8U));
        code.set(local);
        put(piece.at, local, simd.v128Store64Lane, 0);
        return;
      }
      const bits = piece.bits;
      for (let k = 0; k < bits / 16; k++) {
        push(piece, bits, form, k);
        code.set(local);
        put(piece.at + 16 * k, local, simd.v128Store);
      }
    });
  }
}

/** A piece of a number in the cells of a group. */
function cellBytes({ low, width, bits, signed }: Piece, value: bigint): number[] {
  const part = BigInt.asUintN(width, value >> BigInt(low));
  const cell = BigInt.asUintN(bits, signed ? BigInt.asIntN(width, part) : part);
  return Array.from({ length: bits }, (_, byte) => Number((cell >> BigInt(8 * (byte % (bits / 8)))) & 255n));
}
