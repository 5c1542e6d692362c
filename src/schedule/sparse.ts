import { remembered } from '../base/remembered.ts';
import type { DotNode } from '../fixed/ir.ts';
import { gatherAccess, type Access } from './access.ts';

/** What a product reads that leaves words of nothing but zero weights out. */
export interface SparsePattern {
  /** By round of `pe` rows: how many words are left of it, one at least. */
  readonly lengths: Int32Array;
  /** By word: the beat of `simd` elements that it belongs to. */
  readonly beats: Int32Array;
}

/** Below this share of zero weights nobody looks for words without any other. */
const FEWEST_ZEROS = 0.5;

/** Largest share of words that may be left. */
const MOST_LEFT = 0.75;

interface Known {
  /** By elements of a beat: by row and beat, whether some weight is not zero. */
  readonly rows: Map<number, Uint8Array>;
  readonly patterns: Map<string, SparsePattern>;
  readonly accesses: Map<string, Access>;
}

const known = new WeakMap<DotNode, Known>();

function knownOf(dot: DotNode): Known {
  const found = known.get(dot) ?? { rows: new Map(), patterns: new Map(), accesses: new Map() };
  known.set(dot, found);
  return found;
}

/** Whether a product has so many zeros that words may be left out: weights that are written at run time have none to count on. */
export function isSparse({ groups, weights, rewritable }: DotNode): boolean {
  if (groups !== 1 || rewritable !== undefined) return false;
  let zeros = 0;
  for (const weight of weights) if (weight === 0) zeros++;
  return zeros >= FEWEST_ZEROS * weights.length;
}

/** Whether leaving words out saves enough cycles to be worth a memory of where the others belong. */
export function sparsePays(dot: DotNode, pe: number, simd: number): boolean {
  return sparsePattern(dot, pe, simd).beats.length <= MOST_LEFT * (dot.rows / pe) * (dot.columns / simd);
}

/** The words that are left for `pe` rows and `simd` columns a word, divisors of rows and columns. */
export function sparsePattern(dot: DotNode, pe: number, simd: number): SparsePattern {
  const { rows, columns, weights } = dot;
  const { rows: byRow, patterns } = knownOf(dot);
  const beats = columns / simd;
  const filled = remembered(byRow, simd, () => {
    const flags = new Uint8Array(rows * beats);
    weights.forEach((weight, i) => { if (weight !== 0) flags[Math.floor(i / simd)] = 1; });
    return flags;
  });
  return remembered(patterns, `${pe}/${simd}`, () => {
    const lengths = new Int32Array(rows / pe);
    const left: number[] = [];
    for (let round = 0; round < lengths.length; round++) {
      const before = left.length;
      for (let beat = 0; beat < beats; beat++) {
        for (let row = 0; row < pe; row++) {
          if (filled[(round * pe + row) * beats + beat] === 0) continue;
          left.push(beat);
          break;
        }
      }
      // A round without weights still gives its results.
      if (left.length === before) left.push(0);
      lengths[round] = left.length - before;
    }
    return { lengths, beats: Int32Array.from(left) };
  });
}

/** How the vector is read, a beat a word: in the order of the words that are left. */
export function sparseAccess(dot: DotNode, pe: number, simd: number): Access {
  return remembered(knownOf(dot).accesses, `${pe}/${simd}`, () => gatherAccess(sparsePattern(dot, pe, simd).beats, dot.columns / simd));
}
