import type { FixedGraph, IntegerType } from '../ir.ts';
import type { ProductPlan } from './products.ts';
import { sizeOf } from '../../graph/tensor.ts';

const BLOCKS = [16, 8, 4];
/** Where bits are compared while they are counted: as many as a vector has bits. */
const SLICED_BLOCK = 128;
const SLICED_BYTES = 1 << 20;
const BLOCK_BYTES = 1 << 18;

/** Bytes of an element in memory: signed numbers of 2, 4 or 8 bytes. */
export type ElementBytes = 2 | 4 | 8;

/** Where the tensors of a value lie while a block of samples is computed, one behind the other. */
export interface Place {
  readonly address: number;
  readonly bytes: ElementBytes;
  /** Elements of all samples of a block. */
  readonly size: number;
  /** Present: elements are their signs alone, one bit each (1 where negative), each vector of so many from a 64-bit word on. */
  readonly signs?: number;
}

/** 64-bit words of the signs of a vector. */
export function wordsOf(columns: number): number {
  return Math.ceil(columns / 64);
}

/** Bytes of a tensor in memory. */
export function bytesOf({ bytes, size, signs }: Pick<Place, 'bytes' | 'size' | 'signs'>): number {
  return signs === undefined ? bytes * size : (8 * wordsOf(signs) * size) / signs;
}

export function elementBytes({ low, high }: IntegerType): ElementBytes {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  return largest < 2 ** 15 ? 2 : largest < 2 ** 31 ? 4 : 8;
}

/** Memory of a compiled graph: constants that start as given, and room that the code writes. */
export class Room {
  private end = 64;
  readonly initial: { readonly address: number; readonly bytes: Uint8Array }[] = [];

  /** So many bytes from a multiple of 16 on, and a vector more behind them: code may reach past the end. */
  reserve(bytes: number): number {
    const address = this.end;
    this.end = Math.ceil((address + bytes) / 16) * 16 + 16;
    return address;
  }

  place(values: Int16Array | Int32Array | BigInt64Array | BigUint64Array | Uint8Array): number {
    const address = this.reserve(values.byteLength);
    this.fill(address, values);
    return address;
  }

  /** What room that was reserved holds in the beginning. */
  fill(address: number, values: Int16Array | Int32Array | BigInt64Array | BigUint64Array | Uint8Array): void {
    this.initial.push({ address, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
  }

  get bytes(): number {
    return this.end;
  }
}

/** Samples that are computed together, so that weights are read once for all of them, while values stay in the nearest caches. */
export function blockOf(graph: FixedGraph, plan: ProductPlan): number {
  if (graph.nodes.some((node) => node.op === 'state')) return 1;
  const bytes = placesOf(graph, new Room(), plan, 1).reduce((sum, place, id) => sum + (plan.absorbed.has(id) ? 0 : bytesOf(place)), 0);
  if (plan.steps.size > 0 && SLICED_BLOCK * bytes <= SLICED_BYTES) return SLICED_BLOCK;
  return BLOCKS.find((block) => block * bytes <= BLOCK_BYTES) ?? 1;
}

/** A place for each value of the graph but for the `absorbed` ones, which are never written; `signs` are those kept as signs. */
export function placesOf(graph: FixedGraph, room: Room, { absorbed, signs }: ProductPlan, block: number): Place[] {
  return graph.nodes.map(({ type, shape }, id) => {
    const columns = signs.get(id);
    const place = { bytes: elementBytes(type), size: block * sizeOf(shape), ...(columns === undefined ? {} : { signs: columns }) };
    return { ...place, address: absorbed.has(id) ? NaN : room.reserve(bytesOf(place)) };
  });
}
