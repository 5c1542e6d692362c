import type { Simulator } from '../../codegen/rtl/simulator.ts';

/** Gives a comparison of every signal and every memory word of two engines of one design; it throws where they differ. */
export function sameState(expected: Simulator, found: Simulator): (cycle: number) => void {
  const signals = [...expected.signals()].map(({ path }) => ({ path, a: expected.signal(path), b: found.signal(path) }));
  const memories = [...expected.memories()].map(({ path }) => ({ path, a: expected.memory(path), b: found.memory(path) }));
  const compare = (cycle: number, path: string, a: bigint, b: bigint): void => {
    if (a !== b) throw new Error(`cycle ${cycle}: ${path} is ${b}, not ${a}`);
  };
  return (cycle) => {
    for (const { path, a, b } of signals) compare(cycle, path, a.get(), b.get());
    for (const { path, a, b } of memories) for (let i = 0; i < a.depth; i++) compare(cycle, `${path}[${i}]`, a.get(i), b.get(i));
  };
}
