import { RESOURCES, type Resource } from './targets.ts';
import type { SynthesisReport } from './synthesize.ts';

const TITLES: Readonly<Record<Resource, string>> = { lut: 'LUT', ff: 'FF', carry: 'carry', bram: 'BRAM', dsp: 'DSP', lutram: 'LUTRAM' };

/** Cells of every layer and in all, as Yosys counted them. */
export function synthesisTable(report: SynthesisReport): string {
  const rows = [
    ['module', 'uses', ...RESOURCES.map((resource) => TITLES[resource])],
    ...report.modules.map(({ module, uses, counts }) => [readable(module), `${uses}`, ...RESOURCES.map((resource) => `${counts[resource]}`)]),
    [`all, ${report.target}`, '', ...RESOURCES.map((resource) => `${report.total[resource]}`)],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')).join('\n');
}

/** `$paramod\stream_fifo\WIDTH=…` as a person would say it. */
function readable(module: string): string {
  const match = /^\$paramod(?:\$[0-9a-f]+)?\\(\w+)(.*)$/.exec(module);
  if (match === null) return module;
  const parameters = [...match[2].matchAll(/\\(\w+)=s32'([01]+)/g)].map(([, name, bits]) => `${name}=${parseInt(bits, 2)}`);
  return parameters.length === 0 ? match[1] : `${match[1]} ${parameters.join(' ')}`;
}

/** The report without netlists, for `--json`. */
export function synthesisJson({ target, top, total, cells, modules, seconds, version }: SynthesisReport): object {
  return { target, top, yosys: version, total, cells, modules: modules.map((module) => ({ ...module, module: readable(module.module) })), seconds };
}
