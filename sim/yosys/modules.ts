import { cacheKey, type SynthesisCache } from './cache.ts';
import { netlistStatistics, type JsonModule, type NetlistStatistics } from './netlist-json.ts';
import { yosysVersion, type YosysPool } from './pool.ts';
import { blackBox, holder, type RtlilModule } from './rtlil.ts';
import type { ScriptOptions, SynthesisTarget } from './targets.ts';
import { verilogFile } from './verilog-file.ts';

/** One module after synthesis, without what its instances hold. */
export interface ModuleSynthesis extends NetlistStatistics {
  readonly name: string;
  /** Time that Yosys took for it; of a run for several modules, the part by size. */
  readonly seconds: number;
  /** The module in Verilog, of cells of the target and instances of other modules. */
  readonly verilog: string;
  /** The module in the JSON format of Yosys. */
  readonly json: string;
}

export interface ModuleRequest {
  readonly target: SynthesisTarget;
  readonly options: ScriptOptions;
  readonly pool: YosysPool;
  readonly cache: SynthesisCache;
  readonly done: (module: string) => void;
}

/** Grows whenever results in the cache would no longer be what is computed here. */
const FORMAT = 3;
/** Small modules share a run of Yosys, which takes seconds to begin with for some targets; up to this much text. */
const BATCH_CHARACTERS = 150_000;
const HOLDER = 'bitloom_synthesis_units';

/** Synthesizes each module by itself, with its instances as black boxes; what the cache knows is taken from there. */
export async function synthesizeModules(
  modules: readonly RtlilModule[], request: ModuleRequest,
): Promise<Map<string, ModuleSynthesis>> {
  const { cache, target, options, done } = request;
  const byName = new Map(modules.map(module => [module.name, module]));
  const keys = new Map(modules.map(module => [module.name, cacheKey(
    FORMAT, yosysVersion, target.script(HOLDER, options), mapFiles(target),
    options.flatten ? modules.map(({ text }) => text) : module.text,
    childrenOf([module], byName).map(blackBox),
  )]));
  const wanted = options.flatten ? modules.slice(-1) : modules;
  const results = new Map<string, ModuleSynthesis>();
  const missing: RtlilModule[] = [];
  for (const module of wanted) {
    const known = await cache.read<ModuleSynthesis>(keys.get(module.name)!);
    if (known === undefined) missing.push(module);
    else results.set(module.name, known);
    if (known !== undefined) done(module.name);
  }
  const runs = options.flatten ? missing.map(() => [...modules]) : batches(missing);
  // The longest first, so that no process is left with it at the end.
  runs.sort((a, b) => size(b) - size(a));
  await Promise.all(runs.map(async run => {
    for (const result of await synthesizeRun(run, byName, request)) {
      results.set(result.name, result);
      await cache.write(keys.get(result.name)!, result);
      done(result.name);
    }
  }));
  return results;
}

function mapFiles(target: SynthesisTarget): Record<string, string> {
  return Object.fromEntries(target.maps.map(name => [name, verilogFile(`maps/${name}`)]));
}

function size(modules: readonly RtlilModule[]): number {
  return modules.reduce((sum, { text }) => sum + text.length, 0);
}

function batches(modules: readonly RtlilModule[]): RtlilModule[][] {
  const result: RtlilModule[][] = [];
  let room = 0;
  for (const module of [...modules].sort((a, b) => a.text.length - b.text.length)) {
    if (result.length === 0 || module.text.length > room) {
      result.push([]);
      room = BATCH_CHARACTERS;
    }
    result[result.length - 1].push(module);
    room -= module.text.length;
  }
  return result;
}

/** The modules that `modules` instantiate, without themselves. */
function childrenOf(modules: readonly RtlilModule[], byName: ReadonlyMap<string, RtlilModule>): RtlilModule[] {
  const children = new Set(modules.flatMap(({ children }) => [...children.values()]).map(name => byName.get(name)!));
  return [...children].filter(child => !modules.includes(child)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function synthesizeRun(
  modules: readonly RtlilModule[], byName: ReadonlyMap<string, RtlilModule>, { target, options, pool }: ModuleRequest,
): Promise<ModuleSynthesis[]> {
  const { flatten } = options;
  const top = flatten ? modules[modules.length - 1].name : HOLDER;
  const design = [
    'autoidx 1\n', ...modules.map(({ text }) => text),
    ...(flatten ? [] : [...childrenOf(modules, byName).map(blackBox), holder(HOLDER, modules.map(({ name }) => name))]),
  ].join('');
  // Vectors are split where several cells drive them: a carry chain along one vector would look like a loop to simulators.
  const { files, seconds } = await pool.run({
    subject: flatten ? `module ${top}` : `module ${modules.map(({ name }) => name).join(', ')}`,
    script: [
      'read_rtlil design.il', target.script(top, options), flatten ? 'delete t:$scopeinfo' : `delete ${HOLDER}`,
      'splitnets -driver', 'write_verilog -noattr netlist.v', 'write_json -selected netlist.json',
    ].join('; '),
    files: { 'design.il': design, ...mapFiles(target) },
    results: ['netlist.v', 'netlist.json'],
  });
  const texts = files['netlist.v'].matchAll(/^module (\w+)\([\s\S]*?^endmodule\n/gm);
  const verilog = new Map([...texts].map(([text, name]) => [name, text]));
  const json = (JSON.parse(files['netlist.json']) as { modules: Record<string, JsonModule> }).modules;
  const total = size(modules);
  return (flatten ? modules.slice(-1) : modules).map(({ name, text }) => ({
    name,
    ...netlistStatistics(json[name], target.cells, type => byName.has(type)),
    seconds: flatten ? seconds : (seconds * text.length) / total,
    verilog: verilog.get(name)!,
    json: JSON.stringify(json[name]),
  }));
}
