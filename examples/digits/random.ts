/** A seeded source of randomness: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Uniform among the integers 0 … count - 1. */
  below(count: number): number;
  /** Approximately normal with mean 0 and deviation 1 (a sum of twelve uniforms), never beyond ±6. */
  normal(): number;
}

/** xoshiro128** (Blackman and Vigna), its state filled from `seed` by a Weyl sequence with a multiplicative mix. */
export function seededRandom(seed: number): Random {
  const state = new Uint32Array(4);
  let weyl = seed >>> 0;
  for (let index = 0; index < 4; index++) {
    weyl = (weyl + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(weyl ^ (weyl >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    state[index] = mixed ^ (mixed >>> 15);
  }
  const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
  const unit = (): number => {
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 11);
    return result / 2 ** 32;
  };
  return {
    uniform: (low, high) => low + (high - low) * unit(),
    below: (count) => Math.floor(count * unit()),
    normal: () => {
      let sum = -6;
      for (let term = 0; term < 12; term++) sum += unit();
      return sum;
    },
  };
}
