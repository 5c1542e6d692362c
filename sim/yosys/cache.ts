import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const [compress, decompress] = [promisify(gzip), promisify(gunzip)];

/** Results of Yosys on disk, by the hash of everything they depend on. */
export class SynthesisCache {
  readonly folder: string;

  /** `$BITLOOM_CACHE/synthesis`, or `~/.cache/bitloom/synthesis`, unless a folder is given. */
  constructor(folder?: string) {
    this.folder = folder ?? join(process.env.BITLOOM_CACHE ?? join(homedir(), '.cache', 'bitloom'), 'synthesis');
  }

  async read<T>(key: string): Promise<T | undefined> {
    try {
      return JSON.parse((await decompress(await readFile(this.place(key)))).toString('utf8')) as T;
    } catch {
      // Absent, or damaged: it is made anew.
      return undefined;
    }
  }

  /** Readers see the whole value or none. */
  async write(key: string, value: unknown): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const unfinished = `${this.place(key)}.${process.pid}.${counter++}`;
    await writeFile(unfinished, await compress(JSON.stringify(value), { level: 1 }));
    await rename(unfinished, this.place(key));
  }

  private place(key: string): string {
    return join(this.folder, `${key}.json.gz`);
  }
}

let counter = 0;

/** A key for {@link SynthesisCache}. */
export function cacheKey(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}
