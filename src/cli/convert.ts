import type { Command } from 'commander';
import { loadNetwork } from '../frontend/index.ts';
import { bloomOf } from '../frontend/text/export.ts';
import { identifier } from '../base/names.ts';
import { writeFolder } from './output.ts';

export function addConvertCommand(program: Command): void {
  program.command('convert').argument('<network>', 'an .onnx or .bloom file')
    .description('write the network as a .bloom file, with .npy files of its large constants beside it')
    .requiredOption('-o, --output <folder>', 'folder to write')
    .action(async (file: string, { output }: { readonly output: string }) => {
      const graph = await loadNetwork(file);
      const { text, files } = bloomOf(graph);
      const name = `${identifier(graph.name)}.bloom`;
      const marker = `${JSON.stringify({ network: graph.name, program: name }, null, 2)}\n`;
      writeFolder(output, new Map<string, string | Uint8Array>([[name, text], ...files, ['bitloom.json', marker]]));
      console.log(`wrote ${name} and ${files.size} files of constants to ${output}`);
    });
}
