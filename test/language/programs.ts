import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

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
