import type { Command } from 'commander';
import { packageOf } from '../compiler/package.ts';
import { rightAnswers } from '../compiler/accuracy.ts';
import { samplesOf } from '../compiler/engines.ts';
import { predictBestSpeed, predictSpeed, speedOf } from '../compiler/latency.ts';
import { describeRung } from '../compiler/ladder.ts';
import { describeResources, resourceRows } from '../compiler/resources.ts';
import { verify } from '../compiler/verify.ts';
import { synthesisTable } from '../../sim/yosys/report.ts';
import { compileWith, positiveInteger, readArray, withHardwareOptions, type HardwareOptions } from './options.ts';
import { expectWritable, writeFolder } from './output.ts';
import { Progress } from './progress.ts';
import { layerTable, savingLines } from './tables.ts';

interface Options extends HardwareOptions {
  readonly input: string;
  readonly labels?: string;
  readonly output: string;
  readonly simulated: number;
}

export function addReportCommand(program: Command): void {
  withHardwareOptions(program.command('report').argument('<network>', 'an .onnx or .bloom file'))
    .description('everything at once: compile, emulate, simulate, synthesize, compare all of them, and print one screen')
    .requiredOption('--input <file>', '.npy of samples')
    .requiredOption('-o, --output <folder>', 'folder for Verilog, testbench and report')
    .option('--labels <file>', '.npy of class numbers, to print the accuracy')
    .option('--simulated <count>', 'samples for Verilator and the netlist', positiveInteger, 20)
    .action(async (file: string, options: Options) => {
      expectWritable(options.output);
      const progress = new Progress(true);
      const compiled = await compileWith(file, options);
      const samples = samplesOf(compiled, readArray(options.input), options.input);
      const verification = await verify(compiled, samples, {
        rtlSamples: 2, verilatorSamples: Math.min(options.simulated, samples.length), netlistSamples: Math.min(options.simulated, samples.length),
        netlist: true, progress: progress.report,
      });
      progress.stop();
      const { accelerator, graph, target, clock } = compiled;
      const lines = [`${graph.name}: ${accelerator.style} accelerator for ${target.name}, clock ${clock} ns`, ''];
      if (options.labels !== undefined) {
        const right = rightAnswers(verification.results, readArray(options.labels).data, options.labels);
        lines.push(`accuracy    ${((100 * right) / samples.length).toFixed(2)} % (${right} of ${samples.length})`);
      }
      const predicted = predictSpeed(accelerator.network);
      const best = predictBestSpeed(accelerator.network);
      const least = (cycles?: number): string => (cycles === undefined ? '' : ` where all elements change, ${cycles} where none does`);
      lines.push(
        `latency     ${predicted.latency} cycles predicted${least(best?.latency)}`, `interval    ${predicted.interval} cycles predicted${least(best?.interval)}`,
      );
      const { simulation } = verification;
      if (simulation !== undefined) {
        const measured = speedOf(simulation.times, simulation.samples.length);
        lines[lines.length - 2] += `, ${measured.latency} measured`;
        lines[lines.length - 1] += `, ${measured.interval} measured: ${Math.round(1e9 / (measured.interval * clock)).toLocaleString('en-US')} inferences/s`;
      }
      if (compiled.decision !== undefined) lines.push(`folding     ${compiled.decision}`);
      for (const note of compiled.notes) lines.push(`note        ${note}`);
      for (const line of savingLines(compiled)) lines.push(`pass        ${line}`);
      lines.push('', layerTable(compiled), '');
      if (verification.synthesis !== undefined) {
        lines.push(synthesisTable(verification.synthesis), '');
        const rows = resourceRows(accelerator, verification.synthesis.children);
        if (rows.length > 0) lines.push(describeResources(rows), '');
      }
      for (const rung of verification.rungs) lines.push(`${rung.name.padEnd(36)} ${describeRung(rung)}`);
      const text = `${lines.join('\n')}\n`;

      const files = new Map<string, string | Uint8Array>(packageOf(compiled, samples.slice(0, options.simulated)));
      files.set('report.txt', text);
      files.set('report.json', `${JSON.stringify({ predicted, rungs: verification.rungs, layers: accelerator.layers }, null, 2)}\n`);
      writeFolder(options.output, files);
      process.stdout.write(`${text}\nwrote ${files.size} files to ${options.output}\n`);
      if (verification.rungs.some((rung) => rung.status === 'failed')) process.exitCode = 1;
    });
}
