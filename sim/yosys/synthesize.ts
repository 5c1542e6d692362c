import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { version } from '@yowasp/yosys';
import { partition, type Job } from './partition.ts';
import { findSynthesisTarget, RESOURCES, resourceOf, type Resource, type SynthesisTarget } from './targets.ts';
import { runInWorker } from './worker.ts';

export interface SynthesisOptions {
  /** Name of a row of `SYNTHESIS_TARGETS`. */
  readonly target: string;
  /** Whether multipliers may become DSP blocks; yes unless told. */
  readonly dsp?: boolean;
  /** Yosys runs side by side; 2 unless told. */
  readonly workers?: number;
  /** Where results are kept; `$BITLOOM_CACHE`, or `~/.cache/bitloom`, unless told. */
  readonly cacheFolder?: string;
  /** Longest time of one run. */
  readonly timeoutSeconds?: number;
  readonly progress?: (progress: { readonly done: number; readonly total: number; readonly module: string }) => void;
}

export type Counts = Readonly<Record<Resource, number>>;

/** Cells of a module with everything inside it. */
export interface ModuleReport {
  readonly module: string;
  /** Times that it is used. */
  readonly uses: number;
  readonly counts: Counts;
}

export interface SynthesisReport {
  readonly target: string;
  readonly top: string;
  /** Cells by resource, all in all. */
  readonly total: Counts;
  /** Cells by type, all in all. */
  readonly cells: Readonly<Record<string, number>>;
  /** What stands directly in the top module (in the core, where the top is a shell around one), and the top's own cells last. */
  readonly modules: readonly ModuleReport[];
  /** The netlist of each run; the top module is renamed to `<top>_netlist`. */
  readonly netlists: readonly string[];
  /** The file of the top module as it was before synthesis. */
  readonly topSource: string;
  readonly seconds: number;
  readonly version: string;
}

/** What a run leaves: cells of each of its modules, by type (instances of modules among them), and the netlist. */
interface JobResult {
  readonly modules: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly netlist: string;
}

/**
 * Synthesizes emitted Verilog (one module a file) with Yosys: large modules in runs of their own, side by side, and each only once for
 * equal sources. The hierarchy is kept, so that cells can be counted layer by layer.
 * @throws Error with Yosys's message
 */
export async function synthesize(files: ReadonlyMap<string, string>, top: string, options: SynthesisOptions): Promise<SynthesisReport> {
  const started = performance.now();
  const target = findSynthesisTarget(options.target);
  const jobs = partition(files, top);
  const results: JobResult[] = new Array<JobResult>(jobs.length);
  let next = 0;
  let done = 0;
  options.progress?.({ done, total: jobs.length, module: jobs[0].top });
  const work = async (): Promise<void> => {
    while (next < jobs.length) {
      const index = next++;
      results[index] = await runJob(jobs[index], files, target, top, options);
      options.progress?.({ done: ++done, total: jobs.length, module: jobs[index].top });
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.workers ?? 2, jobs.length) }, work));

  const modules = new Map(results.flatMap((result) => Object.entries(result.modules)));
  const renamed = `${top}_netlist`;
  const cells = cellsInside(renamed, modules);
  return {
    target: target.name, top, cells, total: countsOf(cells, target), modules: reportModules(renamed, modules, target),
    netlists: results.map((result) => result.netlist), topSource: files.get(`${top}.v`)!, version,
    seconds: (performance.now() - started) / 1000,
  };
}

async function runJob(
  job: Job, files: ReadonlyMap<string, string>, target: SynthesisTarget, top: string, options: SynthesisOptions,
): Promise<JobResult> {
  const memories = [...files].filter(([name]) => !name.endsWith('.v'));
  const used = new Map([...[...job.sources, ...job.blackBoxes].map((name): [string, string] => [name, files.get(name)!]), ...memories]);
  const script = [
    `read_verilog ${job.sources.join(' ')}`,
    ...(job.blackBoxes.length > 0 ? [`read_verilog -lib ${job.blackBoxes.join(' ')}`] : []),
    `hierarchy -check -top ${job.top}`,
    target.script(job.top, options.dsp ?? true),
    ...(job.top === top ? [`rename ${top} ${top}_netlist`] : []),
    'tee -q -o cells.json stat -json',
    'write_verilog -noattr netlist.v',
  ].join('; ');
  const key = createHash('sha256').update(JSON.stringify([version, script, [...used]])).digest('hex').slice(0, 32);
  const folder = join(options.cacheFolder ?? process.env.BITLOOM_CACHE ?? join(homedir(), '.cache', 'bitloom'), 'synthesis');
  const place = join(folder, `${key}.json`);
  const kept = await readFile(place, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as JobResult;

  const answer = await runInWorker(['-q', '-p', script], Object.fromEntries(used), options.timeoutSeconds ?? 1200)
    .catch((error: unknown) => { throw new Error(`synthesis of ${job.top} failed: ${(error as Error).message}`); });
  const result: JobResult = { modules: cellsOfModules(answer.files['cells.json']), netlist: answer.files['netlist.v'] };
  await mkdir(folder, { recursive: true });
  const partial = `${place}.${process.pid}.partial`;
  await writeFile(partial, JSON.stringify(result));
  await rename(partial, place);
  return result;
}

function cellsOfModules(json: string): Record<string, Record<string, number>> {
  const { modules } = JSON.parse(json) as { modules: Record<string, { num_cells_by_type?: Record<string, number> }> };
  return Object.fromEntries(Object.entries(modules).map(([name, module]) => [name.replace(/^\\/, ''), module.num_cells_by_type ?? {}]));
}

type Modules = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** Primitive cells of a module and of everything in it. */
function cellsInside(name: string, modules: Modules): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [type, count] of Object.entries(modules.get(name) ?? {})) {
    const inner = modules.has(type) ? cellsInside(type, modules) : { [type]: 1 };
    for (const [cell, times] of Object.entries(inner)) total[cell] = (total[cell] ?? 0) + count * times;
  }
  return total;
}

function countsOf(cells: Readonly<Record<string, number>>, target: SynthesisTarget): Counts {
  const counts = Object.fromEntries(RESOURCES.map((resource) => [resource, 0])) as Record<Resource, number>;
  for (const [type, count] of Object.entries(cells)) {
    const resource = resourceOf(target, type);
    if (resource !== undefined) counts[resource] += count;
  }
  return counts;
}

function reportModules(top: string, modules: Modules, target: SynthesisTarget): ModuleReport[] {
  const cells = modules.get(top) ?? {};
  const inner = Object.entries(cells).filter(([type]) => modules.has(type));
  const rows = inner.flatMap(([module, uses]): ModuleReport[] => (module.endsWith('_core')
    ? reportModules(module, modules, target)
    : [{ module, uses, counts: countsOf(cellsInside(module, modules), target) }]));
  const own = Object.fromEntries(Object.entries(cells).filter(([type]) => !modules.has(type)));
  return [...rows, { module: `${top.replace(/_netlist$/, '')} itself`, uses: 1, counts: countsOf(own, target) }];
}
