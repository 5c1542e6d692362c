import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Folders by floor: a file imports only lower floors or its own folder. The first matching prefix counts. */
const FLOORS: readonly (readonly [folder: string, floor: number])[] = [
  ['src/base', 0],
  ['codegen/rtl', 1],
  ['codegen/arithmetic', 1],
  ['src/number', 1],
  ['hdl-templates', 2],
  ['src/graph', 2],
  ['src/fixed', 3],
  ['src/layers', 4],
  ['src/frontend', 5],
  ['src/passes', 5],
  ['src/quantize', 5],
  ['src/schedule', 5],
  ['codegen/verilog', 6],
  ['codegen/testbench', 7],
  ['emulator', 6],
  ['codegen/units', 6],
  ['sim', 8],
  ['src/compiler', 9],
  ['src/cli', 10],
  ['examples', 6],
  ['bench', 11],
];

/** The RTL IR's readers see it, hand-written modules and the base, and nothing else. */
const RTL_ONLY = ['emulator', 'codegen/arithmetic', 'codegen/verilog', 'codegen/rtl', 'hdl-templates'];

const root = resolve(import.meta.dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target]) => relative(root, resolve(root, dirname(file), target)));
}

function home(file: string): readonly [string, number] {
  const found = FLOORS.find(([folder]) => file.startsWith(`${folder}/`));
  if (found === undefined) throw new Error(`${file} stands on no floor`);
  return found;
}

describe('architecture', () => {
  const files = ['src', 'codegen', 'emulator', 'hdl-templates', 'sim', 'bench', 'examples'].flatMap(sources);

  it('has files', () => expect(files.length).toBeGreaterThan(50));

  it('imports only lower floors or the own folder', () => {
    const wrong = files.flatMap((file) => importsOf(file).filter((target) => {
      const [folder, floor] = home(file);
      const [targetFolder, targetFloor] = home(target);
      return folder !== targetFolder && targetFloor >= floor;
    }).map((target) => `${file} imports ${target}`));
    expect(wrong).toEqual([]);
  });

  it('keeps emitters and the emulator on the RTL IR alone', () => {
    const allowed = [...RTL_ONLY, 'src/base'];
    const wrong = files.filter((file) => RTL_ONLY.some((folder) => file.startsWith(`${folder}/`)))
      .flatMap((file) => importsOf(file).filter((target) => !allowed.some((folder) => target.startsWith(`${folder}/`)))
        .map((target) => `${file} imports ${target}`));
    expect(wrong).toEqual([]);
  });

  it('has no file over 500 lines', () => {
    expect(files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 501)).toEqual([]);
  });
});
