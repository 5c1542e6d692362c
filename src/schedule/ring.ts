/** Frames after which a ring's rhythm repeats. */
const FRAMES = 4;

/**
 * The smallest ring of words with which a frame takes as few clock cycles as with any: a word comes in each cycle in which there is
 * room, a step takes `reads` cycles from when its words are there.
 */
export function smallestRing(
  words: number, reads: number, needs: Int32Array, releases: Int32Array,
): { depth: number; interval: number } {
  let kept = 0;
  let least = 1;
  needs.forEach((need, step) => {
    least = Math.max(least, need - kept);
    kept += releases[step];
  });
  let most = least + words;
  const best = ringInterval(most, words, reads, needs, releases);
  while (least < most) {
    const middle = (least + most) >> 1;
    if (ringInterval(middle, words, reads, needs, releases) <= best) most = middle;
    else least = middle + 1;
  }
  return { depth: least, interval: best };
}

/**
 * Clock cycles between frames of a ring of `depth` words whose input and output never wait. Word k is written in cycle k + late, where `late`
 * grows only at the first word that takes a place let go by a step: so steps are gone through, not words.
 */
export function ringInterval(depth: number, words: number, reads: number, needs: Int32Array, releases: Int32Array): number {
  const steps = needs.length;
  // By step of all frames: its end, and the first word that it lets go.
  const ends = new Float64Array(FRAMES * steps);
  const freed = new Float64Array(FRAMES * steps);
  let late = 0;
  let end = 0;
  let oldest = 0;
  for (let frame = 0, now = 0, free = 0; frame < FRAMES; frame++) {
    for (let step = 0; step < steps; step++, now++) {
      const need = frame * words + needs[step];
      for (; oldest < now && freed[oldest] + depth < need; oldest++) {
        if (releases[oldest % steps] > 0) late = Math.max(late, ends[oldest] - freed[oldest] - depth);
      }
      end = Math.max(end, need === 0 ? 0 : late + need) + reads;
      ends[now] = end;
      freed[now] = free;
      free += releases[step];
    }
  }
  return end - ends[(FRAMES - 1) * steps - 1];
}
