import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CORPUS = fileURLToPath(new URL('../../../shared/conformance', import.meta.url));

/** False where the corpus is not beside the project; the tests that need it then say that they were skipped. */
export const corpusExists = existsSync(CORPUS);
if (!corpusExists) console.warn(`SKIPPED: the conformance corpus is not at ${CORPUS}`);

/** All files of the corpus with this suffix, as paths. */
export function corpusFiles(suffix: string): string[] {
  if (!corpusExists) return [];
  return readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(suffix)).sort()
    .map((name) => join(CORPUS, name));
}

/** The file's bytes as a plain Uint8Array. */
export function bytesOf(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}
