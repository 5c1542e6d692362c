import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleRows, familyRows, markdownTable } from '../../src/number/formats/reference.ts';

const path = new URL('../../docs/formats.md', import.meta.url).pathname;

/** Lines of the table between two marks. */
function tableOf(name: string): string[] {
  const found = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- end -->`).exec(readFileSync(path, 'utf8'));
  return found![1].trim().split('\n');
}

function cells(line: string): string[] {
  return line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
}

/** Puts the registry's tables into the file; costs of formats that have some stay. */
function update(): void {
  const old = new Map(tableOf('examples').map((line) => [cells(line)[0], cells(line)]));
  const [head, ...rows] = exampleRows();
  const columns = old.get(head[0])?.slice(head.length) ?? [];
  const merged = [head, ...rows].map((row) => [...row, ...columns.map((_, i) => old.get(row[0])?.[head.length + i] ?? '')]);
  let text = readFileSync(path, 'utf8');
  for (const [name, table] of [['families', markdownTable(familyRows())], ['examples', markdownTable(merged)]]) {
    text = text.replace(new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`), (_, start: string, end: string) => `${start}\n${table}\n\n${end}`);
  }
  writeFileSync(path, text);
}

if (process.env.UPDATE_GOLDEN !== undefined) update();

describe('docs/formats.md (UPDATE_GOLDEN=1 writes what the registry says, npm run bench:formats -- --docs the costs)', () => {
  it('has the registry\'s families', () => {
    expect(tableOf('families')).toEqual(markdownTable(familyRows()).split('\n'));
  });

  it('has the registry\'s examples; costs are numbers', () => {
    const expected = exampleRows();
    const lines = tableOf('examples');
    expect(lines.filter((_, i) => i !== 1).map((line) => cells(line).slice(0, expected[0].length))).toEqual(expected);
    for (const line of lines.slice(2)) for (const cell of cells(line).slice(expected[0].length)) expect(cell).toMatch(/^([\d.]+)?$/);
  });
});
