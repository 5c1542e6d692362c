import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { UserError, userError, type Diagnostic } from '../base/diagnostic.ts';
import { SourceText } from '../base/text/source.ts';
import { parseWhole } from '../frontend/text/parse.ts';
import { printProgram } from '../frontend/text/print.ts';
import { readInput } from './options.ts';
import { writeOutput } from './output.ts';

interface Options {
  readonly check?: boolean;
  readonly write?: boolean;
}

export function addFmtCommand(program: Command): void {
  program.command('fmt').argument('<files...>', '.bloom files; - for standard input')
    .description('print .bloom files in the canonical form')
    .option('--check', 'print nothing; exit code 1 and the names of files that are not in the canonical form')
    .option('--write', 'write the files anew')
    .action((files: string[], options: Options) => {
      const errors: Diagnostic[] = [];
      for (const file of files) {
        try {
          formatFile(file, options);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          errors.push(...error.diagnostics);
        }
      }
      if (errors.length > 0) throw new UserError(errors);
    });
}

function formatFile(file: string, { check, write }: Options): void {
  const standard = file === '-';
  const text = new TextDecoder().decode(standard ? readFileSync(0) : readInput(file));
  const formatted = printProgram(parseWhole(new SourceText(standard ? 'standard input' : basename(file), text)));
  if (check === true) {
    if (formatted !== text) throw userError('format', 'not in the canonical form', { origin: file, help: `bitloom fmt --write ${file}` });
  } else if (write !== true || standard) {
    process.stdout.write(formatted);
  } else if (formatted !== text) {
    writeOutput(file, formatted);
    console.log(`formatted ${file}`);
  }
}
