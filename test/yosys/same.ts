import { expect } from 'vitest';
import { netlistForSimulation, synthesize, type SynthesisReport } from '../../sim/yosys/index.ts';
import { buildVerilator, runCycles } from '../../sim/verilator/index.ts';

interface Comparison {
  readonly files: ReadonlyMap<string, string>;
  readonly top: string;
  readonly target: string;
  readonly inputs: Readonly<Record<string, readonly bigint[]>>;
  readonly reset?: readonly boolean[];
  readonly cacheFolder: string;
}

/** Expects the same outputs from the source and from its netlist (with DSP blocks) in every cycle from power-up. */
export async function expectSameNetlist(comparison: Comparison): Promise<SynthesisReport> {
  const { files, top, target, inputs, reset, cacheFolder } = comparison;
  const cycles = Object.values(inputs)[0].length;
  const cache = { cache: cacheFolder };
  const source = await runCycles(await buildVerilator(files, top, cache), { inputs, reset, cycles });
  for (const [name, values] of Object.entries(source.outputs)) {
    expect(new Set(values).size, `values of ${name}`).toBeGreaterThan(1);
  }
  const report = await synthesize(files, top, { target, cacheFolder, dsp: true });
  const netlist = netlistForSimulation(report);
  if ('skipped' in netlist) throw new Error(netlist.skipped);
  const model = await buildVerilator(netlist.files, top, cache);
  expect((await runCycles(model, { inputs, reset, cycles })).outputs).toEqual(source.outputs);
  return report;
}
