import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { LAYERS } from '../../src/layers/index.ts';
import { CALLABLE, inputNames, layerCalled, layerName } from '../../src/frontend/text/elaborate/layer-names.ts';
import { FORMAT_FAMILIES } from '../../src/number/formats/index.ts';

const path = join(resolve(import.meta.dirname, '../..'), 'docs/language.md');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`).join('\n');
}

const SECTIONS: Readonly<Record<string, string>> = {
  formats: table(['format', 'numbers'], FORMAT_FAMILIES.map(({ syntax, summary }) => [`\`${syntax}\``, summary])),
  layers: table(['layer', 'meaning', 'inputs with names'], [
    ['`dense`', 'x @ weights + bias', 'x, weights, bias'],
    ...LAYERS.map((kind) => [`\`${layerName(kind.operator)}\``, kind.summary, inputNames(kind).filter((name) => name !== '_').join(', ')]),
  ]),
};

it('every layer can be called', () => {
  for (const kind of LAYERS) expect(layerCalled(layerName(kind.operator))).toBe(kind);
  expect(new Set(CALLABLE).size).toBe(CALLABLE.length);
});

it('docs/language.md lists every format and every layer (UPDATE_GOLDEN=1 writes them)', () => {
  const text = readFileSync(path, 'utf8');
  const wanted = text.replace(/<!-- (formats|layers) -->\n[\s\S]*?<!-- end -->/g, (_, section: string) =>
    `<!-- ${section} -->\n${SECTIONS[section]}\n<!-- end -->`);
  if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(path, wanted);
  expect(wanted.match(/<!-- end -->/g)).toHaveLength(2);
  expect(readFileSync(path, 'utf8')).toBe(wanted);
});
