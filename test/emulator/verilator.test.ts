import { describe, expect } from 'vitest';
import { flatten } from '../../codegen/rtl/flatten.ts';
import { topModule, type Design } from '../../codegen/rtl/ir.ts';
import { isState } from '../../codegen/rtl/order.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { emulate } from '../../emulator/index.ts';
import { benchDesigns } from '../../bench/emulator/designs.ts';
import { buildVerilator, runCycles } from '../../sim/verilator/index.ts';
import { withVerilator } from '../verilog/verilator.ts';
import { RandomTraffic } from './lockstep.ts';

const CYCLES = 10_000;
/** Registers without a reset start with anything in Verilator; by now all have been loaded. */
const WARM = 2000;
/** Models of which all registers can be read take minutes to build: all but the smallest are for the long suite. */
const ORDINARY = ['C'];
/** Verilator takes 20 minutes and more for it. */
const TOO_LARGE = ['kwsmlp_w3a3 unrolled'];

/** A register that the Verilog has under the same name. */
interface Register {
  readonly path: string;
  readonly module: string;
  readonly name: string;
}

/** The registers of modules that are emitted, not of hand-written ones. */
function registersOf(design: Design): Register[] {
  const flat = flatten(design);
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const emitted = new Map<string, string>();
  const visit = (name: string, prefix: string): void => {
    emitted.set(prefix, name);
    for (const instance of modules.get(name)!.instances) {
      if (modules.get(instance.module)!.template === undefined) visit(instance.module, `${prefix}${instance.name}.`);
    }
  };
  visit(topModule(design).name, '');
  const ports = new Set(topModule(design).ports.map((port) => port.name));
  return [...flat.paths].flatMap(([path, signal]) => {
    const prefix = path.slice(0, path.lastIndexOf('.') + 1);
    const module = emitted.get(prefix);
    const own = module !== undefined && isState(flat.nodes[signal]) && flat.nodes[signal].name === path && !ports.has(path);
    return own ? [{ path, module, name: path.slice(prefix.length) }] : [];
  });
}

describe('every register of the examples in every cycle, with random stalls', () => {
  for (const { name, make } of benchDesigns()) {
    const wanted = ORDINARY.includes(name) || (process.env.BITLOOM_TEST_FULL !== undefined && !TOO_LARGE.includes(name));
    withVerilator(`${name}: emulator = Verilator`, async ({ skip }) => {
      if (!wanted) skip();
      const design = await make();
      const emulator = emulate(design);
      const registers = registersOf(design);
      const paths = registers.map(({ path }) => path);
      expect(paths.length).toBeGreaterThan(5);
      const handles = paths.map((path) => emulator.signal(path));
      emulator.setReset(true);
      for (let cycle = 0; cycle < 4; cycle++) emulator.clock();
      emulator.setReset(false);
      const traffic = new RandomTraffic(design, 4, emulator);
      const ports = topModule(design).ports.filter((port) => port.direction === 'input').map((port) => port.name);
      const inputs: Record<string, bigint[]> = Object.fromEntries(ports.map((port) => [port, new Array<bigint>(4).fill(0n)]));
      const states: bigint[][] = [];
      const now = new Map(ports.map((port) => [port, 0n]));
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        for (const [port, value] of traffic.next()) now.set(port, value);
        for (const port of ports) inputs[port].push(now.get(port)!);
        states.push(handles.map((handle) => handle.get()));
        emulator.clock();
      }
      const trace = [...new Set(registers.map(({ module }) => module))].map((module) =>
        ({ module, signals: [...new Set(registers.filter((each) => each.module === module).map(({ name }) => name))] }));
      const model = await buildVerilator(emitVerilog(design), topModule(design).name, { trace });
      const reset = Array.from({ length: CYCLES + 4 }, (_, cycle) => cycle >= 4);
      const found = await runCycles(model, { inputs, cycles: CYCLES + 4, reset, stateTrace: paths });
      for (let cycle = WARM; cycle < CYCLES; cycle++) {
        paths.forEach((path, i) => {
          if (found.states[path][cycle + 4] !== states[cycle][i]) {
            throw new Error(`cycle ${cycle}: ${path} is ${states[cycle][i]} in the emulator and ${found.states[path][cycle + 4]} in Verilator`);
          }
        });
      }
    }, 3_600_000);
  }
});
