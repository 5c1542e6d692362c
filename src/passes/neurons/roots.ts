/**
 * Integers that several lanes are made of, each known by a key: equal keys, equal integers in every sample and at every position. Root 0 is
 * the integer 0, of which constants are made.
 */
export class Roots {
  private readonly numbers = new Map<string, number>([['', 0]]);
  private readonly lows = [0];
  private readonly highs = [0];
  private readonly pairs = [false];

  /** The root of the key, with its range; `isPair` where it is always one of the two ends. */
  of(key: string, low: number, high: number, isPair = false): number {
    const found = this.numbers.get(key);
    if (found !== undefined) return found;
    const root = this.lows.length;
    this.numbers.set(key, root);
    this.lows.push(low);
    this.highs.push(high);
    this.pairs.push(high - low === 1 || (isPair && high > low));
    return root;
  }

  low(root: number): number { return this.lows[root]; }
  high(root: number): number { return this.highs[root]; }
  isPair(root: number): boolean { return this.pairs[root]; }
}

/** Every element of a lane is `scale` times its root plus `offset`. Constants have root 0 and scale 0. */
export interface Lane {
  readonly root: number;
  readonly scale: number;
  readonly offset: number;
}

export function constantLane(value: number): Lane {
  return { root: 0, scale: 0, offset: value };
}

export function isConstant({ scale }: Lane): boolean {
  return scale === 0;
}

/** The least and the largest element of a lane. */
export function rangeOf({ root, scale, offset }: Lane, roots: Roots): readonly [low: number, high: number] {
  const ends = [scale * roots.low(root) + offset, scale * roots.high(root) + offset];
  return scale < 0 ? [ends[1] + 0, ends[0] + 0] : [ends[0] + 0, ends[1] + 0];
}
