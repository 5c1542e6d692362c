/** So many neighbours are computed side by side, `whole` times, and `rest` at the end. */
export interface Tiles { readonly size: number; readonly whole: number; readonly rest: number }

/**
 * Cuts a row of `count` neighbours into tiles of at most `most`: a tile's step takes as long as its arithmetic or its loads, whatever is
 * longer, in quarters of an addition.
 */
export function tilesOf(count: number, most: number, arithmetic: number, loads: { readonly each: number; readonly shared: number }): Tiles {
  const cost = (size: number): number => (size === 0 ? 0 : Math.max(size * arithmetic, 2 * (size * loads.each + loads.shared)) + 1);
  let best = { size: 1, whole: count, rest: 0, cost: Infinity };
  for (let size = Math.min(most, count); size >= 1; size--) {
    const [whole, rest] = [Math.floor(count / size), count % size];
    const total = whole * cost(size) + cost(rest);
    if (total < best.cost) best = { size, whole, rest, cost: total };
  }
  return best;
}
