import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DELAYS } from '../../codegen/arithmetic/delays.ts';
import { estimateTiming } from '../../sim/timing/analyze.ts';
import { flattenNetlist } from '../../sim/timing/flat-netlist.ts';
import { TARGET_NAMES } from '../../sim/yosys/index.ts';
import { adder } from './adder.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'bitloom-estimate-'));
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

describe('the clock estimated from a netlist', () => {
  it.each(TARGET_NAMES)('follows carry chains from register to register: %s', async (target) => {
    const wide = await adder(24, target, cacheFolder);
    const long = estimateTiming(wide);
    expect(long.from).toMatch(/^adder\./);
    expect(long.to).toMatch(/^adder\./);
    expect(long.logic).toBeLessThan(long.delay);
    // Each cell counts once: another delay of a place changes the sum by as much for each place on the path.
    const { carry } = DELAYS[target];
    const slower = estimateTiming(wide, { ...DELAYS[target], carry: carry + 1 });
    if (long.carries > 0) expect(slower.delay).toBeGreaterThan(long.delay + 16);
    else expect(slower.delay).toBe(long.delay);
    const { cells, nets } = flattenNetlist(wide);
    expect(cells.filter(({ type }) => wide.modules.some(({ name }) => name === type))).toEqual([]);
    const driven = cells.flatMap(({ outputs }) => Object.values(outputs).flat().filter((net) => net !== undefined));
    expect(new Set(driven).size).toBe(driven.length);
    expect(Math.max(...driven)).toBeLessThan(nets);
  });
});
