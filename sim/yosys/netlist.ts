import { portsOf } from '../../codegen/testbench/ports.ts';
import { findSynthesisTarget } from './targets.ts';
import type { SynthesisReport } from './synthesize.ts';
import { runInWorker } from './worker.ts';

/** A netlist that can be simulated in place of its source, or why there is none. */
export type SimulatableNetlist = { readonly files: ReadonlyMap<string, string> } | { readonly skipped: string };

/** Cells without a simulation model in Yosys. */
const WITHOUT_MODEL = /^(RAMB|URAM|DSP48E[12]$|MULT18|ALU54|DP16KD|PDPW16KD)/;

/**
 * The netlist after synthesis as Verilog that Verilator reads: Yosys joins it with its own models of the target's cells and writes both
 * as plain logic. The top module has the name and the ports that it had before.
 */
export async function netlistForSimulation(report: SynthesisReport): Promise<SimulatableNetlist> {
  const missing = Object.keys(report.cells).filter((cell) => WITHOUT_MODEL.test(cell));
  if (missing.length > 0) return { skipped: `Yosys has no simulation model of ${missing.join(', ')}` };
  const target = findSynthesisTarget(report.target);
  const files = Object.fromEntries(report.netlists.map((netlist, i) => [`netlist_${i}.v`, netlist]));
  const script = [
    ...target.models.map((model) => `read_verilog -icells -D NO_ICE40_DEFAULT_ASSIGNMENTS +/${model}`),
    `read_verilog -icells -overwrite ${Object.keys(files).join(' ')}`,
    `hierarchy -check -top ${report.top}_netlist`,
    'proc -noopt',
    'write_verilog -noattr simulation.v',
  ].join('; ');
  const answer = await runInWorker(['-q', '-p', script], files, 600);
  return { files: new Map([[`${report.top}.v`, wrapper(report)], [`${report.top}_netlist.v`, answer.files['simulation.v']]]) };
}

/** The top module with its old name around the netlist; lint is not what a netlist is written for. */
function wrapper({ top, topSource }: SynthesisReport): string {
  const ports = portsOf(topSource, top);
  const declarations = ports.map(({ name, direction, width }) => `  ${direction} wire ${width === 1 ? '' : `[${width - 1}:0] `}${name}`);
  return [
    `// ${top} after synthesis.`, '/* verilator lint_off DECLFILENAME */', `module ${top} (`, declarations.join(',\n'), ');',
    `  ${top}_netlist netlist (`, ports.map(({ name }) => `    .${name}(${name})`).join(',\n'), '  );', 'endmodule', '',
  ].join('\n');
}
