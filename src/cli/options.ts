import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { userError } from '../base/diagnostic.ts';
import { readNpy, type NpyArray } from '../base/npy.ts';
import { compileNetwork, DEFAULT_STYLE, DEFAULT_TARGET, STYLES, type CompiledNetwork, type Style } from '../compiler/compile.ts';
import { loadNetwork } from '../frontend/index.ts';
import { TARGETS } from '../schedule/targets.ts';

/** Options of every command that makes hardware; the network's own wishes count where one is left out. */
export interface HardwareOptions {
  readonly style?: Style;
  readonly target?: string;
  readonly clockNs?: number;
  readonly inputType?: string;
  readonly folding?: string;
}

/** Adds the options that decide what hardware a network becomes. */
export function withHardwareOptions(command: Command): Command {
  return withInputType(command)
    .addOption(new Option('--style <style>', `streaming: folded units, weights in memories; unrolled: one inference a clock, weights in logic (default: the network's wish, or ${DEFAULT_STYLE})`)
      .choices(STYLES))
    .addOption(new Option('--target <target>', `what the hardware is made for; where it is named, xc7 and xcup bring cells of their slices (default: the network's wish, or ${DEFAULT_TARGET})`)
      .choices(TARGETS.map((target) => target.name)))
    .option('--clock-ns <ns>', 'clock period to aim for, in nanoseconds', positiveNumber)
    .option('--folding <file>', 'streaming: JSON of layer name to {"PE": n, "SIMD": m}');
}

export function withInputType(command: Command): Command {
  return command.option('--input-type <type>', 'type of the inputs where the file has no quantizer on them: fixed<16,6>, uint8, int8*0.25, bipolar');
}

/** Reads and compiles the network with a command's options. */
export async function compileWith(file: string, options: HardwareOptions): Promise<CompiledNetwork> {
  const network = await loadNetwork(file);
  const folding = options.folding === undefined ? undefined
    : { text: new TextDecoder().decode(readInput(options.folding)), fileName: basename(options.folding) };
  return compileNetwork(network, {
    style: options.style, target: options.target, clock: options.clockNs, inputType: options.inputType, folding,
  });
}

/** A file's bytes. @throws UserError where it cannot be read */
export function readInput(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw userError('cannot-read', `cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, {
      help: 'give the path of a readable file',
    });
  }
}

export function readArray(path: string): NpyArray {
  return readNpy(readInput(path), basename(path));
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number above 0 is expected');
  return value;
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) throw new InvalidArgumentError('a whole number above 0 is expected');
  return value;
}
