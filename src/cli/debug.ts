import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { UserError, formatDiagnostic } from '../base/diagnostic.ts';
import { Debugger } from '../compiler/debugger.ts';
import { samplesOf, topOf } from '../compiler/engines.ts';
import { DebugShell } from './debug-shell.ts';
import { compileWith, positiveInteger, readArray, withHardwareOptions, type HardwareOptions } from './options.ts';

interface Options extends HardwareOptions {
  readonly input: string;
  readonly samples: number;
  readonly stall: number;
}

export function addDebugCommand(program: Command): void {
  withHardwareOptions(program.command('debug').argument('<network>', 'an .onnx file'))
    .description('run samples through the emulated hardware in an interactive terminal: stop, look, go back')
    .requiredOption('--input <file>', '.npy of samples; the first dimension counts them')
    .option('--samples <n>', 'how many of them are sent', positiveInteger, 4)
    .option('--stall <percent>', 'share of cycles in which the outer ends of the streams pause', Number, 0)
    .action(async (file: string, options: Options) => {
      const compiled = await compileWith(file, options);
      const samples = samplesOf(compiled, readArray(options.input), options.input).slice(0, options.samples);
      const { accelerator } = compiled;
      const stall = options.stall > 0 ? { seed: 1, percent: options.stall } : undefined;
      const shell = new DebugShell(new Debugger(accelerator, samples, stall), topOf(accelerator));
      console.log(`${topOf(accelerator)}: ${samples.length} samples, cycle 0; "help" lists the commands`);
      const terminal = createInterface({ input: process.stdin, output: process.stdin.isTTY ? process.stdout : undefined, prompt: '> ' });
      terminal.prompt();
      for await (const line of terminal) {
        try {
          const answer = shell.run(line);
          if (answer === undefined) break;
          if (answer !== '') console.log(answer);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          for (const diagnostic of error.diagnostics) console.log(formatDiagnostic(diagnostic));
        }
        terminal.prompt();
      }
      terminal.close();
    });
}
