import { describe, expect, it } from 'vitest';
import { ModuleBuilder } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import { topModule, type Design, type Module } from '../../codegen/rtl/ir.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { blockFifo, streamFifo, templates, templateSource } from '../../hdl-templates/index.ts';
import { buildVerilator, lintVerilog, runCycles } from '../../sim/verilator/index.ts';
import { Random } from '../verilog/random.ts';
import { withVerilator } from '../verilog/verilator.ts';

const WIDTHS = [1, 8, 33, 70];
const SIZES = [1, 2, 3, 4, 5, 7, 8, 16, 17];
/** Sizes tried with each width; all of them come up. */
const SIZES_EACH = 4;

/** Every template with many parameter values; parameters beside WIDTH are sizes. */
function models(): Module[] {
  return templates.flatMap(template => {
    const sizes = template.parameters.filter(({ name }) => name !== 'WIDTH');
    return WIDTHS.flatMap((WIDTH, index) => (sizes.length === 0 ? [{ WIDTH }] : Array.from({ length: SIZES_EACH }, (_, place) => (
      { WIDTH, ...Object.fromEntries(sizes.map(({ name }) => [name, SIZES[(place * WIDTHS.length + index) % SIZES.length]])) }
    )))).map(parameters => template.model(parameters));
  });
}

/** All models side by side, each with ports of its own. */
function sideBySide(modules: readonly Module[]): Design {
  const b = new ModuleBuilder('side_by_side', ['Templates under test.']);
  for (const module of modules) {
    const ports = module.ports.filter(port => port.direction === 'input');
    const inputs = Object.fromEntries(ports.map(({ name, width }) => [name, b.input(`${module.name}_${name}`, width)]));
    const outputs = b.instance(`${module.name}_unit`, module, inputs);
    for (const [port, signal] of Object.entries(outputs)) b.output(`${module.name}_${port}`, signal);
  }
  return { modules: [...modules, b.finish()] };
}

describe('hand-written modules', () => {
  const design = sideBySide(models());

  const named = templates.map(template => [template.name, template] as const);
  it.each(named)('%s declares what its manifest says', (name, template) => {
    const text = templateSource(name);
    const head = text.slice(text.indexOf('module '), text.indexOf(');\n'));
    const declared = head.matchAll(/^ {2}(input|output) +\w+ +(?:\[[^\]]*\] +)?(\w+)/gm);
    const ports = [...declared].map(([, direction, port]) => `${direction} ${port}`);
    expect(ports).toEqual(['input ap_clk', 'input ap_rst_n', ...template.ports.map(port => `${port.direction} ${port.name}`)]);
    for (const parameter of template.parameters) expect(head).toMatch(new RegExp(`parameter ${parameter.name} =`));
    const model = template.model(Object.fromEntries(template.parameters.map(parameter => [parameter.name, 4])));
    const names = (direction: string) => template.ports.filter(port => port.direction === direction).map(port => port.name);
    for (const direction of ['input', 'output']) {
      expect(model.ports.filter(port => port.direction === direction).map(port => port.name)).toEqual(names(direction));
    }
    expect(() => template.model({ WIDTH: 0, DEPTH: 2, RATIO: 2 })).toThrow('WIDTH');
  });

  it.each([1, 2, 3, 5, 8])('block_fifo of %i words does what stream_fifo does', (DEPTH) => {
    const random = new Random(DEPTH);
    const [plain, block] = [streamFifo, blockFifo].map((template) => evaluateDesign({ modules: [template.model({ WIDTH: 8, DEPTH })] }));
    for (let cycle = 0; cycle < 600; cycle++) {
      const [speed, chance] = [[90, 20, 50][Math.floor(cycle / 40) % 3], [50, 90, 90, 10][Math.floor(cycle / 60) % 4]];
      const [valid, ready, data] = [random.chance(speed) ? 1n : 0n, random.chance(chance) ? 1n : 0n, random.value(8)];
      for (const simulator of [plain, block]) {
        simulator.input('in_valid').set(valid);
        simulator.input('out_ready').set(ready);
        simulator.input('in_data').set(data);
        simulator.settle();
      }
      for (const port of ['in_ready', 'out_valid', 'count', 'out_data']) {
        if (port === 'out_data' && plain.signal('out_valid').get() === 0n) continue;
        expect(block.signal(port).get(), `${port} in cycle ${cycle}`).toBe(plain.signal(port).get());
      }
      plain.clock();
      block.clock();
    }
  });

  withVerilator('pass the linter', async () => {
    expect(await lintVerilog(emitVerilog(design), 'side_by_side')).toEqual([]);
  });

  withVerilator('do in every cycle what their models do', async () => {
    const cycles = 400;
    const random = new Random(5);
    // Phases of full speed, of slow senders and of slow receivers, so that everything fills up and runs dry.
    const speed = (port: string, cycle: number): number => {
      const phase = Math.floor(cycle / 50) % 4;
      return port.endsWith('in_valid') ? [100, 30, 90, 60][phase] : [100, 90, 20, 50][phase];
    };
    const inputs: Record<string, bigint[]> = {};
    for (const { name, width, direction } of topModule(design).ports) {
      if (direction === 'output') continue;
      inputs[name] = Array.from({ length: cycles }, (_, cycle) => (
        name.endsWith('data') ? random.value(width) : random.chance(speed(name, cycle)) ? 1n : 0n
      ));
    }
    const reset = Array.from({ length: cycles }, (_, cycle) => cycle > 2 && !random.chance(1));
    const model = await buildVerilator(emitVerilog(design), 'side_by_side');
    const { outputs } = await runCycles(model, { inputs, cycles, reset });

    const simulator = evaluateDesign(design);
    const drivers = Object.keys(inputs).map(name => ({ name, port: simulator.input(name) }));
    const readers = Object.keys(outputs).map(name => ({ name, signal: simulator.signal(name) }));
    const wrong = new Set<string>();
    for (let cycle = 0; cycle < cycles; cycle++) {
      for (const { name, port } of drivers) port.set(inputs[name][cycle]);
      simulator.setReset(!reset[cycle]);
      simulator.settle();
      for (const { name, signal } of readers) if (signal.get() !== outputs[name][cycle]) wrong.add(`${name} in cycle ${cycle}`);
      simulator.clock();
    }
    expect([...wrong].slice(0, 5)).toEqual([]);
  });
});
