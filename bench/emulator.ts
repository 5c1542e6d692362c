import { emulate } from '../emulator/index.ts';
import type { Design } from '../codegen/rtl/ir.ts';
import { table } from '../src/cli/tables.ts';
import { benchDesigns, type BenchDesign } from './emulator/designs.ts';
import { speedOfThreads, type ThreadSpeed } from './emulator/cores.ts';
import { ManyStimuli } from './emulator/lanes.ts';
import { fullSpeed, type Stimulus } from './emulator/stimulus.ts';
import { BEST_WAYS, BUILD_LIMIT, buildSpeedModel, DEFAULT_WAY, runSpeedModel, type SpeedModel, type Way } from './emulator/verilator-speed.ts';

/**
 * Cycles a second of the emulator against Verilator, all on the same stimulus in turns, and the time until the first cycle.
 * `--json` prints one object; `--only TEXT` takes designs whose names hold the text; `--threads` measures Verilator on two threads
 * too; `--no-best` leaves the optimized builds out. Models that take longer than `--build-limit SECONDS` for a step of their build
 * are given up; `--build` only builds them. `--cores` measures many stimuli on one and on two threads instead.
 */
const CHECKED_CYCLES = 1000;
const SECONDS = 0.4;
const TURNS = 3;

interface Row {
  readonly design: string;
  readonly what: string;
  /** Million cycles a second. */
  readonly emulator: number;
  /** The same of copies with stimuli of their own, on one thread; absent where copies do not run side by side. */
  readonly many?: number;
  readonly verilator: Readonly<Record<string, number | string>>;
  /** Of many stimuli (or of one after another) over Verilator's best. */
  readonly manyOverBest?: number;
  readonly overDefault?: number;
  readonly overBest?: number;
  /** Seconds until the first cycle. */
  readonly compileSeconds: number;
  readonly verilatorBuildSeconds: Readonly<Record<string, number>>;
  readonly soonerThanDefault?: number;
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** A way to let cycles pass, and the seconds that they take. */
type Run = (cycles: number) => Promise<number>;

/** Million cycles a second of each, the fastest of several turns. */
async function speeds(runs: ReadonlyMap<string, Run>): Promise<Map<string, number>> {
  const cycles = new Map<string, number>();
  for (const [name, run] of runs) {
    let count = 500;
    for (let seconds = await run(count); seconds < 0.1; seconds = await run(count)) count *= Math.max(2, Math.min(20, Math.ceil(0.1 / (seconds + 1e-4))));
    cycles.set(name, count * Math.ceil(SECONDS / 0.1));
  }
  const best = new Map<string, number>();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, run] of runs) {
      const count = cycles.get(name)!;
      best.set(name, Math.max(best.get(name) ?? 0, count / (await run(count)) / 1e6));
    }
  }
  return best;
}

function start(design: Design, stimulus: Stimulus): ReturnType<typeof emulate> {
  const emulator = emulate(design);
  emulator.setReset(true);
  emulator.run(4);
  emulator.setReset(false);
  for (const { name, values } of stimulus.ports) emulator.drive(name, values);
  return emulator;
}

/** Processor seconds, so that other work on the machine does not count. */
function cpu(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function measure({ name, what, make }: BenchDesign, ways: readonly Way[]): Promise<Row> {
  const design = await make();
  const stimulus = fullSpeed(design);
  const compileSeconds = Math.min(...Array.from({ length: 3 }, () => {
    const before = performance.now();
    emulate(design).run(1);
    return (performance.now() - before) / 1000;
  }));
  const { models, failures } = await buildModels(design, stimulus, ways);
  const verilator: Record<string, number | string> = { ...failures };
  await compareOutputs(name, design, stimulus, models.values().next().value);
  const emulator = start(design, stimulus);
  emulator.play(30_000);
  const copies = ManyStimuli.of(design, stimulus);
  copies?.advance(30_000);
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const runs = new Map<string, Run>([['emulator', async (cycles) => cpu(() => emulator.play(cycles))]]);
  const together = copies?.advance(1) ?? 1;
  if (copies !== undefined) runs.set('many', async (cycles) => cpu(() => copies.advance(cycles)));
  for (const [way, model] of models) {
    runs.set(way, async (cycles) => {
      const { seconds, cpuSeconds } = await runSpeedModel(model, cycles);
      return way.includes('threads') ? seconds : cpuSeconds;
    });
  }
  const found = await speeds(runs);
  for (const way of models.keys()) verilator[way] = found.get(way)!;
  const own = found.get('emulator')!;
  const many = copies === undefined ? undefined : together * found.get('many')!;
  const best = Math.max(...[...models.keys()].filter((way) => way !== DEFAULT_WAY.name).map((way) => found.get(way)!));
  const builds = Object.fromEntries([...models].map(([way, { buildSeconds }]) => [way, buildSeconds]));
  const usual = found.get(DEFAULT_WAY.name);
  return {
    design: name, what, emulator: own, ...(many === undefined ? {} : { many }), verilator, compileSeconds, verilatorBuildSeconds: builds,
    ...(usual === undefined ? {} : { overDefault: own / usual, soonerThanDefault: builds[DEFAULT_WAY.name] / compileSeconds }),
    ...(best > 0 ? { overBest: own / best, manyOverBest: Math.max(own, many ?? 0) / best } : {}),
  };
}

/** The models of a design, and why there are none of the others; where the plain build takes too long, so do those that optimize. */
async function buildModels(
  design: Design, stimulus: Stimulus, ways: readonly Way[],
): Promise<{ models: Map<string, SpeedModel>; failures: Record<string, string> }> {
  const models = new Map<string, SpeedModel>();
  const failures: Record<string, string> = {};
  for (const way of ways) {
    try {
      if (failures[DEFAULT_WAY.name] !== undefined) throw new Error('not tried');
      models.set(way.name, await buildSpeedModel(design, stimulus, way, Number(option('--build-limit') ?? BUILD_LIMIT)));
    } catch (error) {
      failures[way.name] = (error as Error).message.split('\n')[0].slice(0, 80);
    }
  }
  return { models, failures };
}

/** Both must show the same at all output ports. */
async function compareOutputs(name: string, design: Design, stimulus: Stimulus, model: SpeedModel | undefined): Promise<void> {
  if (model === undefined) return;
  const emulator = start(design, stimulus);
  emulator.play(CHECKED_CYCLES);
  // Verilator's ports show the state after the last edge beside the inputs before it; so do these.
  emulator.settle();
  const { outputs } = await runSpeedModel(model, CHECKED_CYCLES);
  for (const [port, value] of outputs) {
    const own = emulator.signal(port).get();
    if (own !== value) throw new Error(`${name}: ${port} is ${own} in the emulator and ${value} in Verilator after ${CHECKED_CYCLES} cycles`);
  }
}

const only = option('--only');
const ways = [DEFAULT_WAY, ...(process.argv.includes('--no-best') ? [] : BEST_WAYS.filter(({ threads }) => threads === 1 || process.argv.includes('--threads')))];
const rows: Row[] = [];
const scaling: { design: string; one: ThreadSpeed; two: ThreadSpeed; overOne: number; wallOverOne: number }[] = [];
for (const design of benchDesigns()) {
  if (only !== undefined && !design.name.includes(only)) continue;
  if (process.argv.includes('--build')) {
    const made = await design.make();
    const { models, failures } = await buildModels(made, fullSpeed(made), ways);
    const seconds = [...models].map(([way, { buildSeconds }]) => `${way} in ${buildSeconds.toFixed(1)} s`);
    console.error(`${design.name}: ${[...seconds, ...Object.entries(failures).map(([way, why]) => `${way} ${why}`)].join(', ')}`);
    continue;
  }
  if (process.argv.includes('--cores')) {
    const made = await design.make();
    const stimulus = fullSpeed(made);
    const [one, two] = [await speedOfThreads(made, stimulus, 1), await speedOfThreads(made, stimulus, 2)];
    scaling.push({ design: design.name, one, two, overOne: two.processor / one.processor, wallOverOne: two.wall / one.wall });
    console.error(`${design.name}: ${one.processor.toFixed(2)} on one thread, ${two.processor.toFixed(2)} on two`);
    continue;
  }
  rows.push(await measure(design, ways));
  console.error(`${design.name}: measured`);
}
if (process.argv.includes('--json')) console.log(JSON.stringify(scaling.length > 0 ? { scaling } : { designs: rows }));
else if (scaling.length > 0) {
  console.log(table([['design', '1 thread', '2 threads', 'over 1 thread', 'over 1 thread by the clock'],
    ...scaling.map(({ design, one, two, overOne, wallOverOne }) =>
      [design, one.processor.toFixed(2), two.processor.toFixed(2), `${overOne.toFixed(2)} x`, `${wallOverOne.toFixed(2)} x`])]));
  console.log('\nmillion clock cycles a second of many stimuli, as processor seconds tell; by the clock other work on the machine counts too');
} else if (rows.length > 0) {
  const speed = (value: number | string | undefined): string => (typeof value === 'number' ? value.toFixed(3) : value ?? '');
  const ratio = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(1)} x`);
  console.log(table([
    ['design', 'emulator', 'many', ...ways.map(({ name }) => name),
      'over default', 'over best', 'many over best', 'compile, s', 'sooner than default'],
    ...rows.map((row) => [row.design, speed(row.emulator), speed(row.many), ...ways.map(({ name }) => speed(row.verilator[name])),
      ratio(row.overDefault),
      ratio(row.overBest), ratio(row.manyOverBest), row.compileSeconds.toFixed(3), ratio(row.soonerThanDefault)]),
  ]));
  console.log('\nmillion clock cycles a second, of one stimulus and of many side by side on one thread; ratios of the same run'
    + ' (Verilator is built once and kept)');
}
