import { userError } from '../base/diagnostic.ts';
import { evaluateFixed, type Integers, type Memory } from '../fixed/evaluator.ts';
import type { FixedGraph, FixedNode, ValueId } from '../fixed/ir.ts';
import { evaluate, prepareGraph, type PreparedGraph } from '../graph/evaluator.ts';
import { sizeOf, type RealTensor } from '../graph/tensor.ts';
import { findLayer } from '../layers/index.ts';
import { evaluateDesign } from '../../codegen/rtl/evaluator.ts';
import type { Simulator } from '../../codegen/rtl/simulator.ts';
import { runStreams, stallPattern } from '../../codegen/rtl/stream-runner.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { LOAD_STREAM } from '../../codegen/units/load-bench.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { emulate } from '../../emulator/index.ts';
import { buildVerilator, type VerilatorModel } from '../../sim/verilator/build.ts';
import { runVerilator } from '../../sim/verilator/run.ts';
import type { LoweredNetwork } from './compile.ts';
import { decodeOutput, encodeSample, fromBeats, toBeats, type Sample } from './host.ts';

/** All ways to compute a network, from its meaning down to simulated Verilog. */
export const ENGINES = ['graph', 'fixed', 'rtl', 'emulator', 'verilator'] as const;
export type EngineName = (typeof ENGINES)[number];

/** What an engine computed for one sample. */
export interface SampleResult {
  /** The network's real outputs, in order. */
  readonly outputs: readonly RealTensor[];
  /** Codes of the quantizers that the engine shows, by the tensor name of the file. */
  readonly codes: ReadonlyMap<string, Float64Array>;
}

/** Beats of a simulated run: the cycle in which each was taken or given, counted from the first after reset. */
export interface BeatTimes {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

export interface Stall {
  readonly seed: number;
  /** Share of cycles in which an end of a stream does nothing. */
  readonly percent: number;
}

/** What a simulation of the accelerator showed for a run of samples. */
export interface SimulationResult {
  readonly samples: readonly SampleResult[];
  /** Raw beats of each input stream. */
  readonly inputBeats: readonly (readonly bigint[])[];
  /** Raw beats of each output stream. */
  readonly beats: readonly (readonly bigint[])[];
  /** TLAST of each output beat. */
  readonly ends: readonly (readonly boolean[])[];
  readonly times: BeatTimes;
  /** Beats of the inner streams that were watched, and their cycles. */
  readonly probes: readonly { readonly beats: readonly bigint[]; readonly cycles: readonly number[] }[];
}


/** Runs samples one after another: what a network's states become is kept from one to the next. */
export class GraphEngine {
  private readonly prepared: PreparedGraph;
  private readonly memory = new Map<string, RealTensor>();

  constructor(private readonly network: LoweredNetwork) {
    this.prepared = prepareGraph(network.graph, findLayer);
  }

  /** Codes of quantizers that do not depend on the input: those of weights. */
  get constantCodes(): ReadonlyMap<string, Float64Array> {
    return new Map([...this.prepared.constantCodes].map(([name, tensor]) => [name, tensor.values]));
  }

  run(sample: Sample): SampleResult {
    const codes = new Map<string, Float64Array>();
    const inputs = new Map(this.network.graph.inputs.map((input) => [input.name, { shape: input.shape, values: sample.get(input.name)! }]));
    const results = evaluate(this.prepared, inputs, (name, tensor) => codes.set(name, tensor.values), this.memory);
    return { outputs: this.network.graph.outputs.map((name) => results.get(name)!), codes };
  }
}

export class FixedEngine {
  private readonly memory: Memory = new Map();
  private readonly outputs: ReadonlySet<ValueId>;

  constructor(private readonly graph: FixedGraph) {
    this.outputs = new Set(graph.outputs.map((output) => output.value));
  }

  run(sample: Sample): SampleResult {
    const kept = ({ codes }: FixedNode, id: ValueId): boolean => codes !== undefined || this.outputs.has(id);
    const values = evaluateFixed(this.graph, encodeSample(this.graph, sample), { memory: this.memory, kept });
    return resultOf(this.graph, new Map(values.map((integers, value) => [value, integers])));
  }
}

/** Reads the real outputs and the quantizers' codes off the integers of values. */
export function resultOf(graph: FixedGraph, values: ReadonlyMap<ValueId, Integers>): SampleResult {
  const codes = new Map<string, Float64Array>();
  for (const [value, integers] of values) {
    for (const { tensorName, scale, offset, order } of graph.nodes[value].codes ?? []) {
      const found = new Float64Array(order?.length ?? integers.length);
      // Codes that nobody computes are no numbers.
      for (let i = 0; i < found.length; i++) found[i] = scale * (order === undefined ? integers[i] : order[i] < 0 ? NaN : integers[order[i]]) + offset;
      codes.set(tensorName, found);
    }
  }
  return { outputs: graph.outputs.map((output) => decodeOutput(graph, output, values.get(output.value)!)), codes };
}

/** What the host sends: the integers of each sample's inputs, and the beats of all samples, one list a stream. */
interface Sent {
  readonly integers: readonly ReadonlyMap<ValueId, Integers>[];
  readonly beats: readonly bigint[][];
}

function encodeAll(accelerator: Accelerator, samples: readonly Sample[]): Sent {
  const integers = samples.map((sample) => encodeSample(accelerator.graph, sample));
  const beats = accelerator.inputs.map((port) => integers.flatMap((values) => toBeats(port, values.get(port.value)!)));
  return { integers, beats };
}

function cycleLimit(samples: number, beats: readonly (readonly bigint[])[]): number {
  return 10_000_000 + 1000 * samples * Math.max(1, ...beats.map((list) => list.length));
}

export interface SimulationOptions {
  readonly stall?: Stall;
  /** Words that are written before the samples go in, for a design of `loadBench`. */
  readonly loading?: readonly bigint[];
}

function inputsOf(
  { inputs }: Accelerator, beats: readonly bigint[][], { loading }: SimulationOptions,
): { prefix: string; beats: readonly bigint[] }[] {
  const samples = inputs.map(({ prefix }, i) => ({ prefix, beats: beats[i] }));
  return loading === undefined ? samples : [...samples, { prefix: LOAD_STREAM, beats: loading }];
}

interface RawRun {
  readonly outputs: readonly { readonly beats: readonly bigint[]; readonly cycles: readonly number[]; readonly last?: readonly boolean[] }[];
  readonly inputs: readonly { readonly cycles: readonly number[] }[];
  readonly probes: SimulationResult['probes'];
}

function interpret(accelerator: Accelerator, sent: Sent, run: RawRun): SimulationResult {
  const { graph } = accelerator;
  // A run that was stopped early has whole results of the first samples only.
  const whole = Math.min(...accelerator.outputs.map((port, i) => Math.floor((run.outputs[i].beats.length * port.elementsPerBeat) / port.elements)));
  const results = sent.integers.slice(0, whole).map((inputs, s): SampleResult => {
    const values = new Map<ValueId, Integers>(inputs);
    const collect = (value: ValueId, port: { type: typeof graph.nodes[0]['type']; elementsPerBeat: number }, beats: readonly bigint[]): void => {
      const perSample = sizeOf(graph.nodes[value].shape) / port.elementsPerBeat;
      const own = beats.slice(s * perSample, (s + 1) * perSample);
      if (own.length === perSample) values.set(value, fromBeats(port, own));
    };
    accelerator.probes.forEach((probe, i) => { if (run.probes[i] !== undefined) collect(probe.value, probe, run.probes[i].beats); });
    accelerator.outputs.forEach((port, i) => collect(port.value, port, run.outputs[i].beats));
    return resultOf(graph, values);
  });
  return {
    samples: results, inputBeats: sent.beats, beats: run.outputs.map((output) => output.beats),
    ends: run.outputs.map((output) => output.last!),
    times: {
      inputs: run.inputs.slice(0, accelerator.inputs.length).map((input) => input.cycles), outputs: run.outputs.map((output) => output.cycles),
    },
    probes: run.probes,
  };
}

/** Streams the samples through a simulator of the accelerator (the RTL evaluator or the emulator), at most for `stopAfter` cycles. */
export function simulate(
  accelerator: Accelerator, simulator: Simulator, samples: readonly Sample[],
  options: SimulationOptions & { probes?: boolean; stopAfter?: number; onCycle?: (cycle: number) => void } = {},
): SimulationResult {
  const sent = encodeAll(accelerator, samples);
  const { beats } = sent;
  const run = runStreams(simulator, {
    inputs: inputsOf(accelerator, beats, options),
    outputs: accelerator.outputs.map((port) => ({ prefix: port.prefix, count: samples.length * (port.elements / port.elementsPerBeat), last: true })),
    ...(options.stall === undefined ? {} : { stall: stallPattern(options.stall.seed, options.stall.percent) }),
    probes: options.probes === true ? accelerator.probes.map((probe, i) => ({ ...probe, name: `probe${i}` })) : [],
    cycleLimit: cycleLimit(samples.length, [...beats, options.loading ?? []]), stopAfter: options.stopAfter,
    ...(options.onCycle === undefined ? {} : { onCycle: options.onCycle }),
  });
  return interpret(accelerator, sent, run);
}

/** The RTL evaluator or the WebAssembly emulator of an accelerator. */
export function simulatorFor(accelerator: Accelerator, engine: 'rtl' | 'emulator'): Simulator {
  return engine === 'rtl' ? evaluateDesign(accelerator.design) : emulate(accelerator.design);
}

/** Name of the top module. */
export function topOf(accelerator: Accelerator): string {
  const { modules } = accelerator.design;
  return modules[modules.length - 1].name;
}

/** Builds the simulation of an accelerator's Verilog; takes seconds to minutes where it is not cached. */
export function buildSimulation(
  accelerator: Accelerator, files: ReadonlyMap<string, string> = emitVerilog(accelerator.design),
): Promise<VerilatorModel> {
  return buildVerilator(files, topOf(accelerator));
}

/** Streams the samples through the simulated Verilog. */
export async function simulateVerilog(
  accelerator: Accelerator, model: VerilatorModel, samples: readonly Sample[], options: SimulationOptions = {},
): Promise<SimulationResult> {
  const sent = encodeAll(accelerator, samples);
  const { beats } = sent;
  const run = await runVerilator(model, {
    inputs: inputsOf(accelerator, beats, options),
    outputs: accelerator.outputs.map((port) => ({ prefix: port.prefix, count: samples.length * (port.elements / port.elementsPerBeat), last: true })),
    ...(options.stall === undefined ? {} : { stall: options.stall }),
    probes: [],
    cycleLimit: cycleLimit(samples.length, [...beats, options.loading ?? []]),
  });
  return interpret(accelerator, sent, { ...run, probes: [] });
}

/** Samples of a tensor file: its first dimension counts them, the others are the input's. */
export function samplesOf(network: Pick<LoweredNetwork, 'graph'>, tensor: { shape: readonly number[]; data: ArrayLike<number> }, origin: string): Sample[] {
  const { inputs } = network.graph;
  if (inputs.length !== 1) {
    throw userError('inputs', `the network has ${inputs.length} inputs`, { origin, help: 'networks with one input can be run from a file' });
  }
  const size = sizeOf(inputs[0].shape);
  const total = tensor.data.length;
  const tail = sizeOf(tensor.shape.slice(1));
  const single = total === size && tail !== size;
  if (!single && (tensor.shape.length < 2 || tail !== size)) {
    throw userError('input-shape', `shape [${tensor.shape.join(', ')}] where samples of [${inputs[0].shape.join(', ')}] are expected`, {
      origin, help: `the first dimension counts the samples, the others must have ${size} elements together`,
    });
  }
  for (let i = 0; i < total; i++) {
    if (!Number.isFinite(tensor.data[i])) {
      throw userError('input-value', `element ${i} is ${tensor.data[i]}`, { origin, help: 'inputs must be finite numbers' });
    }
  }
  const count = single ? 1 : tensor.shape[0];
  return Array.from({ length: count }, (_, s) =>
    new Map([[inputs[0].name, Float64Array.from({ length: size }, (_, i) => tensor.data[s * size + i])]]));
}

