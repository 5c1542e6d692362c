import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes each file into `folder`, which is made where it is missing. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([...files].map(([name, text]) => writeFile(join(folder, name), text)));
}

/** The Verilog files among `files`, in order. */
export function verilogNames(files: ReadonlyMap<string, string>): string[] {
  return [...files.keys()].filter(name => name.endsWith('.v'));
}
