import { expect } from 'vitest';
import { ModuleBuilder, term } from '../../codegen/rtl/builder.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Design } from '../../codegen/rtl/ir.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { buildVerilator, runCycles } from '../../sim/verilator/index.ts';
import { withVerilator } from './verilator.ts';

/** A counter in an inner module, repeated over a wide register in which it moves on. */
function counting(width: number): Design {
  const inner = new ModuleBuilder('counter', ['Counts.']);
  const count = inner.register(32, { name: 'count', reset: 5n });
  inner.drive(count, inner.sum([term(count)], 77, 32));
  inner.output('value', count);
  const b = new ModuleBuilder('counting', ['Keeps what was counted.']);
  const value = b.instance('unit', inner.finish(), {}).value;
  const wide = b.register(width, { name: 'wide', reset: 0n });
  b.drive(wide, b.concat([value, b.slice(wide, 0, width - 32)]));
  b.output('last', b.slice(wide, width - 32, 32));
  b.output('twice', b.concat([wide, wide], { name: 'both' }));
  return { modules: [inner.finish(), b.finish()] };
}

const trace = [{ module: 'counter', signals: ['count'] }, { module: 'counting', signals: ['wide', 'both'] }];
const WIDTH = 40_000;
const CYCLES = 300;

withVerilator('wide signals and those of inner modules are read in every cycle; what cannot be read is named', async () => {
  const design = counting(WIDTH);
  const model = await buildVerilator(emitVerilog(design), 'counting', { trace });
  const reset = Array.from({ length: CYCLES }, (_, cycle) => cycle >= 3);
  const { states } = await runCycles(model, { inputs: {}, cycles: CYCLES, reset, stateTrace: ['unit.count', 'wide'] });
  const simulator = evaluateDesign(design);
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    simulator.setReset(!reset[cycle]);
    // Registers hold anything in Verilator until they are reset.
    for (const path of cycle < 3 ? [] : ['unit.count', 'wide']) expect(states[path][cycle]).toBe(simulator.signal(path).get());
    simulator.clock();
  }
  const reading = (path: string) => runCycles(model, { inputs: {}, cycles: 1, stateTrace: [path] });
  await expect(reading('unit.total')).rejects.toThrow('there is no signal TOP.counting.unit.total');
  await expect(reading('both')).rejects.toThrow('TOP.counting.both has too many bits to be read: 80000');
}, 120_000);
