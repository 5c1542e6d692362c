#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { formatDiagnostic, UserError } from '../base/diagnostic.ts';
import { withExcerpt } from './excerpt.ts';
import { addCompileCommand } from './compile.ts';
import { addConvertCommand } from './convert.ts';
import { addDebugCommand } from './debug.ts';
import { addFmtCommand } from './fmt.ts';
import { addInspectCommand } from './inspect.ts';
import { addQuantizeCommand } from './quantize.ts';
import { addReportCommand } from './report.ts';
import { addRunCommand } from './run.ts';
import { addSynthCommand } from './synth.ts';
import { addVerifyCommand } from './verify.ts';
import { addWeightsCommand } from './weights.ts';

/** Exit codes: 0 done, 1 the input is at fault (or engines differ), 2 the command line is. */
async function main(args: readonly string[]): Promise<void> {
  const program = new Command('bitloom')
    .description('compiles quantized neural networks to Verilog that computes exactly the same numbers')
    .showHelpAfterError('(bitloom --help lists the commands)')
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  const commands = [
    addCompileCommand, addRunCommand, addVerifyCommand, addSynthCommand, addInspectCommand, addReportCommand, addDebugCommand,
    addQuantizeCommand, addWeightsCommand, addFmtCommand, addConvertCommand,
  ];
  for (const add of commands) add(program);
  // Subcommands are created before they inherit the override.
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(args as string[], { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error, args);
  }
}

function exitCodeOf(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    for (const diagnostic of error.diagnostics) console.error(formatDiagnostic(withExcerpt(diagnostic, args)));
    return 1;
  }
  const { message } = error as Error;
  console.error(`error[internal]: ${message}\n  help: this is a fault of bitloom; please report it with the network that shows it`);
  if (process.env.BITLOOM_DEBUG !== undefined) console.error((error as Error).stack);
  return 1;
}

await main(process.argv.slice(2));
