import { emitVerilog } from '../../../codegen/verilog/emit.ts';
import { whyNoVerilator } from '../../../sim/verilator/verilator.ts';
import { Timing } from '../../schedule/timing.ts';
import type { CompiledNetwork, LoweredNetwork } from '../compile.ts';
import { buildSimulation, FixedEngine, GraphEngine, simulate, simulateVerilog, simulatorFor, type Stall } from '../engines.ts';
import type { Sample } from '../host.ts';
import { Comparison, type Rung } from '../ladder.ts';
import { adopted, madeFor } from './adopt.ts';
import { madeUp } from './made-up.ts';
import { reload } from './reload.ts';

/**
 * Writes another network's weights into the hardware over AXI4-Lite, as a driver does, and compares what comes out with that network's
 * integers: in the emulator and in Verilator, with and without stalls.
 * @param other the network; made-up weights where absent
 */
export async function reloadedRungs(
  compiled: CompiledNetwork, samples: readonly Sample[], stall: Stall, other?: LoweredNetwork,
): Promise<Rung[]> {
  const { accelerator, folding, target, clock, fixed, emission } = compiled;
  const what = other === undefined ? 'made-up weights' : other.graph.name;
  const graph = other === undefined ? madeUp(fixed, 1) : adopted(other.fixed, madeFor(fixed), other.graph.name);
  const { bench, beats } = reload(accelerator, graph, folding!, new Timing(target, clock));
  const own = relabelled(samples, compiled, other);
  const engine = new FixedEngine(graph);
  const results = own.map((sample) => engine.run(sample));
  const { outputs } = (other ?? compiled).graph;
  const rungs: Rung[] = [];
  let started = performance.now();
  if (other !== undefined) {
    const reference = new GraphEngine(other);
    const comparison = new Comparison();
    comparison.samples(own.map((sample) => reference.run(sample)), results, outputs);
    rungs.push(comparison.rung(`${what}: graph = fixed`, own.length, started));
  }
  const beatsPerSample = bench.outputs.map((port) => port.elements / port.elementsPerBeat);
  const stalls = [undefined, stall];
  started = performance.now();
  const emulated = stalls.map((each) => simulate(bench, simulatorFor(bench, 'emulator'), own, { stall: each, loading: beats }));
  const comparison = new Comparison();
  for (const run of emulated) comparison.samples(results, run.samples, outputs);
  const written = `${beats.length.toLocaleString('en-US')} words over AXI4-Lite`;
  rungs.push(comparison.rung(`${what}: fixed = emulator, reloaded`, own.length, started, written));

  const name = `${what}: emulator = Verilator, reloaded`;
  const reason = await whyNoVerilator();
  if (reason !== undefined) return [...rungs, { name, status: 'skipped', reason }];
  started = performance.now();
  const model = await buildSimulation(bench, emitVerilog(bench.design, emission));
  const simulated = new Comparison();
  for (const [i, each] of stalls.entries()) {
    const verilog = await simulateVerilog(bench, model, own, { stall: each, loading: beats });
    simulated.simulations(emulated[i], verilog, beatsPerSample);
    simulated.samples(results, verilog.samples, outputs);
  }
  return [...rungs, simulated.rung(name, own.length, started, 'every beat and its cycle, with and without stalls')];
}

/** The samples under the names that the other network has for its inputs. */
function relabelled(samples: readonly Sample[], { graph: { inputs } }: CompiledNetwork, other: LoweredNetwork | undefined): readonly Sample[] {
  if (other === undefined) return samples;
  return samples.map((sample) => new Map(other.graph.inputs.map(({ name }, i) => [name, sample.get(inputs[i].name)!])));
}
