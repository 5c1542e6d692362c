import type { NetlistPort } from './rtlil.ts';
import { netlistVerilog, type SynthesisReport } from './synthesize.ts';
import { SYNTHESIS_TARGETS } from './targets.ts';
import { verilogFile } from './verilog-file.ts';

export type SimulationNetlist =
  /** Verilog files by name; `<top>.v` holds a module with the design's name and ports. */
  | { readonly files: Map<string, string> }
  /** Why the netlist cannot be simulated. */
  | { readonly skipped: string };

/** The netlist after synthesis with models of the target's cells, for the same simulations as the design's own Verilog. */
export function netlistForSimulation(report: SynthesisReport): SimulationNetlist {
  const files = SYNTHESIS_TARGETS[report.target].models.map((name): [string, string] => [name, verilogFile(`models/${name}`)]);
  const known = new Set(files.flatMap(([, text]) => [...text.matchAll(/^module (\w+)/gm)].map(([, name]) => name)));
  const types = new Set(report.modules.flatMap(module => Object.keys(module.types)));
  const lacking = [...types].filter(type => !type.startsWith('$') && !known.has(type));
  if (lacking.length > 0) return { skipped: `there is no simulation model for ${lacking.join(', ')}` };
  const inner = `${report.top}_netlist`;
  const netlist = netlistVerilog(report).replace(new RegExp(`^module ${report.top}\\(`, 'm'), `module ${inner}(`);
  return { files: new Map([[`${report.top}.v`, shell(report.top, inner, report.ports)], [`${inner}.v`, netlist], ...files]) };
}

/** The design's name and ports around the netlist, whose own head is in the old style. */
function shell(name: string, inner: string, ports: readonly NetlistPort[]): string {
  const range = (width: number) => (width === 1 ? '' : `[${width - 1}:0] `);
  const declarations = ports.map(port => `  ${port.direction} wire ${range(port.width)}${port.name}`);
  const connections = ports.map(port => `    .${port.name}(${port.name})`);
  return [
    `// ${name} after synthesis.`,
    `module ${name} (`, declarations.join(',\n'), ');', `  ${inner} netlist (`, connections.join(',\n'), '  );', 'endmodule', '',
  ].join('\n');
}
