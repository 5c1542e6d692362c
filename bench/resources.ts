import { existsSync } from 'node:fs';
import { table } from '../src/cli/tables.ts';
import { compileNetwork } from '../src/compiler/compile.ts';
import { resourceRows, medianError } from '../src/compiler/resources.ts';
import { topOf } from '../src/compiler/engines.ts';
import { emitVerilog } from '../codegen/verilog/emit.ts';
import { loadNetwork } from '../src/frontend/index.ts';
import { synthesize } from '../sim/yosys/synthesize.ts';
import { corpusNetworks } from './corpus.ts';

/** What each unit is estimated to take beside what Yosys makes of it, over the corpus; `--target NAME`, `--all` prints every unit. */
const target = process.argv.includes('--target') ? process.argv[process.argv.indexOf('--target') + 1] : 'xc7';
/** `--only a,b`: these networks alone. */
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined;
const LEAST_BRAM = 0.5;
const rows: string[][] = [];
const all: Parameters<typeof medianError>[0][number][] = [];
for (const { id, path, inputType } of corpusNetworks) {
  if (!existsSync(path) || only?.includes(id) === false) continue;
  const { accelerator } = compileNetwork(await loadNetwork(path), { style: 'streaming', target, ...(inputType === undefined ? {} : { inputType }) });
  const report = await synthesize(emitVerilog(accelerator.design), topOf(accelerator), { target });
  const units = resourceRows(accelerator, report.children);
  all.push(...units);
  const total = (pick: (row: typeof units[number]) => number): string => Math.round(units.reduce((sum, row) => sum + pick(row), 0)).toString();
  rows.push([
    id, total((row) => row.estimate.lut), total((row) => row.measured.lut), total((row) => row.estimate.ff), total((row) => row.measured.ff),
    total((row) => row.estimate.bram), total((row) => row.measured.bram), percent(medianError(units, 'lut')), percent(medianError(units, 'ff')),
    percent(medianError(units, 'bram', LEAST_BRAM)),
  ]);
  if (process.argv.includes('--all')) {
    for (const { instance, estimate, measured } of units) {
      rows.push([`  ${instance}`, ...(['lut', 'ff', 'bram'] as const).flatMap((kind) => [estimate[kind].toFixed(0), measured[kind].toFixed(0)])]);
    }
  }
}
function percent(share: number | undefined): string {
  return share === undefined ? '' : `${(100 * share).toFixed(0)} %`;
}
rows.push([
  'median of all units', '', '', '', '', '', '', percent(medianError(all, 'lut')), percent(medianError(all, 'ff')), percent(medianError(all, 'bram', LEAST_BRAM)),
]);
console.log(table([[target, 'LUT est.', 'LUT', 'FF est.', 'FF', 'BRAM est.', 'BRAM', 'LUT error', 'FF error', 'BRAM error'], ...rows]));
