import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { userError } from '../base/diagnostic.ts';

/** File by which a folder is known as one that bitloom wrote and may replace. */
const MARKER = 'bitloom.json';

/**
 * Writes a folder as a whole: all files go to a new folder beside it, which then takes its place. A folder that holds anything else
 * is left alone.
 * @param files relative path to contents; must contain `bitloom.json`
 * @throws UserError where the folder cannot be written or belongs to somebody else
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  const target = resolve(folder);
  if (!files.has(MARKER)) throw new Error(`${MARKER} is missing`);
  const partial = `${target}.partial-${process.pid}`;
  const previous = `${target}.previous-${process.pid}`;
  try {
    expectOwn(folder);
    for (const [name, contents] of files) {
      mkdirSync(dirname(join(partial, name)), { recursive: true });
      writeFileSync(join(partial, name), contents);
    }
    if (existsSync(target)) renameSync(target, previous);
    renameSync(partial, target);
    rmSync(previous, { recursive: true, force: true });
  } catch (error) {
    if (existsSync(partial)) rmSync(partial, { recursive: true });
    if (existsSync(previous) && !existsSync(target)) renameSync(previous, target);
    throw asUserError(error, folder);
  }
}

/**
 * Says before the work begins that {@link writeFolder} could not write the folder.
 * @throws UserError
 */
export function expectWritable(folder: string): void {
  const probe = `${resolve(folder)}.partial-${process.pid}`;
  try {
    expectOwn(folder);
    mkdirSync(probe, { recursive: true });
    rmSync(probe, { recursive: true });
  } catch (error) {
    throw asUserError(error, folder);
  }
}

function expectOwn(folder: string): void {
  const target = resolve(folder);
  if (existsSync(target) && readdirSync(target).length > 0 && !existsSync(join(target, MARKER))) {
    throw userError('folder-in-use', `${folder} holds files that bitloom did not write`, { help: 'name a new or an empty folder' });
  }
}

/** Writes one file: beside it first, then in its place. */
export function writeOutput(path: string, contents: string | Uint8Array): void {
  const partial = `${path}.partial-${process.pid}`;
  try {
    writeFileSync(partial, contents);
    renameSync(partial, path);
  } catch (error) {
    if (existsSync(partial)) rmSync(partial);
    throw asUserError(error, path);
  }
}

function asUserError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || (error as Error).name === 'UserError') return error;
  return userError('cannot-write', `cannot write ${path}: ${code}`, { help: 'name a place that exists and may be written to' });
}
