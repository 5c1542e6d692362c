import { Option, type Command } from 'commander';
import { userError } from '../base/diagnostic.ts';
import { nearest } from '../base/suggest.ts';
import { lowerNetwork } from '../compiler/compile.ts';
import { printFixed } from '../fixed/printer.ts';
import { loadNetwork } from '../frontend/index.ts';
import { printGraph } from '../graph/printer.ts';
import { DEFAULT_PIPELINE } from '../passes/pipeline.ts';
import { printDesign } from '../../codegen/rtl/printer.ts';
import { compileWith, withHardwareOptions, type HardwareOptions } from './options.ts';

interface Options extends HardwareOptions {
  readonly stage: 'graph' | 'fixed' | 'rtl';
  readonly printAfter?: string;
  readonly complete?: boolean;
}

export function addInspectCommand(program: Command): void {
  withHardwareOptions(program.command('inspect').argument('<network>', 'an .onnx or .bloom file'))
    .description('print the network as the compiler sees it')
    .addOption(new Option('--stage <stage>', 'graph: as the author wrote it; fixed: integers with ranges; rtl: hardware')
      .choices(['graph', 'fixed', 'rtl']).default('fixed'))
    .option('--print-after <pass>', `the integers after a pass: ${['lower', ...DEFAULT_PIPELINE].join(', ')}`)
    .option('--complete', 'every number: texts of the stages fixed and rtl then read back to equal ones')
    .action(async (file: string, options: Options) => {
      if (options.printAfter !== undefined) {
        console.log(await printAfter(file, options.printAfter, options));
      } else if (options.stage === 'rtl') {
        console.log(printDesign((await compileWith(file, options)).accelerator.design, { abbreviate: options.complete !== true }));
      } else if (options.stage === 'graph') {
        console.log(printGraph(await loadNetwork(file)));
      } else {
        console.log(printFixed(lowerNetwork(await loadNetwork(file), { ...options, isFolded: options.folding !== undefined }).fixed, options));
      }
    });
}

async function printAfter(file: string, pass: string, options: Options): Promise<string> {
  const names = ['lower', ...DEFAULT_PIPELINE];
  if (!names.includes(pass)) {
    const near = nearest(pass, names);
    throw userError('pass', `no pass is called ${pass}`, { help: near === undefined ? `use one of ${names.join(', ')}` : `did you mean ${near}?` });
  }
  if (options.without?.includes(pass) === true) {
    throw userError('pass', `${pass} is left out`, { help: 'take it out of --without, or print after another pass' });
  }
  let text = '';
  lowerNetwork(await loadNetwork(file), { ...options, isFolded: options.folding !== undefined, after: (name, graph) => { if (name === pass) text = printFixed(graph, options); } });
  return text;
}
