import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { netlistForSimulation, synthesize, TARGET_NAMES } from '../../sim/yosys/index.ts';
import { buildVerilator, runCycles, whyNoVerilator } from '../../sim/verilator/index.ts';
import { MIXTURE_FILES, stimulus, TOP } from './design.ts';

const CYCLES = 200;
const missing = await whyNoVerilator();
if (missing !== undefined) console.warn(`netlists are not simulated: ${missing}`);

describe.skipIf(missing !== undefined)('the netlist is equal to its source, cycle by cycle from power-up', () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'bitloom-netlist-'));
  const { inputs, reset } = stimulus(CYCLES);
  let expected: Readonly<Record<string, readonly bigint[]>>;

  beforeAll(async () => {
    const model = await buildVerilator(MIXTURE_FILES, TOP, { cache: cacheFolder });
    expected = (await runCycles(model, { inputs, reset, cycles: CYCLES })).outputs;
    for (const [name, values] of Object.entries(expected)) expect(new Set(values).size, name).toBeGreaterThan(4);
  });
  afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

  test.each(TARGET_NAMES)('%s', async target => {
    const report = await synthesize(MIXTURE_FILES, TOP, { target, cacheFolder });
    const netlist = netlistForSimulation(report);
    if ('skipped' in netlist) throw new Error(netlist.skipped);
    const model = await buildVerilator(netlist.files, TOP, { cache: cacheFolder });
    expect((await runCycles(model, { inputs, reset, cycles: CYCLES })).outputs).toEqual(expected);
  });
});
