import type { Command } from 'commander';
import { userError } from '../base/diagnostic.ts';
import { lowerNetwork, type CompiledNetwork, type LoweredNetwork } from '../compiler/compile.ts';
import { samplesOf } from '../compiler/engines.ts';
import type { Sample } from '../compiler/host.ts';
import { describeRung } from '../compiler/ladder.ts';
import { randomSamples } from '../compiler/samples.ts';
import { verify } from '../compiler/verify.ts';
import { loadNetwork } from '../frontend/index.ts';
import { sizeOf } from '../graph/tensor.ts';
import { compileWith, positiveInteger, readArray, withHardwareOptions, type HardwareOptions } from './options.ts';
import { Progress } from './progress.ts';

interface Options extends HardwareOptions {
  readonly input?: string;
  readonly expect?: string;
  readonly samples?: number;
  readonly load?: string;
  readonly netlist?: boolean;
  readonly json?: boolean;
}

/** Samples that a command takes where the user names no number. */
const DEFAULT_SAMPLES = 20;

export function addVerifyCommand(program: Command): void {
  withHardwareOptions(program.command('verify').argument('<network>', 'an .onnx or .bloom file'))
    .description('compare all engines bit by bit and cycle by cycle: graph, fixed, RTL evaluator, emulator, Verilator, netlist')
    .option('--input <file>', '.npy of samples; made-up ones where absent')
    .option('--expect <file>', '.npy of the outputs that the samples must have')
    .option('--samples <count>', `samples to take (default: ${DEFAULT_SAMPLES})`, positiveInteger)
    .option('--load <network>', 'with --runtime-weights: another network of the same layers, to be written and verified; made-up weights where absent')
    .option('--netlist', 'synthesize and simulate the netlist too')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (file: string, options: Options) => {
      const compiled = await compileWith(file, options);
      const samples = takeSamples(compiled, options);
      const progress = new Progress(true);
      const verification = await verify(compiled, samples, {
        rtlSamples: Math.min(2, samples.length), verilatorSamples: samples.length, netlistSamples: samples.length,
        netlist: options.netlist === true, expected: readExpected(options.expect, samples.length, options.input), progress: progress.report,
        ...(options.load === undefined ? {} : { other: await otherNetwork(options.load, compiled) }),
      });
      progress.stop();
      const failed = verification.rungs.some((rung) => rung.status === 'failed');
      if (options.json === true) {
        console.log(JSON.stringify({ network: compiled.graph.name, style: compiled.accelerator.style, target: compiled.target.name, passed: !failed, rungs: verification.rungs, notes: compiled.notes }));
      } else {
        for (const note of compiled.notes) console.log(`note: ${note}`);
        for (const rung of verification.rungs) console.log(`${rung.name.padEnd(36)} ${describeRung(rung)}`);
      }
      if (failed) process.exitCode = 1;
    });
}

function takeSamples(compiled: CompiledNetwork, { input, samples = DEFAULT_SAMPLES }: Options): Sample[] {
  return input === undefined ? randomSamples(compiled, samples) : samplesOf(compiled, readArray(input), input).slice(0, samples);
}

async function otherNetwork(file: string, { loadable }: CompiledNetwork): Promise<LoweredNetwork> {
  if (loadable === undefined) throw userError('runtime-weights', '--load without weights that can be written', { help: 'add --runtime-weights all' });
  return lowerNetwork(await loadNetwork(file), loadable);
}

function readExpected(path: string | undefined, samples: number, input: string | undefined): Float64Array[][] | undefined {
  if (path === undefined) return undefined;
  if (input === undefined) throw userError('expectation', '--expect needs the samples that it belongs to', { help: 'add --input FILE.npy' });
  const { shape, data } = readArray(path);
  const size = sizeOf(shape.slice(1));
  if (shape.length === 0 || shape[0] < samples) {
    throw userError('expectation', `outputs of ${shape[0] ?? 1} samples where ${samples} are compared`, { origin: path, help: 'take fewer with --samples' });
  }
  return Array.from({ length: samples }, (_, s) => [data.slice(s * size, (s + 1) * size)]);
}
