import { InvalidArgumentError, Option, type Command } from 'commander';
import { userError } from '../base/diagnostic.ts';
import { nearest } from '../base/suggest.ts';
import { writeNpy } from '../base/npy.ts';
import { accuracyOf } from '../compiler/accuracy.ts';
import type { LoweredNetwork } from '../compiler/compile.ts';
import { lowerNetwork } from '../compiler/compile.ts';
import { emulateBatch } from '../compiler/emulate-batch.ts';
import {
  buildSimulation, ENGINES, GraphEngine, samplesOf, simulate, simulateVerilog, simulatorFor, topOf, type EngineName, type SampleResult,
} from '../compiler/engines.ts';
import { runFixedBatch } from '../compiler/fixed-batch.ts';
import type { Sample } from '../compiler/host.ts';
import { speedOf } from '../compiler/latency.ts';
import { loadNetwork } from '../frontend/index.ts';
import type { Simulator } from '../../codegen/rtl/simulator.ts';
import { VcdWriter } from '../../emulator/vcd.ts';
import { compileWith, readArray, withHardwareOptions, type HardwareOptions } from './options.ts';
import { writeOutput } from './output.ts';
import { Progress } from './progress.ts';

interface Options extends HardwareOptions {
  readonly input: string;
  readonly output?: string;
  readonly engine: EngineName;
  readonly labels?: string;
  readonly vcd?: string;
  readonly trace?: readonly string[];
  readonly cycles?: CycleRange;
}

interface CycleRange { readonly first: number; readonly last: number }

function cycleRange(text: string): CycleRange {
  const [, first, last] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (first === undefined || Number(last) < Number(first)) throw new InvalidArgumentError('FIRST:LAST is expected');
  return { first: Number(first), last: Number(last) };
}

export function addRunCommand(program: Command): void {
  withHardwareOptions(program.command('run').argument('<network>', 'an .onnx or .bloom file'))
    .description('compute a data set and write the real-valued outputs')
    .requiredOption('--input <file>', '.npy of samples; the first dimension counts them')
    .option('--output <file>', '.npy to write: float64, first dimension the samples')
    .addOption(new Option('--engine <engine>', 'graph: exact reals; fixed: integers; rtl, emulator: hardware clock by clock; verilator: the Verilog')
      .choices(ENGINES).default('fixed'))
    .option('--labels <file>', '.npy of class numbers, to print the accuracy')
    .option('--vcd <file>', 'rtl and emulator: write all signals of the run as a waveform (take few samples)')
    .option('--trace <signals>', 'with --vcd: only these signals and instances, by path, separated by commas', (text: string) => text.split(','))
    .option('--cycles <first:last>', 'with --vcd: only these clock cycles, counted from the first after reset', cycleRange)
    .action(async (file: string, options: Options) => {
      const progress = new Progress(true);
      const { network, results } = await compute(file, options, progress);
      progress.stop();
      for (const note of network.notes) console.log(`note: ${note}`);
      const { graph } = network;
      if (graph.outputs.length !== 1 && options.output !== undefined) {
        throw userError('outputs', `the network has ${graph.outputs.length} outputs`, { help: 'networks with one output can be written to a file' });
      }
      const [first] = results[0].outputs;
      const shape = [results.length, ...(first.shape[0] === 1 ? first.shape.slice(1) : first.shape)];
      if (options.output !== undefined) {
        const data = Float64Array.from(results.flatMap((result) => [...result.outputs[0].values]));
        writeOutput(options.output, writeNpy(shape, data, 'f8'));
        console.log(`wrote ${options.output}: float64 [${shape.join(', ')}]`);
      }
      if (options.labels !== undefined) console.log(accuracyOf(results, readArray(options.labels).data, options.labels));
      if (options.output === undefined && options.labels === undefined) {
        results.slice(0, 10).forEach((result, i) => console.log(`sample ${i}: ${[...result.outputs[0].values].join(' ')}`));
        if (results.length > 10) console.log(`… ${results.length} samples in all; --output FILE.npy writes them`);
      }
    });
}

async function compute(file: string, options: Options, progress: Progress): Promise<{ network: LoweredNetwork; results: readonly SampleResult[] }> {
  const input = readArray(options.input);
  if (options.engine === 'graph' || options.engine === 'fixed') {
    const network = lowerNetwork(await loadNetwork(file), options);
    const samples = samplesOf(network, input, options.input);
    if (options.engine === 'fixed') return { network, results: await computeFixed(network, samples, progress) };
    const engine = new GraphEngine(network);
    return { network, results: samples.map((sample, i) => {
      progress.report(options.engine, i, samples.length);
      return engine.run(sample);
    }) };
  }
  const compiled = await compileWith(file, options);
  const samples: Sample[] = samplesOf(compiled, input, options.input);
  const { accelerator } = compiled;
  if (options.engine === 'verilator') {
    progress.report('building Verilator model', 0, 1);
    const result = await simulateVerilog(accelerator, await buildSimulation(accelerator), samples);
    return { network: compiled, results: result.samples };
  }
  if (options.engine === 'emulator' && options.vcd === undefined) {
    const { results, times, timed, cycles, threads, copies } = await emulateBatch(accelerator, samples, {
      progress: (done) => progress.report('emulator', done, samples.length),
    });
    progress.stop();
    const { latency, interval } = speedOf(times, timed);
    console.log(`latency ${latency} cycles, one inference every ${interval} cycles; ${cycles} cycles in all on ${threads} thread${threads === 1 ? '' : 's'}`
      + (copies === 1 ? '' : `, ${copies} copies side by side on each`));
    return { network: compiled, results };
  }
  const simulator = simulatorFor(accelerator, options.engine);
  const trace: string[] = [];
  const vcd = options.vcd === undefined ? undefined : tracer(simulator, topOf(accelerator), options.trace, (text) => trace.push(text));
  const { first, last } = options.cycles ?? { first: 0, last: Infinity };
  const onCycle = (cycle: number): void => { if (cycle >= first && cycle <= last) vcd!.sample(cycle); };
  const result = simulate(accelerator, simulator, samples, vcd === undefined ? {} : { onCycle });
  if (vcd !== undefined) {
    vcd.finish();
    writeOutput(options.vcd!, trace.join(''));
    console.log(`wrote ${options.vcd}: ${result.times.outputs[0].length} output beats, ${options.trace?.join(', ') ?? 'all signals'}`);
  }
  const { latency, interval } = speedOf(result.times, samples.length);
  console.log(`latency ${latency} cycles, one inference every ${interval} cycles`);
  return { network: compiled, results: result.samples };
}

/** The fixed-point graph on all threads, with the speed that it had. */
async function computeFixed(network: LoweredNetwork, samples: readonly Sample[], progress: Progress): Promise<SampleResult[]> {
  const started = performance.now();
  const { results, plain, threads } = await runFixedBatch(network.fixed, samples, { progress: (done) => progress.report('fixed', done, samples.length) });
  const seconds = (performance.now() - started) / 1000;
  progress.stop();
  console.log(`${samples.length} samples, ${Math.round(samples.length / seconds)} a second on ${threads} thread${threads === 1 ? '' : 's'}`);
  if (plain !== undefined) console.log(`note: computed by the plain evaluator: ${plain}`);
  return results;
}

/** @throws UserError where a name selects nothing */
function tracer(simulator: Simulator, top: string, only: readonly string[] | undefined, write: (text: string) => void): VcdWriter {
  const paths = [...simulator.signals()].map(({ path }) => path);
  for (const name of only ?? []) {
    if (paths.some((path) => path === name || path.startsWith(`${name}.`))) continue;
    const close = nearest(name, paths);
    throw userError('trace', `no signal or instance is called ${name}`, { help: close === undefined ? 'names are paths from the top module: unit.sum_0' : `did you mean ${close}?` });
  }
  return new VcdWriter(simulator, write, { top, ...(only === undefined ? {} : { only }) });
}
