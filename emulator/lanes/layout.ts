import type { Signal } from '../../codegen/rtl/ir.ts';
import type { Piece } from './pieces.ts';

/** Copies that one vector instruction computes. */
export const COPIES = 8;

/**
 * Where the state of a group of copies lies, from the group's start on: a signal's pieces one behind the other, a piece's cells of
 * all copies side by side.
 */
export class GroupLayout {
  private end = 0;
  private readonly places = new Map<Signal, number>();

  constructor(readonly pieces: (signal: Signal) => readonly Piece[]) {}

  of(signal: Signal): number {
    const place = this.places.get(signal) ?? this.reserve(this.bytes(signal));
    this.places.set(signal, place);
    return place;
  }

  /** Bytes of one value of a signal in all copies. */
  bytes(signal: Signal): number {
    return this.pieces(signal).reduce((sum, { bits }) => sum + bits, 0);
  }

  /** Words of 64 bits of one value of a signal, up to whole vectors. */
  room(signal: Signal): number {
    return 2 * Math.ceil(this.bytes(signal) / 16);
  }

  reserve(bytes: number): number {
    const place = this.end;
    this.end += 16 * Math.ceil(bytes / 16);
    return place;
  }

  reserveVectors(bytes: number): number {
    return this.reserve(bytes);
  }

  get size(): number {
    return this.end;
  }
}
