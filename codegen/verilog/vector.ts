import { literal } from './text.ts';

/** Something of `width` bits that can be written down, whole or in part. */
export interface Vector {
  readonly width: number;
  /** The bits from `low` on; all of them without arguments. */
  part(low?: number, width?: number): string;
  /** Its value, if it is a constant. */
  readonly constant?: bigint;
  /** Where its bits come from, if it is a part of something declared. */
  readonly origin?: { readonly vector: Vector; readonly low: number };
}

/** A declared wire or register. */
export function named(name: string, width: number): Vector {
  return {
    width,
    part: (low = 0, size = width - low) => {
      if (low === 0 && size === width) return name;
      return size === 1 ? `${name}[${low}]` : `${name}[${low + size - 1}:${low}]`;
    },
  };
}

export function constantVector(value: bigint, width: number): Vector {
  const constant = BigInt.asUintN(width, value);
  return { width, constant, part: (low = 0, size = width - low) => literal(constant >> BigInt(low), size) };
}

/** `width` bits of `vector` from `low` on. */
export function window(vector: Vector, low: number, width: number): Vector {
  if (vector.constant !== undefined) return constantVector(vector.constant >> BigInt(low), width);
  const origin = { vector: vector.origin?.vector ?? vector, low: low + (vector.origin?.low ?? 0) };
  return { width, origin, part: (inner = 0, size = width - inner) => vector.part(low + inner, size) };
}

/** The vectors with neighbours of one origin, ascending without a gap, taken together. */
export function joined(vectors: readonly Vector[]): Vector[] {
  const result: Vector[] = [];
  for (const vector of vectors) {
    const before = result.at(-1);
    const [a, b] = [before?.origin, vector.origin];
    if (before !== undefined && a !== undefined && b !== undefined && a.vector === b.vector && a.low + before.width === b.low) {
      result[result.length - 1] = window(a.vector, a.low, before.width + vector.width);
    } else {
      result.push(vector);
    }
  }
  return result;
}

/** `vector` as an expression of exactly `width` bits: cut, or extended by sign or zero. */
export function resized(vector: Vector, width: number, signed: boolean): string {
  if (width <= vector.width) return vector.part(0, width);
  const more = width - vector.width;
  if (vector.constant !== undefined) {
    return literal(signed ? BigInt.asIntN(vector.width, vector.constant) : vector.constant, width);
  }
  if (!signed) return `{${literal(0, more)}, ${vector.part()}}`;
  if (vector.width === 1) return `{${width}{${vector.part()}}}`;
  if (more === 1) return `{${vector.part(vector.width - 1, 1)}, ${vector.part()}}`;
  return `{{${more}{${vector.part(vector.width - 1, 1)}}}, ${vector.part()}}`;
}

/** `vector` shifted left by `shift` and resized to `width`. */
export function shifted(vector: Vector, shift: number, width: number, signed: boolean): string {
  if (shift >= width) return literal(0, width);
  const upper = resized(vector, width - shift, signed);
  return shift === 0 ? upper : `{${upper}, ${literal(0, shift)}}`;
}
