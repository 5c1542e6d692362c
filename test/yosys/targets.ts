import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { synthesize, type CellCounts, type TargetName } from '../../sim/yosys/index.ts';
import { whyNoVerilator } from '../../sim/verilator/index.ts';
import { MIXTURE_FILES, stimulus, TOP } from './design.ts';
import { memoriesFiles, MEMORIES_TOP, memoryStimulus, type Shape } from './memories.ts';
import { expectSameNetlist } from './same.ts';

const CYCLES = 200;
const missing = await whyNoVerilator();
if (missing !== undefined) {
  if (process.env.CI !== undefined) throw new Error(missing);
  console.warn(`SKIPPED: netlists are not simulated: ${missing}`);
}

/** The ordinary suite takes these; the long one (BITLOOM_TEST_FULL) takes all targets, flat designs and memories of every width. */
const ORDINARY: readonly TargetName[] = ['xc7', 'lut6'];
const FULL = process.env.BITLOOM_TEST_FULL !== undefined;

interface Expectation {
  /** Flip-flops, block memory and DSP blocks of the design. */
  readonly counts: Pick<CellCounts, 'ff' | 'bram' | 'dsp'>;
  /** Memories that use every width of the target's memory blocks, with and without parity bits. */
  readonly memories?: readonly Shape[];
  /** Synthesize once more without hierarchy. */
  readonly flat?: boolean;
}

/** Synthesizes for a target, with DSP blocks, and simulates. */
export function testTarget(target: TargetName, { counts, memories = [], flat = false }: Expectation): void {
  describe.skipIf(!FULL && !ORDINARY.includes(target))(target, () => {
    const cacheFolder = mkdtempSync(join(tmpdir(), 'bitloom-netlist-'));
    const options = { target, cacheFolder, dsp: true };
    afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

    test.skipIf(missing !== undefined)('the netlist is equal to its source', async () => {
      await expectSameNetlist({ files: MIXTURE_FILES, top: TOP, target, ...stimulus(CYCLES), cacheFolder });
    });

    test('the hierarchy adds up', async () => {
      const { children, own, total, unknown } = await synthesize(MIXTURE_FILES, TOP, options);
      expect(total).toMatchObject(counts);
      expect(unknown).toEqual({});
      expect(children).toHaveLength(6);
      for (const kind of ['lut', 'lutram', 'ff', 'carry', 'bram', 'dsp'] as const) {
        expect(children.reduce((sum, { cells }) => sum + cells[kind], own[kind]), kind).toBe(total[kind]);
      }
    });

    test.skipIf(!flat || !FULL)('the flat design has the same flip-flops, memories and multipliers', async () => {
      const report = await synthesize(MIXTURE_FILES, TOP, { ...options, flatten: true });
      expect(report.children).toEqual([]);
      expect(report.total).toMatchObject(counts);
    });

    test.skipIf(missing !== undefined || memories.length === 0 || !FULL)('block memories of all widths', async () => {
      const { total } = await expectSameNetlist({
        files: memoriesFiles(memories), top: MEMORIES_TOP, target, inputs: memoryStimulus(CYCLES), cacheFolder,
      });
      expect(total.bram).toBeGreaterThanOrEqual(memories.length / 2);
    });
  });
}
