import type { CompiledNetwork, LoweredNetwork } from '../compiler/compile.ts';
import { describeSavings } from '../passes/savings.ts';
import type { Fold } from '../schedule/plan.ts';

/** Rows of text in columns; the first row is the header. Numbers are set to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const numeric = widths.map((_, column) => rows.slice(1).every((row) => /^[\d.,% -]*$/.test(row[column] ?? '')));
  return rows.map((row) => row
    .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
    .join('  ').trimEnd()).join('\n');
}

/** A line for each pass over the integers that left less: `constant-neurons: 2 rows, 2 columns, 42 bits less`. */
export function savingLines({ passes }: Pick<LoweredNetwork, 'passes'>): string[] {
  return passes.flatMap(({ pass, before, after }) => {
    const saved = describeSavings(before, after);
    return saved === '' ? [] : [`${pass}: ${saved} less`];
  });
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
