import { Option, type Command } from 'commander';
import { userError } from '../base/diagnostic.ts';
import { verilogOf, type CompiledNetwork } from '../compiler/compile.ts';
import { topOf } from '../compiler/engines.ts';
import { describeResources, resourceRows, resourceTable } from '../compiler/resources.ts';
import { findPart, placementJson, placementReport, PLACEMENT_DEVICES, type Part } from '../../sim/nextpnr/index.ts';
import { synthesisTable, synthesisJson } from '../../sim/yosys/report.ts';
import { estimateTiming } from '../../sim/timing/analyze.ts';
import { netlistJson, synthesize, type SynthesisReport } from '../../sim/yosys/synthesize.ts';
import { compileWith, positiveInteger, withHardwareOptions, type HardwareOptions } from './options.ts';
import { expectWritable, writeFolder } from './output.ts';
import { placeNetwork } from './place.ts';
import { Progress } from './progress.ts';
import { table } from './tables.ts';

interface Options extends HardwareOptions {
  readonly json?: boolean;
  readonly dsp?: boolean;
  readonly place?: boolean;
  readonly device: string;
  readonly package?: string;
  readonly seed: number;
  readonly attempts: number;
  readonly output?: string;
}

export function addSynthCommand(program: Command): void {
  withHardwareOptions(program.command('synth').argument('<network>', 'an .onnx or .bloom file'))
    .description('synthesize with Yosys and count the cells of every layer')
    .option('--dsp', 'let multipliers go into DSP blocks (counts only: Yosys 0.55 gets some of these netlists wrong)')
    .option('--place', 'ice40: place and route with nextpnr too, and check the clock against what the routed design allows')
    .addOption(new Option('--device <name>', '--place: part to place on').choices(PLACEMENT_DEVICES.map(({ name }) => name)).default('hx8k'))
    .option('--package <name>', '--place: its package (default: the one with the most pins)')
    .option('--seed <number>', '--place: where the placer\'s random numbers begin', positiveInteger, 1)
    .option('--attempts <count>', '--place: seeds to try, one after the other, until the clock is met', positiveInteger, 1)
    .option('-o, --output <folder>', '--place: folder for the bitstream (.bin, .asc), the netlist, its Verilog and the report')
    .option('--json', 'print one JSON object and nothing else')
    .action(async (file: string, options: Options) => {
      const part = options.place === true ? findPart(options.device, options.package) : undefined;
      if (options.output !== undefined) expectWritable(options.output);
      const compiled = await compileWith(file, options);
      if (part !== undefined) return place(compiled, part, options);
      await count(compiled, options);
    });
}

async function count(compiled: CompiledNetwork, options: Options): Promise<void> {
  const { accelerator, target, notes } = compiled;
  const progress = new Progress(true);
  const report = await synthesize(verilogOf(compiled), topOf(accelerator), {
    target: target.name, dsp: options.dsp, progress: ({ done, total }) => progress.report('synthesizing', done, total),
  });
  progress.stop();
  if (options.json === true) {
    console.log(JSON.stringify({ ...synthesisJson(report), timing: { clock: compiled.clock, ...estimateTiming(report) } }));
    return;
  }
  for (const note of notes) console.log(`note: ${note}`);
  console.log(`${synthesisTable(report)}\n\n${describeTiming(compiled, report)}`);
  const rows = resourceRows(accelerator, report.children);
  if (rows.length > 0) console.log(`\n${table(resourceTable(rows))}\n${describeResources(rows)}`);
}

/** What the delay model sees in the netlist, before any placement. */
function describeTiming({ clock, accelerator }: CompiledNetwork, report: SynthesisReport): string {
  const { delay, from, to, tables, carries } = estimateTiming(report);
  const inside = (name: string): string => name.replace(/^accelerator\./, '').replace(accelerator.style === 'unrolled' ? /^core\./ : '', '').replace(/_SB_.*|_(FD[RSCP]E|TRELLIS_FF)_.*/, '');
  return `clock estimated at ${delay.toFixed(2)} ns from the netlist, ${clock} ns asked for: ${inside(from)} to ${inside(to)}, `
    + `${tables} tables and ${carries} carry cells`;
}

/** Ends with exit code 1 where the clock is missed. */
async function place(compiled: CompiledNetwork, part: Part, { seed, attempts, output, json }: Options): Promise<void> {
  if (compiled.target.name !== 'ice40') {
    throw userError('no-placement', `there is no placement for ${compiled.target.name}`, { help: 'take --target ice40' });
  }
  const progress = new Progress(true);
  const { synthesis, placement, notes, verilog, top } = await placeNetwork(compiled, part, { seed, attempts }, progress);
  progress.stop();
  const summary = { ...synthesisJson(synthesis), placement: placementJson(placement) };
  const text = [
    ...[...compiled.notes, ...notes].map((note) => `note: ${note}`), synthesisTable(synthesis), '', describeTiming(compiled, synthesis), '', placementReport(placement),
  ].join('\n');
  if (output !== undefined) {
    writeFolder(output, new Map<string, string | Uint8Array>([
      ['bitloom.json', `${JSON.stringify({ network: compiled.graph.name, top, ...summary }, null, 2)}\n`], ['report.txt', `${text}\n`],
      [`${top}.bin`, placement.bitstream], [`${top}.asc`, placement.ascii], [`${top}.json`, netlistJson(synthesis)],
      ...[...verilog].map(([name, contents]): [string, string] => [`verilog/${name}`, contents]),
    ]));
  }
  console.log(json === true ? JSON.stringify(summary) : `${text}${output === undefined ? '' : `\n\nbitstream in ${output}/${top}.bin`}`);
  if (placement.reached > placement.clock) process.exitCode = 1;
}
