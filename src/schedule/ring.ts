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

/** Clock cycles between frames of a ring of `depth` words whose input and output never wait. */
export function ringInterval(depth: number, words: number, reads: number, needs: Int32Array, releases: Int32Array): number {
  // Cycle in which each word is written and, by word, from which on its place is free.
  const written = new Float64Array(FRAMES * words);
  const free = new Float64Array(FRAMES * words);
  const ends: number[] = [];
  let next = 0;
  let freed = 0;
  let end = 0;
  for (let frame = 0; frame < FRAMES; frame++) {
    for (let step = 0; step < needs.length; step++) {
      const need = frame * words + needs[step];
      for (; next < need; next++) {
        const after = next === 0 ? 0 : written[next - 1] + 1;
        written[next] = next < depth ? after : Math.max(after, free[next - depth]);
      }
      const begin = Math.max(end, need === 0 ? 0 : written[need - 1] + 1);
      end = begin + reads;
      free.fill(end, freed, freed + releases[step]);
      freed += releases[step];
    }
    ends.push(end);
  }
  return ends[FRAMES - 1] - ends[FRAMES - 2];
}
