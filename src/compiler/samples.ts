import { sizeOf } from '../graph/tensor.ts';
import type { LoweredNetwork } from './compile.ts';
import type { Sample } from './host.ts';

/** Magnitudes that inputs of networks commonly have. */
const MAGNITUDES = [1, 255, 8, 64];

/**
 * Made-up samples where the user gives none: numbers of both signs in several magnitudes, zeros among them; the same for the same
 * seed (a multiplicative congruential generator modulo 2^31 - 1 is enough: nothing here depends on its quality).
 */
export function randomSamples(network: LoweredNetwork, count: number, seed = 1): Sample[] {
  let state = seed;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return Array.from({ length: count }, (_, s) => new Map(network.graph.inputs.map((input) => {
    const size = sizeOf(input.shape);
    const magnitude = MAGNITUDES[s % MAGNITUDES.length];
    return [input.name, Float64Array.from({ length: size }, () => (random() < 0.05 ? 0 : Math.fround((2 * random() - 1) * magnitude)))];
  })));
}
