import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleRows, familyRows, markdownTable } from '../../src/number/formats/reference.ts';

const text = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');

/** Lines of the table between two marks. */
function tableOf(name: string): string[] {
  const found = new RegExp(`<!-- ${name} -->\n([\\s\\S]*?)<!-- end -->`).exec(text);
  return found![1].trim().split('\n');
}

describe('docs/formats.md', () => {
  it('has the registry\'s families (npm run bench:formats -- --docs)', () => {
    expect(tableOf('families')).toEqual(markdownTable(familyRows()).split('\n'));
  });

  it('has the registry\'s examples, each with its costs', () => {
    const expected = exampleRows();
    const lines = tableOf('examples');
    const cells = (line: string): string[] => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    expect(lines.filter((_, i) => i !== 1).map((line) => cells(line).slice(0, expected[0].length))).toEqual(expected);
    for (const line of lines.slice(2)) expect(Number(cells(line)[expected[0].length + 1]), line).toBeGreaterThan(0);
  });
});
