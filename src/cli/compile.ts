import type { Command } from 'commander';
import { packageOf } from '../compiler/package.ts';
import { describeSpeed } from '../compiler/latency.ts';
import { samplesOf } from '../compiler/engines.ts';
import { randomSamples } from '../compiler/samples.ts';
import { compileWith, positiveInteger, readArray, withHardwareOptions, type HardwareOptions } from './options.ts';
import { expectWritable, writeFolder } from './output.ts';
import { Progress } from './progress.ts';
import { layerTable, savingLines } from './tables.ts';

interface Options extends HardwareOptions {
  readonly output: string;
  readonly input?: string;
  readonly samples: number;
}

export function addCompileCommand(program: Command): void {
  withHardwareOptions(program.command('compile').argument('<network>', 'an .onnx or .bloom file'))
    .description('write Verilog, and a testbench with vectors that runs on its own')
    .requiredOption('-o, --output <folder>', 'folder to write')
    .option('--input <file>', '.npy of samples for the testbench; made-up ones where absent')
    .option('--samples <count>', 'samples in the testbench', positiveInteger, 4)
    .action(async (file: string, options: Options) => {
      expectWritable(options.output);
      const progress = new Progress(true);
      const compiled = await compileWith(file, options);
      progress.report('emitting Verilog and the testbench', 0, 1);
      const samples = options.input === undefined ? randomSamples(compiled, options.samples)
        : samplesOf(compiled, readArray(options.input), options.input).slice(0, options.samples);
      const files = packageOf(compiled, samples);
      progress.stop();
      writeFolder(options.output, files);
      for (const note of compiled.notes) console.log(`note: ${note}`);
      for (const line of savingLines(compiled)) console.log(line);
      console.log(layerTable(compiled));
      if (compiled.decision !== undefined) console.log(`folding: ${compiled.decision}`);
      console.log(`predicted: ${describeSpeed(compiled.accelerator.network)}`);
      console.log(`clock: registers of operations planned for ${compiled.clock} ns, by the delay model enough for ${compiled.period.toFixed(2)} ns`);
      console.log(`wrote ${files.size} files to ${options.output}`);
    });
}
