import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { importBloom } from '../../src/frontend/text/import.ts';
import type { Graph } from '../../src/graph/ir.ts';

const root = resolve(import.meta.dirname, '../..');

/** The examples of docs/language.md, by the names of their networks. */
export const DOCUMENTED: ReadonlyMap<string, string> = new Map(
  [...readFileSync(join(root, 'docs/language.md'), 'utf8').matchAll(/```bloom\n([\s\S]*?)```/g)]
    .map(([, text]) => [/network (\w+)/.exec(text)![1], text]),
);

/** Stands for files where a program names none. */
export function noFiles(path: string): never {
  throw Object.assign(new Error(path), { code: 'ENOENT' });
}

/** A program that names no files. */
export function read(text: string, fileName = 'test.bloom'): Graph {
  return importBloom(new TextEncoder().encode(text), fileName, noFiles);
}

/** The programs in examples/, by their paths. */
export const EXAMPLES: readonly string[] = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.bloom')).map((file) => join(root, 'examples', file));

/** Reads what an example names. */
export function besides(example: string): (path: string) => Uint8Array {
  return (path) => readFileSync(resolve(dirname(example), path));
}
