import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { userError } from '../../src/base/diagnostic.ts';
import { harnessFiles } from '../../codegen/testbench/harness.ts';
import { portsOf, type VerilogPort } from '../../codegen/testbench/ports.ts';
import { verilogNames, writeFiles } from './files.ts';
import { requireVerilator } from './verilator.ts';

export interface BuildOptions {
  /** Threads of the model; 1 unless told. */
  readonly threads?: number;
  /** Spend compile time (-O3) on a model that runs long. */
  readonly optimize?: boolean;
  /**
   * Keep inner signals readable, for probes and state traces: the named ones, or all of them, which makes the model several times
   * slower and its build several times longer.
   */
  readonly trace?: boolean | readonly ModuleSignals[];
  /** Where built models are kept; `$BITLOOM_CACHE`, or `~/.cache/bitloom`, unless told. */
  readonly cache?: string;
}

/** Signals of a module, in all of its instances. */
export interface ModuleSignals {
  readonly module: string;
  readonly signals: readonly string[];
}

/** A compiled model, ready for {@link runVerilator}. */
export interface VerilatorModel {
  readonly executable: string;
  /** Holds the memory files, which the model reads as it starts. */
  readonly folder: string;
  readonly top: string;
  readonly ports: readonly VerilogPort[];
}

/**
 * Compiles module `top` of emitted Verilog with a harness around it. Equal files and options are compiled once and found again in
 * the cache. Throws a `UserError` where Verilator is missing or does not accept the Verilog.
 */
export async function buildVerilator(
  files: ReadonlyMap<string, string>, top: string, options: BuildOptions = {},
): Promise<VerilatorModel> {
  const version = await requireVerilator();
  const ports = portsOf(files.get(`${top}.v`) ?? '', top);
  const harness = harnessFiles(top, ports);
  const cache = options.cache ?? process.env.BITLOOM_CACHE ?? join(homedir(), '.cache', 'bitloom');
  const flags = compileFlags(options);
  const configuration = new Map(typeof options.trace === 'object' ? [['readable.vlt', readable(options.trace)]] : []);
  const source = JSON.stringify([version, process.arch, flags, top, [...files], [...harness], ...configuration]);
  const key = createHash('sha256').update(source).digest('hex');
  const folder = join(cache, 'verilator', key.slice(0, 32));
  const model = { executable: join(folder, 'model'), folder, top, ports };
  if (await exists(model.executable)) return model;
  await mkdir(join(cache, 'verilator'), { recursive: true });
  const work = await mkdtemp(join(cache, 'verilator', 'building-'));
  try {
    await writeFiles(work, files);
    await writeFiles(join(work, 'model_build'), harness);
    await writeFiles(work, configuration);
    await compile(work, top, [...configuration.keys(), ...verilogNames(files)], flags);
    await rename(join(work, 'model_build', 'model'), join(work, 'model'));
    await rm(join(work, 'model_build'), { recursive: true });
    // Another process may have been faster; its model is the same.
    await rename(work, folder).catch(async (error: unknown) => {
      if (!(await exists(model.executable))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return model;
}

/** Verilator's interface reads signals of fewer words of 32 bits, left to itself of fewer than 64; wider registers it does not accept. */
const MOST_WORDS = 2049;

/** What tells Verilator which signals must stay as they are. */
function readable(modules: readonly ModuleSignals[]): string {
  const lines = modules.flatMap(({ module, signals }) => signals.map(signal => `public_flat_rd -module "${module}" -var "${signal}"`));
  return ['`verilator_config', ...lines, ''].join('\n');
}

interface Flags {
  readonly verilator: readonly string[];
  readonly make: readonly string[];
}

function compileFlags({ threads = 1, optimize = false, trace = false }: BuildOptions): Flags {
  const level = optimize ? '-O3' : '-O1';
  return {
    verilator: [
      // Verilator 5.006 multiplies with C++'s signed numbers, where an overflow is undefined unless it is told to wrap.
      '-CFLAGS', '-fwrapv',
      ...(threads > 1 ? ['--threads', String(threads)] : []),
      ...(trace === false ? [] : ['--vpi', '-CFLAGS', '-DBITLOOM_TRACE', '-CFLAGS', `-DVL_VALUE_STRING_MAX_WORDS=${MOST_WORDS}`]),
      ...(trace === true ? ['--public-flat-rw'] : []),
    ],
    make: [`OPT_FAST=${level}`, `OPT_SLOW=${optimize ? '-O1' : '-O0'}`, 'OPT_GLOBAL=-O1'],
  };
}

async function compile(work: string, top: string, sources: readonly string[], flags: Flags): Promise<void> {
  const translate = [
    '--cc', '--exe', '--Mdir', 'model_build', '-o', 'model', '--top-module', top, '-Wno-fatal', '-Wno-lint', '-Wno-style',
    '--output-split', '20000', '--output-split-cfuncs', '2000', ...flags.verilator, ...sources, 'harness.cpp',
  ];
  await tool('verilator', translate, work);
  await tool('make', ['-C', 'model_build', '-f', `V${top}.mk`, '-j2', 'VM_USER_DIR=.', ...flags.make], work);
}

async function tool(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { failed, all } = await execa(command, args, { cwd, reject: false, all: true, stdin: 'ignore' });
  if (!failed) return;
  const lines = (all ?? '').split('\n');
  const errors = lines.filter(line => /error/i.test(line));
  throw userError('verilator-failed', `${command} failed:\n${(errors.length > 0 ? errors : lines).slice(0, 20).join('\n')}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
