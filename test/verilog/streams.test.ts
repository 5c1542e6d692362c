import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { runStreams, stallPattern } from '../../codegen/rtl/stream-runner.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { buildVerilator, lintVerilog, runVerilator } from '../../sim/verilator/index.ts';
import { chain, chainVectors } from './chain.ts';
import { withVerilator } from './verilator.ts';

describe('streams in Verilator', () => {
  const { sent, expected } = chainVectors();
  const inputs = [{ prefix: 's_axis_0', beats: sent }];
  const outputs = [{ prefix: 'm_axis_0', count: expected.length }];
  const probes = [
    { name: 'bytes', valid: 'narrow_out_valid', ready: 'fifo_in_ready', data: 'narrow_out_data' },
    { name: 'offered', valid: 'widen_out_valid', data: 'widen_out_data' },
  ];

  withVerilator('pass the linter', async () => {
    expect(await lintVerilog(emitVerilog(chain()), 'chain')).toEqual([]);
  });

  for (const trace of [false, true]) {
    withVerilator(`move beats in the same cycles as the evaluator${trace ? ', inner streams too' : ''}`, async () => {
      const model = await buildVerilator(emitVerilog(chain()), 'chain', { trace });
      for (const [seed, percent] of [[0, 0], [1, 20], [7, 50], [-3, 80]]) {
        const request = { inputs, outputs, ...(trace ? { probes } : {}) };
        const run = await runVerilator(model, { ...request, stall: { seed, percent } });
        expect(run.outputs[0].beats).toEqual(expected);
        expect(run).toEqual(runStreams(evaluateDesign(chain()), { ...request, stall: stallPattern(seed, percent) }));
      }
    });
  }

  withVerilator('end at the limit, with the progress made', async () => {
    const model = await buildVerilator(emitVerilog(chain()), 'chain');
    const outputs = [{ prefix: 'm_axis_0', count: 31 }];
    await expect(runVerilator(model, { inputs, outputs, cycleLimit: 500 })).rejects.toThrow('m_axis_0 has 30 of 31 beats');
    await expect(runVerilator(model, { inputs, outputs: [{ prefix: 'm_axis_1', count: 1 }] })).rejects.toThrow('m_axis_1');
    await expect(runVerilator(model, { inputs, outputs, probes })).rejects.toThrow('without its inner signals');
  });

  withVerilator('build each design once', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'bitloom-cache-'));
    try {
      const [first, twin] = await Promise.all([1, 2].map(() => buildVerilator(emitVerilog(chain()), 'chain', { cache })));
      const { mtimeMs } = await stat(first.executable);
      const again = await buildVerilator(emitVerilog(chain()), 'chain', { cache });
      expect([twin.executable, again.executable]).toEqual([first.executable, first.executable]);
      expect((await stat(again.executable)).mtimeMs).toBe(mtimeMs);
      expect(await readdir(join(cache, 'verilator'))).toHaveLength(1);
    } finally {
      await rm(cache, { recursive: true });
    }
  });

  withVerilator('report Verilog that does not compile', async () => {
    const files = new Map([['broken.v', 'module broken (\n  input wire a\n);\n  assign b c;\nendmodule\n']]);
    await expect(buildVerilator(files, 'broken')).rejects.toThrow(/verilator-failed[\s\S]*syntax error/);
    expect((await lintVerilog(files, 'broken'))[0]).toMatchObject({ severity: 'error', origin: 'broken.v:4:12' });
  });
});
