import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  netlistForSimulation, netlistJson, netlistVerilog, synthesisJson, synthesisTable, synthesize, type SynthesisReport,
} from '../../sim/yosys/index.ts';
import { MIXTURE_FILES, TOP } from './design.ts';

describe('synthesis by module', () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'bitloom-synthesis-'));
  const steps: string[] = [];
  let report: SynthesisReport;

  beforeAll(async () => {
    report = await synthesize(MIXTURE_FILES, TOP, {
      target: 'lut6', cacheFolder, progress: ({ done, total, module }) => steps.push(`${done}/${total} ${module}`),
    });
  });
  afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

  test('each module is synthesized once, specializations by themselves', () => {
    const kinds = report.modules.map(({ name }) => name.replace(/_[0-9a-f]{8}$/, '')).sort();
    expect(kinds).toEqual(['counter', 'counter', 'mixture', 'product', 'queue', 'queue', 'store']);
    expect(steps).toHaveLength(7);
    expect(steps[6]).toMatch(/^7\/7 /);
    expect(report.modules[6].name).toBe(TOP);
  });

  test('counts are what the design says', () => {
    const cells = (instance: string) => report.children.find(child => child.instance === instance)!.cells;
    expect(cells('writer').ff).toBe(9);
    expect(cells('reader').ff).toBe(9);
    expect(cells('multiplier')).toMatchObject({ ff: 56, bram: 0, lutram: 0 });
    expect(cells('memory')).toMatchObject({ ff: 0, bram: 1, lut: 0 });
    expect(cells('small_queue')).toMatchObject({ lutram: 4, ff: 0 });
    expect(cells('large_queue')).toMatchObject({ lutram: 20, ff: 0 });
    expect(report.own.ff).toBe(12 * 8 + 8);
    expect(report.unknown).toEqual({});
    // A product of 12 by 12 bits in LUTs of 6 inputs is neither one level deep nor a ripple of 24 bits one after the other.
    expect(report.depth).toBeGreaterThan(3);
    expect(report.depth).toBeLessThan(24);
  });

  test('a second run comes from the cache and is equal', async () => {
    const started = performance.now();
    const again = await synthesize(MIXTURE_FILES, TOP, { target: 'lut6', cacheFolder });
    expect(again).toEqual(report);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('a change in one module leaves the results of the others in the cache', async () => {
    const changed = new Map(MIXTURE_FILES);
    changed.set('product.v', MIXTURE_FILES.get('product.v')!.replace('sum + result', 'sum - result'));
    const files = new Map([['a_first.v', 'module unused (input a, output b);\n  assign b = !a;\nendmodule\n'], ...changed]);
    const again = await synthesize(files, TOP, { target: 'lut6', cacheFolder });
    for (const module of again.modules.filter(({ name }) => name !== 'product')) {
      expect(module).toEqual(report.modules.find(({ name }) => name === module.name));
    }
    expect(again.modules.find(({ name }) => name === 'product')!.verilog).not.toBe(
      report.modules.find(({ name }) => name === 'product')!.verilog,
    );
  });

  test('the table has a row for each instance and the total', () => {
    const rows = synthesisTable(report).split('\n');
    expect(rows.map(row => row.split(/\s{2,}/)[0])).toEqual([
      `lut6, Yosys ${report.yosys}`, ...report.children.map(child => child.instance), 'mixture itself', 'total',
    ]);
    expect(rows[0]).toMatch(/LUT +LUTRAM +FF +carry +BRAM +DSP +depth$/);
    expect(JSON.parse(JSON.stringify(synthesisJson(report)))).toMatchObject({ target: 'lut6', total: report.total });
  });

  test('the netlists have all modules', () => {
    const modules = report.modules.map(({ name }) => name);
    expect([...netlistVerilog(report).matchAll(/^module (\w+)/gm)].map(([, name]) => name)).toEqual(modules);
    expect(Object.keys(JSON.parse(netlistJson(report)).modules)).toEqual(modules);
  });

  test('a cell without a model is a reason not to simulate', () => {
    const modules = report.modules.map(module => ({ ...module, types: { ...module.types, URAM288: 1 } }));
    expect(netlistForSimulation({ ...report, target: 'xcup', modules })).toEqual(
      { skipped: 'there is no simulation model for URAM288' },
    );
  });
});

describe('mistakes', () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'bitloom-synthesis-'));
  afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));
  const run = (text: string, options: { target?: string; timeoutSeconds?: number } = {}) => (
    synthesize(new Map([['small.v', text]]), 'small', { target: 'lut4', cacheFolder, ...options })
  );

  test('bad Verilog: the module, the line and what is wrong', async () => {
    await expect(run('module small (input a, output b)\n  assign b = a;\nendmodule\n')).rejects.toThrow(
      /yosys-failed.*module small: Yosys failed\nsmall\.v:2: ERROR: syntax error/,
    );
  });

  test('a module that is missing', async () => {
    const text = 'module small (input a, output b);\n  other inner (a, b);\nendmodule\n';
    await expect(run(text)).rejects.toThrow(/module small.*\n.*other/);
  });

  test('what cannot be synthesized is blamed on its module', async () => {
    const text = 'module part (input c, d, output reg q);\n  always @(posedge c or negedge c) q <= d;\nendmodule\n'
      + 'module small (input c, d, output q);\n  part inner (c, d, q);\nendmodule\n';
    await expect(run(text)).rejects.toThrow(/module (small, part|part, small|part): Yosys failed/);
  });

  test('too little time', async () => {
    const text = 'module small (input a, output b);\n  assign b = !a;\nendmodule\n';
    await expect(run(text, { timeoutSeconds: 0.01 })).rejects.toThrow(/module small: Yosys was not done after 0\.01 s/);
  });

  test('a target that does not exist', async () => {
    const answer = run('module small; endmodule\n', { target: 'xc9' });
    await expect(answer).rejects.toThrow(/no synthesis target is called xc9.*\n.*xc7, xcup/);
  });
});
