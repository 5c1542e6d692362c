import { existsSync } from 'node:fs';
import { table } from '../src/cli/tables.ts';
import { compileNetwork, type CompileOptions } from '../src/compiler/compile.ts';
import { simulate, simulatorFor, topOf } from '../src/compiler/engines.ts';
import { speedOf } from '../src/compiler/latency.ts';
import { medianError, resourceRows } from '../src/compiler/resources.ts';
import { randomSamples } from '../src/compiler/samples.ts';
import { emitVerilog } from '../codegen/verilog/emit.ts';
import { loadNetwork } from '../src/frontend/index.ts';
import { addResources, type Resources } from '../src/schedule/devices.ts';
import { findTarget } from '../src/schedule/targets.ts';
import { synthesize } from '../sim/yosys/synthesize.ts';
import { corpusNetworks } from './corpus.ts';

/**
 * Convolutional networks folded to three frame rates and two budgets each: what was asked for, what the emulator shows, what was
 * estimated and what Yosys counts. `--network ID` takes one network, `--no-synthesis` leaves Yosys out.
 */
const TARGET = 'xc7';
const GOALS: Readonly<Record<string, { readonly fps: readonly number[]; readonly budgets: readonly Partial<Resources>[] }>> = {
  qkeras_mnist_cnn: { fps: [1_000, 10_000, 30_000], budgets: [{ lut: 6_000, bram: 4 }, { lut: 15_000, bram: 20 }] },
  cifar10_qkeras_tiny: { fps: [500, 2_000, 10_000], budgets: [{ lut: 6_000, bram: 20 }, { lut: 15_000, bram: 40 }] },
  separable_conv_model_ch_last_32: { fps: [1_000, 5_000, 20_000], budgets: [{ lut: 2_500, bram: 4 }, { lut: 8_000, bram: 8 }] },
  mlperftiny_kws_dscnn_int8_qdq: { fps: [200, 500, 1_500], budgets: [{ lut: 18_000, bram: 20 }, { lut: 30_000, bram: 40 }] },
};
const FRAMES = 3;

const argument = (name: string): string | undefined => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const only = argument('--network');
const clock = findTarget(TARGET)!.defaultClock;
const rows: string[][] = [];
for (const { id, path, inputType } of corpusNetworks) {
  const goals = GOALS[id];
  if (goals === undefined || !existsSync(path) || (only !== undefined && only !== id)) continue;
  const network = await loadNetwork(path);
  const asked: { readonly what: string; readonly most?: number; readonly goal: CompileOptions['goal'] }[] = [
    ...goals.fps.map((fps) => {
      const cycles = Math.floor(1e9 / clock / fps);
      return { what: `${fps.toLocaleString('en-US')} fps`, most: cycles, goal: { kind: 'interval' as const, cycles } };
    }),
    ...goals.budgets.map((budget) => {
      const what = Object.entries(budget).map(([kind, amount]) => `${kind}=${amount}`).join(',');
      return { what, goal: { kind: 'budget' as const, budget, what } };
    }),
  ];
  for (const { what, most, goal } of asked) {
    const started = performance.now();
    const compiled = compileNetwork(network, { style: 'streaming', target: TARGET, goal, ...(inputType === undefined ? {} : { inputType }) });
    const { accelerator } = compiled;
    const files = emitVerilog(accelerator.design);
    const compileSeconds = (performance.now() - started) / 1000;
    const { times } = simulate(accelerator, simulatorFor(accelerator, 'emulator'), randomSamples(compiled, FRAMES));
    const { latency, interval } = speedOf(times, FRAMES);
    if (most !== undefined && interval > most) throw new Error(`${id}: ${interval} cycles a frame where ${most} are asked for`);
    const estimate = addResources(...accelerator.estimates!.values());
    const row = [
      id, what, Math.floor(1e9 / clock / interval).toLocaleString('en-US'), String(interval), String(latency), String(Math.round(estimate.lut)),
      String(Math.round(estimate.ff)), String(estimate.bram), compileSeconds.toFixed(1),
    ];
    if (!process.argv.includes('--no-synthesis')) {
      const report = await synthesize(files, topOf(accelerator), { target: TARGET });
      const { lut, lutram, ff, bram, dsp } = report.total;
      const error = medianError(resourceRows(accelerator, report.children), 'lut');
      const share = error === undefined ? '' : `${(100 * error).toFixed(0)} %`;
      row.push(String(lut + lutram), String(ff), String(bram), String(dsp), share, report.seconds.toFixed(1));
    }
    rows.push(row);
    console.error(row.join('  '));
  }
}
const synthesisTitles = process.argv.includes('--no-synthesis') ? [] : ['LUT', 'FF', 'BRAM', 'DSP', 'LUT error', 'synthesis s'];
console.log(table([
  ['network', 'asked for', 'fps', 'interval', 'latency', 'LUT est.', 'FF est.', 'BRAM est.', 'compile s', ...synthesisTitles], ...rows,
]));
