import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { synthesize, type TargetName } from '../../sim/yosys/index.ts';
import { whyNoVerilator } from '../../sim/verilator/index.ts';
import { MIXTURE_FILES, stimulus, TOP } from './design.ts';
import { MEMORIES_FILES, MEMORIES_TOP, memoryStimulus } from './memories.ts';
import { expectSameNetlist } from './same.ts';

const CYCLES = 200;
const missing = await whyNoVerilator();
if (missing !== undefined) console.warn(`netlists are not simulated: ${missing}`);

/** The tests of one target; `blocks` says whether it has memory blocks of its own. */
export function testTarget(target: TargetName, blocks: boolean): void {
  describe(target, () => {
    const cacheFolder = mkdtempSync(join(tmpdir(), 'bitloom-netlist-'));
    afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

    test.skipIf(missing !== undefined)('the netlist is equal to its source', async () => {
      await expectSameNetlist({ files: MIXTURE_FILES, top: TOP, target, ...stimulus(CYCLES), cacheFolder });
    });

    test.skipIf(missing !== undefined || !blocks)('block memories of all widths are equal to their source', async () => {
      const { total } = await expectSameNetlist({
        files: MEMORIES_FILES, top: MEMORIES_TOP, target, inputs: memoryStimulus(CYCLES), cacheFolder,
      });
      expect(total.bram).toBeGreaterThan(9);
    });

    test('the hierarchy has the flip-flops, memories and multipliers of the flat design', async () => {
      const { children, own, total } = await synthesize(MIXTURE_FILES, TOP, { target, cacheFolder });
      const flat = await synthesize(MIXTURE_FILES, TOP, { target, cacheFolder, flatten: true });
      expect(children.map(child => child.instance).sort()).toEqual(
        ['large_queue', 'memory', 'multiplier', 'reader', 'small_queue', 'writer'],
      );
      expect(flat.children).toEqual([]);
      expect(flat.unknown).toEqual({});
      for (const kind of ['ff', 'bram', 'dsp', 'lutram'] as const) {
        expect(children.reduce((sum, { cells }) => sum + cells[kind], own[kind]), kind).toBe(total[kind]);
        expect(flat.total[kind], kind).toBe(total[kind]);
      }
      expect(total.bram).toBeGreaterThan(0);
      expect(flat.total.lut).toBeLessThanOrEqual(total.lut + 8);
    });
  });
}
