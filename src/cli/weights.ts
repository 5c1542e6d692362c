import { join } from 'node:path';
import type { Command } from 'commander';
import { weightsFile } from '../compiler/weights/file.ts';
import { acceleratorFor } from '../compiler/weights/layout.ts';
import { loadNetwork } from '../frontend/index.ts';
import { readInput } from './options.ts';
import { writeOutput } from './output.ts';

interface Options {
  readonly for: string;
  readonly output: string;
}

export function addWeightsCommand(program: Command): void {
  program.command('weights').argument('<network>', 'an .onnx or .bloom file: the same layers, trained otherwise')
    .description('write the words that drivers load into hardware compiled with --runtime-weights, so that it becomes this network')
    .requiredOption('--for <folder>', 'what `compile` wrote for the hardware')
    .requiredOption('-o, --output <file>', 'file to write')
    .action(async (file: string, options: Options) => {
      const text = (name: string): string => new TextDecoder().decode(readInput(join(options.for, name)));
      const files = { folder: options.for, description: text('bitloom.json'), folding: text('folding.json') };
      const bytes = weightsFile(acceleratorFor(await loadNetwork(file), files));
      writeOutput(options.output, bytes);
      console.log(`wrote ${bytes.length.toLocaleString('en-US')} bytes to ${options.output}`);
    });
}
