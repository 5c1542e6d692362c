import type { CompiledNetwork } from '../compiler/compile.ts';
import type { Fold } from '../schedule/plan.ts';

/** Rows of text in columns; the first row is the header. Numbers are set to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const numeric = widths.map((_, column) => rows.slice(1).every((row) => /^[\d.,% -]*$/.test(row[column] ?? '')));
  return rows.map((row) => row
    .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
    .join('  ').trimEnd()).join('\n');
}

function formOf({ sparse, delta }: Fold): string {
  if (delta === true) return ', what changed';
  return sparse === true ? ', without zeros' : '';
}

/** What each layer became. */
export function layerTable({ accelerator, folding }: CompiledNetwork): string {
  const rows = accelerator.layers.map(({ module, summary }) => {
    const [name, what] = summary.split(/: (.*)/s);
    const fold = folding?.get(name);
    return [name, module, fold === undefined ? '' : `PE ${fold.pe}, SIMD ${fold.simd}${formOf(fold)}`, what];
  });
  return table([['layer', 'module', 'folding', 'hardware'], ...rows]);
}
