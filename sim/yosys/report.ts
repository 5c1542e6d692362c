import { CELL_KINDS, type CellCounts, type CellKind } from './cells.ts';
import type { SynthesisReport } from './synthesize.ts';

const TITLES: Readonly<Record<CellKind, string>> = {
  lut: 'LUT', lutram: 'LUTRAM', ff: 'FF', carry: 'carry', bram: 'BRAM', dsp: 'DSP',
};

/** A row for each instance in the top module, the top's own cells and the total, with the cells on the longest path. */
export function synthesisTable(report: SynthesisReport): string {
  const row = (name: string, cells: CellCounts, depth: number) => (
    [name, ...CELL_KINDS.map(kind => String(cells[kind])), String(depth)]
  );
  const itself = report.modules[report.modules.length - 1];
  const rows = [
    [`${report.target}, Yosys ${report.yosys}`, ...CELL_KINDS.map(kind => TITLES[kind]), 'depth'],
    ...report.children.map(({ instance, cells, depth }) => row(instance, cells, depth)),
    ...(report.children.length === 0 ? [] : [row(`${report.top} itself`, report.own, itself.depth)]),
    row('total', report.total, report.depth),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map(cells => cells[column].length)));
  const lines = rows.map(cells => (
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ').trimEnd()
  ));
  const unknown = Object.entries(report.unknown).map(([type, count]) => `${count} ${type}`);
  if (unknown.length > 0) lines.push(`in no count: ${unknown.join(', ')}`);
  return lines.join('\n');
}

/** The report without the netlists, for printing as JSON. */
export function synthesisJson(report: SynthesisReport): object {
  const { target, top, yosys, total, own, children, unknown, depth, seconds } = report;
  const modules = report.modules.map(({ name, cells, types, instances, depth: own, seconds: time }) => (
    { name, cells, types, instances, depth: own, seconds: Number(time.toFixed(3)) }
  ));
  return { target, top, yosys, total, own, depth, seconds: Number(seconds.toFixed(3)), unknown, children, modules };
}
