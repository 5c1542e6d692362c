import { execa } from 'execa';
import { userError } from '../../src/base/diagnostic.ts';

let version: Promise<string | undefined> | undefined;

/** What `verilator --version` says, or nothing if there is none on PATH. */
export function verilatorVersion(): Promise<string | undefined> {
  version ??= execa('verilator', ['--version'], { stdin: 'ignore' }).then(({ stdout }) => stdout.trim(), () => undefined);
  return version;
}

/** Why Verilator cannot be used here, or nothing if it can. */
export async function whyNoVerilator(): Promise<string | undefined> {
  return (await verilatorVersion()) === undefined ? 'Verilator is not on PATH; `make setup` installs it' : undefined;
}

/** Throws a `UserError` where Verilator is missing. */
export async function requireVerilator(): Promise<string> {
  const found = await verilatorVersion();
  if (found === undefined) {
    throw userError('no-verilator', 'Verilator is not on PATH', { help: 'run `make setup`, or install the package `verilator`' });
  }
  return found;
}
