import { addCells, NO_CELLS, type CellCounts } from './cells.ts';
import { SynthesisCache } from './cache.ts';
import { elaborate } from './elaborate.ts';
import { synthesizeModules, type ModuleSynthesis } from './modules.ts';
import { YosysPool, yosysVersion } from './pool.ts';
import type { NetlistPort } from './rtlil.ts';
import { SYNTHESIS_TARGETS, TARGET_NAMES, type TargetName } from './targets.ts';
import { userError } from '../../src/base/diagnostic.ts';

export interface SynthesizeOptions {
  /** One of {@link TARGET_NAMES}. */
  readonly target: string;
  /** One module without instances, optimized across the borders of the design's modules: slow; false unless told. */
  readonly flatten?: boolean;
  /**
   * Whether multipliers may go into DSP blocks, where the target has them; false unless told: for some of bitloom's multiplier
   * pipelines Yosys 0.55 packs DSP48E1 chains that compute other numbers than the Verilog, by its own model of the block.
   */
  readonly dsp?: boolean;
  /** Processes; 2 unless told. */
  readonly workers?: number;
  /** `$BITLOOM_CACHE/synthesis`, or `~/.cache/bitloom/synthesis`, unless told. */
  readonly cacheFolder?: string;
  readonly progress?: (step: { readonly done: number; readonly total: number; readonly module: string }) => void;
  /** For each run of Yosys; 1800 unless told. */
  readonly timeoutSeconds?: number;
}

/** An instance with everything below it. */
export interface InstanceSynthesis {
  readonly instance: string;
  readonly module: string;
  readonly cells: CellCounts;
  /** Cells on the longest path within one module. */
  readonly depth: number;
}

export interface SynthesisReport {
  readonly target: TargetName;
  readonly top: string;
  readonly yosys: string;
  /** The instantiated before the instantiating, the top last. */
  readonly modules: readonly ModuleSynthesis[];
  /** What the top module instantiates, in its order. */
  readonly children: readonly InstanceSynthesis[];
  /** The top module's own cells. */
  readonly own: CellCounts;
  readonly total: CellCounts;
  /** Number of cells of types that the target's table does not know, which are in no count. */
  readonly unknown: Readonly<Record<string, number>>;
  readonly depth: number;
  /** Time of Yosys over all modules, also where results came from the cache. */
  readonly seconds: number;
  readonly ports: readonly NetlistPort[];
}

/**
 * Synthesizes `top` with Yosys, module by module, and counts cells over the hierarchy. `files` holds Verilog and memory files
 * by name. Throws a `UserError` with the module and the end of the log if Yosys fails or takes too long, or if there is no such
 * target.
 */
export async function synthesize(
  files: ReadonlyMap<string, string>, top: string, options: SynthesizeOptions,
): Promise<SynthesisReport> {
  const target = SYNTHESIS_TARGETS[options.target as TargetName];
  if (target === undefined) {
    const help = `there are ${TARGET_NAMES.join(', ')}`;
    throw userError('unknown-target', `no synthesis target is called ${options.target}`, { help });
  }
  const cache = new SynthesisCache(options.cacheFolder);
  const pool = new YosysPool(options.workers ?? 2, options.timeoutSeconds ?? 1800);
  try {
    const modules = await elaborate(files, top, pool, cache);
    const total = options.flatten === true ? 1 : modules.length;
    let done = 0;
    const results = await synthesizeModules(modules, {
      target, cache, pool,
      options: { flatten: options.flatten ?? false, dsp: options.dsp ?? false },
      done: module => options.progress?.({ done: ++done, total, module }),
    });
    const ordered = modules.flatMap(({ name }) => results.get(name) ?? []);
    return { target: target.name, top, yosys: yosysVersion, ...summary(ordered), ports: modules[modules.length - 1].ports };
  } finally {
    pool.close();
  }
}

/** The netlist in Verilog: all modules, the top with the design's ports. */
export function netlistVerilog(report: SynthesisReport): string {
  return report.modules.map(({ verilog }) => verilog).join('\n');
}

/** The netlist in the JSON format of Yosys, which `read_json` reads. */
export function netlistJson(report: SynthesisReport): string {
  return `{"modules":{${report.modules.map(({ name, json }) => `${JSON.stringify(name)}:${json}`).join(',')}}}\n`;
}

type Summary = Pick<SynthesisReport, 'modules' | 'children' | 'own' | 'total' | 'unknown' | 'depth' | 'seconds'>;

function summary(modules: readonly ModuleSynthesis[]): Summary {
  const totals = new Map<string, { cells: CellCounts; depth: number; unknown: ReadonlyMap<string, number> }>();
  for (const { name, cells: own, instances, depth, unknown } of modules) {
    const below = Object.values(instances).map(module => totals.get(module)!);
    const foreign = new Map(Object.entries(unknown));
    for (const child of below) child.unknown.forEach((count, type) => foreign.set(type, (foreign.get(type) ?? 0) + count));
    totals.set(name, {
      cells: below.reduce((sum, child) => addCells(sum, child.cells), own),
      depth: Math.max(depth, ...below.map(child => child.depth)),
      unknown: foreign,
    });
  }
  const top = modules[modules.length - 1];
  const { cells, depth, unknown } = totals.get(top.name)!;
  return {
    modules,
    children: Object.entries(top.instances).map(([instance, module]) => (
      { instance, module, cells: totals.get(module)!.cells, depth: totals.get(module)!.depth }
    )),
    own: addCells(NO_CELLS, top.cells),
    total: cells,
    unknown: Object.fromEntries(unknown),
    depth,
    seconds: modules.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
