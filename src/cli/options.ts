import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { userError } from '../base/diagnostic.ts';
import { readNpy, type NpyArray } from '../base/npy.ts';
import { meant, nearest } from '../base/suggest.ts';
import {
  compileNetwork, DEFAULT_STYLE, DEFAULT_TARGET, REQUANTIZATIONS, STYLES, type CompiledNetwork, type CompileOptions, type Requantization, type Style,
} from '../compiler/compile.ts';
import { compileForGoal } from '../compiler/clock-goal.ts';
import { loadNetwork } from '../frontend/index.ts';
import { OPTIMIZATIONS } from '../compiler/optimizations.ts';
import type { Wishes } from '../graph/ir.ts';
import type { Resources } from '../schedule/devices.ts';
import type { FoldingGoal } from '../schedule/folding.ts';
import { WEIGHT_MEMORIES, type WeightMemory } from '../schedule/plan.ts';
import { findTarget, TARGETS } from '../schedule/targets.ts';

/** Options of every command that makes hardware; the network's own wishes count where one is left out. */
export interface HardwareOptions {
  readonly style?: Style;
  readonly target?: string;
  readonly clockNs?: number;
  readonly maxFrequency?: boolean;
  readonly latency?: number;
  readonly inputType?: string;
  readonly folding?: string;
  readonly requantize?: Requantization;
  readonly without?: readonly string[];
  readonly effort?: number;
  readonly fps?: number;
  readonly interval?: number;
  readonly budget?: Partial<Resources>;
  readonly runtimeWeights?: 'all' | readonly string[];
  readonly weightMemory?: WeightMemory;
}

/** Adds the options that decide what hardware a network becomes. */
export function withHardwareOptions(command: Command): Command {
  return withInputType(command)
    .addOption(new Option('--style <style>',
      'streaming: folded units, weights in memories; unrolled: one inference a clock, weights in logic '
      + `(default: the network's wish, or ${DEFAULT_STYLE})`)
      .choices(STYLES))
    .addOption(new Option('--target <target>', `what the hardware is made for; where it is named, xc7 and xcup bring cells of their slices (default: the network's wish, or ${DEFAULT_TARGET})`)
      .choices(TARGETS.map((target) => target.name)))
    .option('--effort <rounds>', 'rounds of search for smaller products in cells of slices, each about as long as the first attempt (default: 0)', positiveInteger)
    .option('--clock-ns <ns>', 'clock period to aim for, in nanoseconds', positiveNumber)
    .addOption(new Option('--max-frequency', 'aim for the shortest clock period that registers can make').conflicts(['clockNs', 'latency', 'fps']))
    .addOption(new Option('--latency <cycles>', 'aim for the shortest clock period at which a result takes so many cycles at most')
      .argParser(positiveInteger).conflicts(['clockNs', 'fps']))
    .addOption(new Option('--fps <count>', 'streaming: the least hardware that takes so many frames a second')
      .argParser(positiveNumber).conflicts(['interval', 'budget']))
    .addOption(new Option('--interval <cycles>', 'streaming: the least hardware that takes a frame every so many clock cycles')
      .argParser(positiveInteger).conflicts(['fps', 'budget']))
    .addOption(new Option('--budget <parts>', 'streaming: the fastest that fits: lut=20000,ff=…,bram=…,dsp=…').argParser(parseBudget).conflicts(['fps', 'interval']))
    .addOption(new Option('--runtime-weights <layers>', 'streaming: weights and quantizers that can be written over AXI4-Lite: all, or layers by name: fc1,fc2')
      .argParser(parseLayers))
    .addOption(new Option('--weight-memory <kind>', 'streaming: where weights lie (default: where they cost less)').choices(WEIGHT_MEMORIES))
    .option('--folding <file>', 'streaming: JSON of layer name to {"PE": n, "SIMD": m, "inFIFODepths": [beats], "ram_style": "block", "sparse": true, "delta": true, "runtime_writeable_weights": 1}');
}

export function withInputType(command: Command): Command {
  return command.option('--input-type <type>', 'type of the inputs where the file has no quantizer on them: fixed<16,6>, uint8, int8*0.25, bipolar')
    .addOption(new Option('--requantize <rule>', 'int8 layers: exact, as the file says; or rounded twice, as the kernels of TensorFlow Lite do')
      .choices(REQUANTIZATIONS).default('exact'))
    .addOption(new Option('--without <optimizations>', `leave out, by name: ${OPTIMIZATIONS.map(({ name }) => name).join(', ')}`).argParser(parseOptimizations));
}

/** Reads and compiles the network with a command's options. */
export async function compileWith(file: string, options: HardwareOptions): Promise<CompiledNetwork> {
  const network = await loadNetwork(file);
  const folding = options.folding === undefined ? undefined
    : { text: new TextDecoder().decode(readInput(options.folding)), fileName: basename(options.folding) };
  const goal = goalOf(options, network.wishes);
  const compileOptions: CompileOptions = {
    style: options.style, target: options.target, clock: options.clockNs, inputType: options.inputType, requantize: options.requantize, folding,
    ...(goal === undefined ? {} : { goal }),
    runtimeWeights: options.runtimeWeights, weightMemory: options.weightMemory, without: options.without, effort: options.effort,
  };
  if (options.maxFrequency === true) return compileForGoal(network, compileOptions, { kind: 'max-frequency' });
  if (options.latency !== undefined) return compileForGoal(network, compileOptions, { kind: 'latency', cycles: options.latency });
  return compileNetwork(network, compileOptions);
}

function goalOf({ fps, interval, budget, target, clockNs }: HardwareOptions, wishes: Wishes = {}): FoldingGoal | undefined {
  if (interval !== undefined) return { kind: 'interval', cycles: interval };
  const clock = clockNs ?? wishes.clock ?? findTarget(target ?? wishes.target ?? DEFAULT_TARGET)?.defaultClock ?? 1;
  if (fps !== undefined) return { kind: 'interval', cycles: Math.floor(1e9 / clock / fps) };
  if (budget === undefined) return undefined;
  const parts = Object.entries(budget).map(([kind, amount]) => `${amount.toLocaleString('en-US')} ${kind}`);
  return { kind: 'budget', budget, what: `the budget of ${parts.join(', ')}` };
}

/** `lut=20000,bram=30` by kind. */
function parseBudget(text: string): Partial<Resources> {
  const budget: Partial<Record<keyof Resources, number>> = {};
  for (const part of text.split(',')) {
    const [, kind, amount] = /^(lut|ff|bram|dsp)=(\d+(?:\.5)?)$/.exec(part.trim()) ?? [];
    if (kind === undefined) throw new InvalidArgumentError(`"${part}" is no part of a budget: write lut=20000,ff=40000,bram=30,dsp=0`);
    budget[kind as keyof Resources] = Number(amount);
  }
  return budget;
}

/** @throws InvalidArgumentError with the nearest name where nothing is called so */
function parseOptimizations(text: string): readonly string[] {
  const names = OPTIMIZATIONS.map(({ name }) => name);
  return text.split(',').map((part) => {
    const name = part.trim();
    if (!names.includes(name)) throw new InvalidArgumentError(`"${name}" is none of them: ${meant(nearest(name, names), `write ${names[0]},${names[1]}`)}`);
    return name;
  });
}

function parseLayers(text: string): 'all' | readonly string[] {
  return text === 'all' ? 'all' : text.split(',').map((name) => name.trim()).filter((name) => name !== '');
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
