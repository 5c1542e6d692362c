import { describe, expect, it } from 'vitest';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { flatten } from '../../codegen/rtl/flatten.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { isState } from '../../codegen/rtl/order.ts';
import type { Simulator } from '../../codegen/rtl/simulator.ts';
import { emulate } from '../../emulator/index.ts';
import { benchDesigns } from '../../bench/emulator/designs.ts';
import { runLockstep } from './lockstep.ts';

const CYCLES = 10_000;
/** Networks whose first result takes longer than that go on until it is there. */
const MOST_CYCLES = 100_000;
/** The evaluator is slow: large designs are compared in the long suite, and their memories and logic not in every cycle. */
const ORDINARY = ['C', 'digits unrolled', 'qkeras_jettagging streaming', 'qkeras_jettagging unrolled'];
const RARELY = 97;

/** Compares all state in every cycle, and logic and memory words in some. */
function comparison(design: Design, expected: Simulator, found: Simulator): (cycle: number) => void {
  const flat = flatten(design);
  const signals = [...flat.paths].map(([path, signal]) => ({ path, state: isState(flat.nodes[signal]), a: expected.signal(path), b: found.signal(path) }));
  const state = signals.filter((each) => each.state);
  const memories = [...expected.memories()].map(({ path }) => ({ path, a: expected.memory(path), b: found.memory(path) }));
  const differ = (cycle: number, path: string, a: bigint, b: bigint): void => { throw new Error(`cycle ${cycle}: ${path} is ${b}, not ${a}`); };
  return (cycle) => {
    for (const { path, a, b } of cycle % RARELY === 0 ? signals : state) if (a.get() !== b.get()) differ(cycle, path, a.get(), b.get());
    if (cycle % RARELY !== 0) return;
    for (const { path, a, b } of memories) {
      for (let i = 0; i < a.depth; i++) if (a.get(i) !== b.get(i)) differ(cycle, `${path}[${i}]`, a.get(i), b.get(i));
    }
  };
}

describe('every register of the examples in every cycle, with random stalls', () => {
  for (const { name, make } of benchDesigns()) {
    it.skipIf(!ORDINARY.includes(name) && process.env.BITLOOM_TEST_FULL === undefined)(`${name}: emulator = evaluator`, async () => {
      const design = await make();
      const [evaluator, emulator] = [evaluateDesign(design), emulate(design)];
      const compare = comparison(design, evaluator, emulator);
      let moved = 0;
      const more = (cycle: number): boolean => cycle < CYCLES || (moved === 0 && cycle < MOST_CYCLES);
      runLockstep(design, [evaluator, emulator], 3, more, (cycle) => {
        compare(cycle);
        if (emulator.signal('m_axis_0_tvalid').getNumber() === 1) moved++;
      });
      expect(moved).toBeGreaterThan(0);
    }, 3_600_000);
  }
});
