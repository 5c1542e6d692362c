import type { Design, Module } from '../rtl/ir.ts';
import { topModule } from '../rtl/ir.ts';
import { templateSource } from '../../hdl-templates/index.ts';
import type { ProductChoices } from '../arithmetic/product-plan.ts';
import { CARRY_CELLS } from '../arithmetic/slice-verilog.ts';
import { clockingOf, writeModule, type Clocking } from './module.ts';
import { outlineBigOperations } from './outline.ts';
import type { ClockWish } from './writer.ts';

export interface VerilogOptions {
  /** Lines that stand on top of every file. */
  readonly banner?: readonly string[];
  /** Where its slices are known, matrix-vector products and popcounts are written in its cells too, which synthesis then takes. */
  readonly target?: string;
  /** Registers inside of operations stand where they are fewest for this clock; without it, where paths are shortest. */
  readonly timing?: ClockWish;
  /** How products in cells are searched for: as when their latency was chosen. */
  readonly products?: ProductChoices;
}

/** Popcounts of so few bits are left to synthesis. */
const LARGEST_LEFT = 11;

/**
 * The design as Verilog-2005, without anything vendor-specific unless a target is given: a file `<module>.v` for each module, the
 * instantiated before the instantiating, and `.mem` files for large constant memories, which simulation and synthesis must find in their
 * working folder. Modules that are models of a hand-written template are replaced by it. Modules with state, in them or below, have ports
 * `ap_clk` and `ap_rst_n` (active low, synchronous) in front. Throws an `Error` if the design is not well formed.
 */
export function emitVerilog(design: Design, options: VerilogOptions = {}): Map<string, string> {
  const carryCell = CARRY_CELLS[options.target ?? ''];
  const { modules } = outlineBigOperations(design, carryCell === undefined ? {} : { widestInline: LARGEST_LEFT, agreements: true, operations: true });
  const byName = new Map<string, Module>(modules.map(module => [module.name, module]));
  const clocking = new Map<string, Clocking>();
  const files = new Map<string, string>();
  const banner = (options.banner ?? []).map(line => `// ${line}\n`).join('');
  for (const module of modules) {
    clocking.set(module.name, clockingOf(module, clocking));
    if (module.template !== undefined) files.set(`${module.template.name}.v`, templateSource(module.template.name));
    if (module.template !== undefined && module.name !== topModule(design).name) continue;
    const { text, memoryFiles } = writeModule(module.template === undefined ? module : wrapper(module), byName, clocking, carryCell, options.timing, options.products);
    files.set(`${module.name}.v`, banner + text);
    memoryFiles.forEach((contents, name) => files.set(name, contents));
  }
  return files;
}

/** A template on top of the design: a module with fixed parameters that instantiates it. */
function wrapper(module: Module): Module {
  const inputs = module.ports.filter(port => port.direction === 'input');
  const outputs = module.ports.filter(port => port.direction === 'output');
  return {
    name: module.name,
    comment: module.comment,
    nodes: [
      ...inputs.map(({ name, width }) => ({ op: 'input', name, width }) as const),
      ...outputs.map(({ name, width }) => (
        { op: 'instance-output', name: `unit_${name}`, width, instance: 0, port: name } as const
      )),
    ],
    ports: [...inputs, ...outputs].map((port, signal) => ({ ...port, signal })),
    instances: [
      { name: 'unit', module: module.name, inputs: Object.fromEntries(inputs.map((port, signal) => [port.name, signal])) },
    ],
  };
}
