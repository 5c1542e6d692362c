import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { verilogNames, writeFiles } from './files.ts';
import { requireVerilator } from './verilator.ts';

/**
 * What `verilator --lint-only -Wall` says about the files; empty where they are clean. `origin` is file:line:column.
 * Throws a `UserError` where Verilator is missing.
 */
export async function lintVerilog(files: ReadonlyMap<string, string>, top: string): Promise<Diagnostic[]> {
  await requireVerilator();
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-lint-'));
  try {
    await writeFiles(folder, files);
    const args = ['--lint-only', '--timing', '-Wall', '-Wno-fatal', '--top-module', top, ...verilogNames(files)];
    const { stderr, exitCode } = await execa('verilator', args, { cwd: folder, reject: false, stdin: 'ignore' });
    const found = diagnostics(stderr);
    if (exitCode !== 0 && !found.some(({ severity }) => severity === 'error')) {
      found.push({ severity: 'error', code: 'verilator', message: `Verilator ended with code ${exitCode}: ${stderr}` });
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function diagnostics(text: string): Diagnostic[] {
  const lines = text.matchAll(/^%(Error|Warning)(?:-(\w+))?: (?:([^\s:]+:\d+:\d+): )?(.*)$/gm);
  return [...lines].map(([, severity, code, origin, message]) => ({
    severity: severity === 'Error' ? 'error' : 'warning',
    code: (code ?? 'verilator').toLowerCase(),
    message,
    ...(origin === undefined ? {} : { origin }),
  }));
}
