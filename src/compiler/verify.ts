import { flatten } from '../../codegen/rtl/flatten.ts';
import { netlistForSimulation } from '../../sim/yosys/netlist.ts';
import { synthesize, type SynthesisReport } from '../../sim/yosys/synthesize.ts';
import { whyNoVerilator } from '../../sim/verilator/verilator.ts';
import type { VerilatorModel } from '../../sim/verilator/build.ts';
import { verilogOf, type CompiledNetwork, type LoweredNetwork } from './compile.ts';
import { buildSimulation, FixedEngine, GraphEngine, simulate, simulateVerilog, simulatorFor, topOf, type SampleResult, type SimulationResult } from './engines.ts';
import type { Sample } from './host.ts';
import { modelFor, predictTimes } from './latency.ts';
import { Comparison, type Rung } from './ladder.ts';
import { reloadedRungs } from './weights/verify.ts';

export interface VerifyOptions {
  /** Samples for the RTL evaluator, which is slow and says what the RTL IR means. */
  readonly rtlSamples: number;
  /** Samples for Verilator and for the netlist. */
  readonly verilatorSamples: number;
  readonly netlistSamples: number;
  /** Whether the netlist after synthesis is simulated; synthesis takes seconds to minutes. */
  readonly netlist: boolean;
  /** Expected real outputs, one list of elements a sample. */
  readonly expected?: readonly (readonly Float64Array[])[];
  /** A network whose weights are written into the hardware at run time, which then must be that network; made-up weights where absent. */
  readonly other?: LoweredNetwork;
  readonly progress?: (step: string, done: number, total: number) => void;
}

export interface Verification {
  readonly rungs: readonly Rung[];
  readonly synthesis?: SynthesisReport;
  /** What Verilator (or, without it, the emulator) showed without stalls. */
  readonly simulation?: SimulationResult;
  /** Results of the fixed-point engine, for accuracy. */
  readonly results: readonly SampleResult[];
}

const STALL = { seed: 1, percent: 30 };
/** Nodes that the RTL evaluator computes in a run, at most: about 20 seconds. */
const RTL_PATIENCE = 2e8;

/**
 * Climbs the ladder: graph = fixed = RTL evaluator = emulator = Verilator = netlist; in between, where weights can be written at run time, the
 * hardware becomes another network. Stops at the first rung that fails; a rung that
 * cannot be run is `skipped` with its reason.
 */
export async function verify(compiled: CompiledNetwork, samples: readonly Sample[], options: VerifyOptions): Promise<Verification> {
  return new Ladder(compiled, samples, options).climb();
}

class Ladder {
  private readonly rungs: Rung[] = [];
  private results: SampleResult[] = [];
  private synthesis: SynthesisReport | undefined;
  private simulation: SimulationResult | undefined;
  private readonly beatsPerSample: number[];

  constructor(private readonly compiled: CompiledNetwork, private readonly samples: readonly Sample[], private readonly options: VerifyOptions) {
    this.beatsPerSample = compiled.accelerator.outputs.map((port) => port.elements / port.elementsPerBeat);
  }

  async climb(): Promise<Verification> {
    const steps = [
      () => this.graphAndFixed(), () => this.expectation(), () => this.rtlAndEmulator(), () => this.fixedAndEmulator(),
      () => this.prediction(), () => this.verilator(), () => this.reloaded(), () => this.netlist(),
    ];
    for (const step of steps) {
      await step();
      if (this.rungs.some((rung) => rung.status === 'failed')) break;
    }
    return { rungs: this.rungs, results: this.results, synthesis: this.synthesis, simulation: this.simulation };
  }

  private get outputNames(): readonly string[] {
    return this.compiled.graph.outputs;
  }

  private async each<T>(step: string, samples: readonly Sample[], run: (sample: Sample) => T): Promise<T[]> {
    const results: T[] = [];
    for (const sample of samples) {
      results.push(run(sample));
      this.options.progress?.(step, results.length, samples.length);
      if (results.length % 16 === 0) await new Promise((resolve) => { setImmediate(resolve); });
    }
    return results;
  }

  private async graphAndFixed(): Promise<void> {
    const started = performance.now();
    const graph = new GraphEngine(this.compiled);
    const fixed = new FixedEngine(this.compiled.fixed);
    const reference = await this.each('graph', this.samples, (sample) => graph.run(sample));
    this.results = await this.each('fixed', this.samples, (sample) => fixed.run(sample));
    const comparison = new Comparison();
    comparison.samples(reference, this.results, this.outputNames);
    this.rungs.push(comparison.rung('graph = fixed', this.samples.length, started));
  }

  private expectation(): void {
    const { expected } = this.options;
    if (expected === undefined) return;
    const started = performance.now();
    const comparison = new Comparison();
    const shown = expected.map((outputs): SampleResult => ({
      codes: new Map(),
      outputs: outputs.map((values) => ({ shape: [values.length], values, errors: values.map((value) => (Number.isInteger(value) ? 0 : 1e-9 * Math.abs(value))) })),
    }));
    comparison.samples(shown, this.results, this.outputNames);
    this.rungs.push(comparison.rung('fixed = expected', expected.length, started));
  }

  private async rtlAndEmulator(): Promise<void> {
    const samples = this.samples.slice(0, this.options.rtlSamples);
    const { accelerator } = this.compiled;
    const started = performance.now();
    const comparison = new Comparison();
    const rtlSimulator = simulatorFor(accelerator, 'rtl');
    const emulated = simulatorFor(accelerator, 'emulator');
    const stopAfter = Math.ceil(RTL_PATIENCE / flatten(accelerator.design).nodes.length);
    let stopped = false;
    for (const stall of [undefined, STALL]) {
      this.options.progress?.('rtl', stall === undefined ? 0 : 1, 2);
      await new Promise((resolve) => { setImmediate(resolve); });
      const rtl = simulate(accelerator, rtlSimulator, samples, { stall, probes: true, stopAfter });
      const emulator = simulate(accelerator, emulated, samples, { stall, probes: true, stopAfter });
      stopped ||= rtl.samples.length < samples.length;
      comparison.simulations(rtl, emulator, this.beatsPerSample);
      comparison.probes(rtl, emulator, accelerator.probes.map(({ valid }) => valid));
      comparison.samples(rtl.samples, emulator.samples, this.outputNames);
      comparison.samples(this.results.slice(0, rtl.samples.length), rtl.samples, this.outputNames);
    }
    const detail = `${stopped ? `the first ${stopAfter.toLocaleString('en-US')} clock cycles, ` : ''}with and without stalls`;
    this.rungs.push(comparison.rung('fixed = RTL evaluator = emulator', samples.length, started, detail));
  }

  private fixedAndEmulator(): void {
    const started = performance.now();
    this.options.progress?.('emulator', 0, 1);
    const { accelerator } = this.compiled;
    const result = simulate(accelerator, simulatorFor(accelerator, 'emulator'), this.samples, { probes: true });
    this.simulation = result;
    const comparison = new Comparison();
    comparison.samples(this.results, result.samples, this.outputNames);
    this.rungs.push(comparison.rung('fixed = emulator', this.samples.length, started));
  }

  private prediction(): void {
    const started = performance.now();
    const samples = this.samples.length;
    const comparison = new Comparison();
    comparison.times(predictTimes(modelFor(this.compiled.accelerator, this.samples), samples), this.simulation!.times);
    this.rungs.push(comparison.rung('predicted cycles = emulator', samples, started));
  }

  private async verilator(): Promise<void> {
    const reason = await whyNoVerilator();
    const name = 'emulator = Verilator';
    if (reason !== undefined) {
      this.rungs.push({ name, status: 'skipped', reason });
      return;
    }
    const started = performance.now();
    this.options.progress?.('building Verilator model', 0, 1);
    const model = await buildSimulation(this.compiled.accelerator, verilogOf(this.compiled));
    this.options.progress?.('verilator', 0, 1);
    this.rungs.push(await this.againstVerilog(name, model, this.samples.slice(0, this.options.verilatorSamples), started));
  }

  private async againstVerilog(name: string, model: VerilatorModel, samples: readonly Sample[], started: number): Promise<Rung> {
    const { accelerator } = this.compiled;
    const comparison = new Comparison();
    for (const stall of [undefined, STALL]) {
      const emulated = simulate(accelerator, simulatorFor(accelerator, 'emulator'), samples, { stall });
      const verilog = await simulateVerilog(accelerator, model, samples, { stall });
      comparison.simulations(emulated, verilog, this.beatsPerSample);
      comparison.samples(this.results.slice(0, samples.length), verilog.samples, this.outputNames);
      if (stall === undefined) this.simulation = verilog;
    }
    return comparison.rung(name, samples.length, started, 'every beat and its cycle, with and without stalls');
  }

  private async reloaded(): Promise<void> {
    if (this.compiled.accelerator.loads === undefined) return;
    this.options.progress?.('weights at run time', 0, 1);
    this.rungs.push(...await reloadedRungs(this.compiled, this.samples.slice(0, this.options.verilatorSamples), STALL, this.options.other));
  }

  private async netlist(): Promise<void> {
    const name = 'Verilator = netlist after synthesis';
    if (!this.options.netlist) {
      this.rungs.push({ name, status: 'skipped', reason: 'not asked for (--netlist)' });
      return;
    }
    const reason = await whyNoVerilator();
    if (reason !== undefined) {
      this.rungs.push({ name, status: 'skipped', reason });
      return;
    }
    const started = performance.now();
    const { accelerator, target } = this.compiled;
    this.synthesis = await synthesize(verilogOf(this.compiled), topOf(accelerator), {
      target: target.name, progress: ({ done, total }) => this.options.progress?.('synthesizing', done, total),
    });
    const netlist = await netlistForSimulation(this.synthesis);
    if ('skipped' in netlist) {
      this.rungs.push({ name, status: 'skipped', reason: netlist.skipped });
      return;
    }
    this.options.progress?.('building netlist model', 0, 1);
    const model = await buildSimulation(accelerator, netlist.files);
    this.rungs.push(await this.againstVerilog(name, model, this.samples.slice(0, this.options.netlistSamples), started));
  }
}
