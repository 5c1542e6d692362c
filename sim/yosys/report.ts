import { RESOURCES, type Resource } from './targets.ts';
import type { ModuleReport, SynthesisReport } from './synthesize.ts';

const TITLES: Readonly<Record<Resource, string>> = { lut: 'LUT', ff: 'FF', carry: 'carry', bram: 'BRAM', dsp: 'DSP', lutram: 'LUTRAM' };

/** Cells of every layer and in all, as Yosys counted them. */
export function synthesisTable(report: SynthesisReport): string {
  const cells = (counts: ModuleReport['counts']): string[] => RESOURCES.map((resource) => `${counts[resource]}`);
  const rows = [
    ['module', 'uses', ...RESOURCES.map((resource) => TITLES[resource])],
    ...rowsOf(report).map(({ module, uses, counts }) => [module, `${uses}`, ...cells(counts)]),
    [`all, ${report.target}`, '', ...cells(report.total)],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')).join('\n');
}

/** Layers first, then what stands between them; uses of one hand-written module with different parameters together. */
function rowsOf({ modules }: SynthesisReport): ModuleReport[] {
  const rows = new Map<string, ModuleReport>();
  for (const { module, uses, counts } of modules) {
    const name = readable(module);
    const before = rows.get(name);
    const added = (resource: Resource): number => (before?.counts[resource] ?? 0) + uses * counts[resource];
    rows.set(name, {
      module: name, uses: (before?.uses ?? 0) + uses,
      counts: Object.fromEntries(RESOURCES.map((resource) => [resource, added(resource)])) as Record<Resource, number>,
    });
  }
  const isParameterized = (row: ModuleReport): boolean => modules.some(({ module }) => module.startsWith('$paramod') && readable(module) === row.module);
  return [...rows.values()].sort((a, b) => Number(isParameterized(a)) - Number(isParameterized(b)));
}

/** The hand-written module behind `$paramod$…\\stream_fifo`, and others by their name. */
function readable(module: string): string {
  return /^\$paramod(?:\$[0-9a-f]+)?\\(\w+)/.exec(module)?.[1] ?? module;
}

/** The report without netlists, for `--json`. */
export function synthesisJson(report: SynthesisReport): object {
  const { target, top, total, cells, seconds, version } = report;
  return { target, top, yosys: version, total, cells, modules: rowsOf(report), seconds };
}
