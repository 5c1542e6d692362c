/**
 * A monotone integer function as a staircase: its value at `low`, and for each step the first integer at which the step is reached.
 * `firsts` ascends; a jump by several codes repeats its place.
 */
export interface Staircase {
  readonly falling: boolean;
  readonly start: number;
  readonly firsts: readonly number[];
}

/**
 * Finds the staircase of f, monotone over the integers from `low` to `high` (all below 2^53 in magnitude). Evaluates f a few times a
 * step: each next step is sought where the last distance predicts it, in growing strides, then by bisection.
 */
export function staircaseOf(f: (n: number) => number, low: number, high: number, falling: boolean): Staircase {
  const start = f(low);
  const end = f(high);
  const height = (n: number): number => (falling ? start - f(n) : f(n) - start);
  const steps = falling ? start - end : end - start;
  if (steps < 0) throw new Error('the function is not monotone');

  const firsts: number[] = [];
  let reached = low;
  let heightThere = 0;
  let distance = 0;
  for (let step = 1; step <= steps; step++) {
    if (heightThere < step) {
      const before = reached;
      [reached, heightThere] = firstReaching(height, step, before, high, distance, steps);
      distance = firsts.length > 0 ? reached - before : 0;
    }
    firsts.push(reached);
  }
  return { falling, start, firsts };
}

/** The first n in (below, high] with height(n) >= step, and height(n); height(below) < step <= height(high). */
function firstReaching(
  height: (n: number) => number, step: number, below: number, high: number, distance: number, heightAtEnd: number,
): [number, number] {
  let last = below;
  let first = high;
  let heightAtFirst = heightAtEnd;
  const probe = (n: number): boolean => {
    const h = height(n);
    if (h >= step) {
      first = n;
      heightAtFirst = h;
      return true;
    }
    last = n;
    return false;
  };
  if (distance > 0 && below + distance < high) {
    let stride = 1;
    if (probe(below + distance)) {
      for (let n = first - stride; n > last && probe(n); n = first - stride) stride *= 4;
    } else {
      for (let n = last + stride; n < first && !probe(n); n = last + stride) stride *= 4;
    }
  }
  while (first - last > 1) probe(last + Math.floor((first - last) / 2));
  return [first, heightAtFirst];
}
