import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** All modules that a file imports for its code, itself included, and the packages among them. */
function closure(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const pending = [resolve(root, entry)];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, typeOnly, target] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';/gms)) {
      if (typeOnly !== undefined) continue;
      if (target.startsWith('.')) pending.push(resolve(dirname(file), target));
      else packages.add(target);
    }
  }
  return { files, packages };
}

for (const entry of ['emulator/index.ts', 'src/fixed/wasm/engine.ts']) {
  it(`${entry} runs in browsers: it imports nothing of Node's and no package`, () => {
    const { files, packages } = closure(entry);
    expect([...files].map((file) => relative(root, file)).length).toBeGreaterThan(5);
    expect([...packages]).toEqual([]);
  });
}
