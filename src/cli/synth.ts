import type { Command } from 'commander';
import { verilogOf } from '../compiler/compile.ts';
import { topOf } from '../compiler/engines.ts';
import { synthesisTable, synthesisJson } from '../../sim/yosys/report.ts';
import { synthesize } from '../../sim/yosys/synthesize.ts';
import { compileWith, withHardwareOptions, type HardwareOptions } from './options.ts';
import { Progress } from './progress.ts';

interface Options extends HardwareOptions {
  readonly json?: boolean;
  readonly dsp?: boolean;
}

export function addSynthCommand(program: Command): void {
  withHardwareOptions(program.command('synth').argument('<network>', 'an .onnx or .bloom file'))
    .description('synthesize with Yosys and count the cells of every layer')
    .option('--dsp', 'let multipliers go into DSP blocks (counts only: Yosys 0.55 gets some of these netlists wrong)')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (file: string, options: Options) => {
      const compiled = await compileWith(file, options);
      const { accelerator, target, notes } = compiled;
      const progress = new Progress(true);
      const report = await synthesize(verilogOf(compiled), topOf(accelerator), {
        target: target.name, dsp: options.dsp, progress: ({ done, total }) => progress.report('synthesizing', done, total),
      });
      progress.stop();
      if (options.json === true) {
        console.log(JSON.stringify(synthesisJson(report)));
        return;
      }
      for (const note of notes) console.log(`note: ${note}`);
      console.log(synthesisTable(report));
    });
}
