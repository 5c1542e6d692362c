import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { userError } from '../base/diagnostic.ts';
import type { Graph } from '../graph/ir.ts';
import { importOnnx } from './onnx/import.ts';
import { importBloom } from './text/import.ts';

/** Protobuf's own limit. */
const LARGEST_FILE = 2 ** 31;

/** Readers by file name extension; files that a program names are relative to its folder. */
const READERS: Readonly<Record<string, (bytes: Uint8Array, path: string) => Graph>> = {
  '.onnx': (bytes, path) => importOnnx(bytes, basename(path)),
  '.bloom': (bytes, path) => importBloom(bytes, basename(path), (name) => readFileSync(resolve(dirname(path), name))),
};

/**
 * Reads a network from a file.
 * @throws UserError for a missing, unreadable, too large or malformed file, or one with layers that bitloom does not know
 */
export async function loadNetwork(path: string): Promise<Graph> {
  const reader = READERS[extname(path).toLowerCase()];
  if (reader === undefined) {
    throw userError('file-type', `${path} is no network that bitloom reads`, {
      help: `give a file that ends in ${Object.keys(READERS).join(' or ')}`,
    });
  }
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > LARGEST_FILE) throw userError('too-large', `${path} has ${size} bytes`, { help: 'files have at most 2 GB' });
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || (error as Error).name === 'UserError') throw error;
    const what = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw userError('cannot-read', `${path} ${what}`, { help: 'give the path of a network' });
  }
  return reader(bytes, path);
}
