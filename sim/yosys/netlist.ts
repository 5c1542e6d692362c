import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NetlistPort } from './rtlil.ts';
import { netlistVerilog, type SynthesisReport } from './synthesize.ts';
import { SYNTHESIS_TARGETS } from './targets.ts';

export type SimulationNetlist =
  /** Verilog files by name; `<top>.v` holds a module with the design's name and ports. */
  | { readonly files: Map<string, string> }
  /** Why the netlist cannot be simulated. */
  | { readonly skipped: string };

/** The netlist after synthesis with models of the target's cells, for the same simulations as the design's own Verilog. */
export function netlistForSimulation(report: SynthesisReport): SimulationNetlist {
  const files = SYNTHESIS_TARGETS[report.target].models.map((name): [string, string] => [name, modelText(name)]);
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
  const declarations = ports.map(port => `  ${port.direction} wire ${port.width === 1 ? '' : `[${port.width - 1}:0] `}${port.name}`);
  const connections = ports.map(port => `    .${port.name}(${port.name})`);
  return [
    `// ${name} after synthesis.`,
    `module ${name} (`, declarations.join(',\n'), ');', `  ${inner} netlist (`, connections.join(',\n'), '  );', 'endmodule', '',
  ].join('\n');
}

function modelText(name: string): string {
  // Compiled code stands in dist/sim/yosys; the Verilog stays in the source tree.
  const places = [`./models/${name}`, `../../../sim/yosys/models/${name}`].map(path => fileURLToPath(new URL(path, import.meta.url)));
  const place = places.find(path => existsSync(path));
  if (place === undefined) throw new Error(`${name} is missing among the cell models`);
  return readFileSync(place, 'utf8');
}
