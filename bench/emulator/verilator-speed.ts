import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa, ExecaError } from 'execa';
import { topModule, type Design } from '../../codegen/rtl/ir.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { verilogNames, writeFiles } from '../../sim/verilator/files.ts';
import { requireVerilator } from '../../sim/verilator/verilator.ts';
import { ringWords, type Stimulus } from './stimulus.ts';

/** How Verilator is used: as its manual's first example says, or as fast as it can be made. */
export interface Way {
  readonly name: string;
  readonly threads: number;
  /** -O3 -march=native, unknown bits as it is fastest, and a second compilation with the profile of a run. */
  readonly best: boolean;
}

export const DEFAULT_WAY: Way = { name: 'default', threads: 1, best: false };
export const BEST_WAYS: readonly Way[] = [{ name: 'best', threads: 1, best: true }, { name: 'best, 2 threads', threads: 2, best: true }];

export interface SpeedModel {
  readonly folder: string;
  /** Seconds that Verilator and the C++ compiler took; those of the first build where the model comes from the cache. */
  readonly buildSeconds: number;
}

export interface SpeedRun {
  readonly seconds: number;
  /** Processor seconds: what a loaded machine does not spoil. */
  readonly cpuSeconds: number;
  /** Output ports after the last cycle. */
  readonly outputs: ReadonlyMap<string, bigint>;
}

/** Seconds after which a step of a build is given up, unless told. */
export const BUILD_LIMIT = 900;

/**
 * Builds a model with a driver that runs on its own; models are kept in the cache, and so is that a build was given up.
 * @param limit seconds that each step of the build may take
 * @throws Error where there is no model within them
 */
export async function buildSpeedModel(design: Design, stimulus: Stimulus, way: Way, limit = BUILD_LIMIT): Promise<SpeedModel> {
  const version = await requireVerilator();
  const files = emitVerilog(design);
  const top = topModule(design).name;
  const driver = await readFile(resolve('bench/emulator/speed.cpp'), 'utf8');
  const header = portsHeader(design, stimulus);
  const key = createHash('sha256').update(JSON.stringify([version, way, top, [...files], driver, header])).digest('hex').slice(0, 32);
  const cache = join(process.env.BITLOOM_CACHE ?? join(homedir(), '.cache', 'bitloom'), 'verilator-speed');
  const folder = join(cache, key);
  const known = await readFile(join(folder, 'seconds'), 'utf8').catch(() => undefined);
  if (known !== undefined) return { folder, buildSeconds: Number(known) };
  const gaveUp = Number(await readFile(`${folder}.gave-up`, 'utf8').catch(() => '0'));
  if (gaveUp >= limit) throw new Error(`not built in ${gaveUp} s`);
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'building-'));
  try {
    await writeFiles(work, files);
    await writeFiles(join(work, 'build'), new Map([['speed.cpp', driver], ['ports.h', header]]));
    await writeFile(join(work, 'ring'), ringWords(stimulus));
    const started = performance.now();
    await compile(work, top, verilogNames(files), way, limit).catch(async (error: unknown) => {
      if (!(error instanceof ExecaError) || !error.timedOut) throw error;
      await writeFile(`${folder}.gave-up`, String(limit));
      throw new Error(`not built in ${limit} s`);
    });
    await writeFile(join(work, 'seconds'), String((performance.now() - started) / 1000));
    await rm(join(work, 'build'), { recursive: true });
    await rename(work, folder).catch(async (error: unknown) => { await access(folder).catch(() => { throw error; }); });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return { folder, buildSeconds: Number(await readFile(join(folder, 'seconds'), 'utf8')) };
}

async function compile(work: string, top: string, sources: readonly string[], way: Way, limit: number): Promise<void> {
  const options = { cwd: work, stdin: 'ignore', timeout: 1000 * limit } as const;
  const common = ['--cc', '--exe', '--Mdir', 'build', '-o', 'model', '--top-module', top, '-Wno-fatal', '-Wno-lint', '-Wno-style',
    '--threads', String(way.threads), '-CFLAGS', '-fwrapv'];
  if (!way.best) {
    await execa('verilator', [...common, '--build', ...sources, 'build/speed.cpp'], options);
    await execa('cp', ['build/model', 'model'], options);
    return;
  }
  await execa('verilator', [...common, '-O3', '--x-assign', 'fast', '--x-initial', 'fast', '--noassert',
    '--output-split', '20000', '--output-split-cfuncs', '2000', ...sources, 'speed.cpp'], options);
  const make = async (profile: string): Promise<void> => {
    const flags = `-O3 -march=native ${profile}`;
    await execa('make', ['-C', 'build', '-f', `V${top}.mk`, '-j2', 'VM_USER_DIR=.', `OPT_FAST=${flags}`, `OPT_SLOW=-O1 ${profile}`,
      `OPT_GLOBAL=${flags}`, `LDFLAGS=${profile}`], options);
  };
  await make('-fprofile-generate -fprofile-update=atomic');
  await execa('build/model', ['3000', 'ring'], options);
  await execa('sh', ['-c', 'rm -f build/*.o build/*.a build/model'], options);
  await make('-fprofile-use -fprofile-correction -Wno-missing-profile');
  await execa('cp', ['build/model', 'model'], options);
}

/** Runs the model for a number of cycles. */
export async function runSpeedModel({ folder }: SpeedModel, cycles: number): Promise<SpeedRun> {
  const { stdout } = await execa('./model', [String(cycles), 'ring'], { cwd: folder, stdin: 'ignore' });
  const values = new Map(stdout.split('\n').map((line) => line.split(' ') as [string, string]));
  const [seconds, cpuSeconds] = [Number(values.get('seconds')), Number(values.get('cpu'))];
  values.delete('seconds');
  values.delete('cpu');
  return { seconds, cpuSeconds, outputs: new Map([...values].map(([name, hex]) => [name, BigInt(`0x${hex}`)])) };
}

function portsHeader(design: Design, { rows, ports }: Stimulus): string {
  const top = topModule(design);
  let at = 0;
  const drives = ports.map(({ name, width }) => {
    const line = `  store(dut.${name}, words + ${at});`;
    at += Math.ceil(width / 32);
    return line;
  });
  return [
    `#include "V${top.name}.h"`,
    `using Dut = V${top.name};`,
    `constexpr size_t ROWS = ${rows};`,
    `constexpr size_t ROW_WORDS = ${at};`,
    'template <typename T> void store(T& port, const uint32_t* words);',
    'template <size_t N> void store(VlWide<N>& port, const uint32_t* words);',
    'template <typename T> void print(const char* name, const T& port);',
    'template <size_t N> void print(const char* name, const VlWide<N>& port);',
    'inline void drive(Dut& dut, const uint32_t* words) {', ...drives, '}',
    'inline void show(Dut& dut) {',
    ...top.ports.filter((port) => port.direction === 'output').map(({ name }) => `  print("${name}", dut.${name});`), '}', '',
  ].join('\n');
}
