import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portsOf } from '../../codegen/testbench/ports.ts';
import { emitTestbench } from '../../codegen/testbench/testbench.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { lintVerilog } from '../../sim/verilator/index.ts';
import { verilogNames, writeFiles } from '../../sim/verilator/files.ts';
import { chain, chainVectors } from './chain.ts';
import { withVerilator } from './verilator.ts';

function files(change: (expected: bigint[]) => bigint[] = expected => expected): Map<string, string> {
  const design = emitVerilog(chain());
  const { sent, expected } = chainVectors();
  const bench = emitTestbench(
    'chain', portsOf(design.get('chain.v')!, 'chain'), [{ prefix: 's_axis_0', beats: sent }],
    [{ prefix: 'm_axis_0', beats: change(expected) }], { patience: 300 },
  );
  return new Map([...design, ...bench]);
}

describe('the Verilog testbench', () => {
  let folder = '';
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'bitloom-bench-')); });
  afterAll(async () => { await rm(folder, { recursive: true }); });

  const build = async (bench: ReadonlyMap<string, string>, ...parameters: string[]): Promise<void> => {
    await writeFiles(folder, bench);
    await execa('verilator', [
      '--binary', '--timing', '--Mdir', 'build', '-o', 'bench', '--top-module', 'tb_chain', ...parameters, ...verilogNames(bench),
    ], { cwd: folder });
  };
  const run = async (bench: ReadonlyMap<string, string>): Promise<string> => {
    await writeFiles(folder, bench);
    return (await execa('./build/bench', [], { cwd: folder })).stdout;
  };

  it('is made of the files that it reads', () => {
    const names = [...files().keys()].filter(name => /vectors|tb_/.test(name));
    expect(names).toEqual(['tb_chain.v', 'vectors_in.mem', 'vectors_out.mem']);
    expect(() => emitTestbench('chain', [], [{ prefix: 's_axis_0', beats: [] }], [])).toThrow('no stream s_axis_0');
  });

  withVerilator('passes right vectors and points at the first wrong one', async () => {
    expect(await lintVerilog(files(), 'tb_chain')).toEqual([]);
    await build(files(), '-GSTALL=40');
    expect(await run(files())).toMatch(/^PASS: 30 beats in \d+ cycles$/m);
    const wrong = await run(files(expected => expected.map((beat, index) => (index === 7 || index === 20 ? beat ^ 5n : beat))));
    expect(wrong).toMatch(/^first mismatch: m_axis_0 beat 7 in cycle \d+: [0-9a-f]{20} where [0-9a-f]{20} is expected$/m);
    expect(wrong).toMatch(/^FAIL: 2 of 30 beats differ$/m);
  });

  withVerilator('gives up when nothing moves any more', async () => {
    const bench = files(expected => [...expected, 0n]);
    await build(bench);
    expect(await run(bench)).toMatch(/^FAIL: stuck after 30 of 31 beats, 0 of them wrong$/m);
  });
});
