import { userError } from '../base/diagnostic.ts';
import { identifier } from '../base/names.ts';
import type { FixedGraph } from '../fixed/ir.ts';
import type { Graph } from '../graph/ir.ts';
import { lower } from '../passes/lower/lower.ts';
import { declareWeightFormats } from '../passes/declare-weight-formats.ts';
import { declareInputType } from '../passes/declare-input-type.ts';
import { leaveSoftmaxToHost } from '../passes/leave-softmax-to-host.ts';
import { requantizeAsTflite } from '../passes/requantize-as-tflite.ts';
import type { Style } from '../passes/pass.ts';
import { DEFAULT_PIPELINE, runPasses, type PassRecord } from '../passes/pipeline.ts';
import { describeDeadlock, Deadlock } from '../schedule/deadlock.ts';
import { valuesOfChanges } from '../schedule/changes.ts';
import { sizeFifos, sizeFifosForAllData, type FifoDepths, type SizedFifos } from '../schedule/fifos.ts';
import { addResources, DEVICES, NOTHING, type Resources } from '../schedule/devices.ts';
import { chooseFolding, describeFolding, withWeightMemory, type Folding, type FoldingGoal } from '../schedule/folding.ts';
import { readFolding, rewritableUnits, type FoldingFile } from '../schedule/folding-file.ts';
import type { Network } from '../schedule/performance.ts';
import { planOf, type WeightMemory } from '../schedule/plan.ts';
import { findTarget, TARGETS, type Target } from '../schedule/targets.ts';
import { Timing } from '../schedule/timing.ts';
import { unitsOf } from '../schedule/units.ts';
import { rememberSpeed } from './latency.ts';
import { isOpen, OPTIMIZATIONS, type Choice } from './optimizations.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { inputCost, unitCost } from '../../codegen/units/streaming/cost.ts';
import { REUSES, type Reuse } from '../../codegen/arithmetic/optimize.ts';
import type { ProductChoices } from '../../codegen/arithmetic/product-plan.ts';
import { emitVerilog, type VerilogOptions } from '../../codegen/verilog/emit.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { unrolledAccelerator } from '../../codegen/units/unrolled/accelerator.ts';
import { rewritableLayers } from './weights/layers.ts';
import { wishedFolding } from './wishes.ts';

export const STYLES = ['streaming', 'unrolled'] as const satisfies readonly Style[];
export type { Style };

export const REQUANTIZATIONS = ['exact', 'tflite'] as const;
export type Requantization = (typeof REQUANTIZATIONS)[number];

/** What is made where neither the user nor the network's author says otherwise. */
export const DEFAULT_STYLE: Style = 'streaming';
export const DEFAULT_TARGET = 'xc7';

/** Style, target, clock and folding that are left out are the network's wishes, where it has some. */
export interface CompileOptions {
  readonly style?: Style;
  /** Name of a row of `TARGETS`. */
  readonly target?: string;
  /** Clock period aimed for, in nanoseconds; the target's own where absent. */
  readonly clock?: number;
  /** Type of the network's inputs, where the file has no quantizer on them: see `parseNumberType`. */
  readonly inputType?: string;
  /** How int8 layers round their sums to codes: as the file says, exactly, or as TensorFlow Lite's kernels do. */
  readonly requantize?: Requantization;
  /** Text and name of a folding file. */
  readonly folding?: FoldingFile;
  /** Streaming style: what the folding shall reach; the fastest that fits a share of a middle-sized device where absent. */
  readonly goal?: FoldingGoal;
  /** Layers whose weights, and what follows from them, can be written at run time: all, or by name. */
  readonly runtimeWeights?: 'all' | readonly string[];
  /** Streaming style: where weights lie; where they cost less if absent. A folding file comes before it. */
  readonly weightMemory?: WeightMemory;
  /** Rounds of search for smaller products in cells of slices; 0 where absent. */
  readonly effort?: number;
  /** Names of `OPTIMIZATIONS` that are left out. */
  readonly without?: readonly string[];
  /** Called with the graph that each pass left. */
  readonly after?: (pass: string, graph: FixedGraph) => void;
}

/** A network before hardware: as its author wrote it, and as integers. */
export interface LoweredNetwork {
  readonly graph: Graph;
  readonly fixed: FixedGraph;
  /** What the host must still do, and other things the user should know. */
  readonly notes: readonly string[];
  /** What each pass over the integers left, in their order. */
  readonly passes: readonly PassRecord[];
}

export interface CompiledNetwork extends LoweredNetwork {
  readonly accelerator: Accelerator;
  readonly target: Target;
  readonly clock: number;
  /** Clock period that the plan of registers is predicted to need, in nanoseconds, control and memories not included. */
  readonly period: number;
  /** How Verilog is written: a target that somebody chose brings its cells, beside the portable form. */
  readonly emission: VerilogOptions;
  /** Streaming style: what each unit does in a cycle. */
  readonly folding?: Folding;
  /** Streaming style: what was reached, and what the next step would cost. */
  readonly decision?: string;
  /** Streaming style: beats that each FIFO holds. */
  readonly fifos?: FifoDepths;
  /** How the network was lowered, where weights can be written at run time: others must be lowered in the same way. */
  readonly loadable?: LoadableOptions;
}

export interface LoadableOptions {
  readonly runtimeWeights: 'all' | readonly string[];
  readonly inputType?: string;
  readonly requantize?: Requantization;
  readonly without?: readonly string[];
}

/** Lowers a network to the fixed-point IR and runs the passes; `isFolded` where somebody wrote a folding for it. */
export function lowerNetwork(
  network: Graph, options: Pick<CompileOptions, 'style' | 'inputType' | 'requantize' | 'runtimeWeights' | 'without' | 'after'> & { isFolded?: boolean } = {},
): LoweredNetwork {
  const notes: string[] = [];
  const { graph: withoutSoftmax, note } = leaveSoftmaxToHost(network);
  if (note !== undefined) notes.push(note);
  const typed = declareInputType(withoutSoftmax, options.inputType);
  const { graph, exact } = options.requantize === 'tflite' ? requantizeAsTflite(typed) : { graph: typed, exact: [] };
  if (exact.length > 0) notes.push(`${exact.join(', ')} stay exact: what is before them is no layer of TensorFlow Lite that is known here`);
  const rewritable = rewritableLayers(network, options.runtimeWeights);
  const lowered = rewritable === undefined ? lower(graph) : lower(declareWeightFormats(graph), rewritable);
  const { without = [] } = options;
  const pipeline = DEFAULT_PIPELINE.filter((name) => !without.includes(name));
  const style: Style = (options.style ?? network.wishes?.style ?? DEFAULT_STYLE) === 'unrolled' ? 'unrolled' : 'streaming';
  const isFolded = style === 'streaming' && (options.isFolded === true || network.wishes?.folding !== undefined);
  const { graph: fixed, records: passes } = runPasses(lowered, pipeline, options.after, { style, isFolded });
  return { graph, fixed: { ...fixed, name: identifier(fixed.name) }, notes, passes };
}

/** Compiles a network to hardware in the RTL IR. */
export function compileNetwork(network: Graph, options: CompileOptions = {}): CompiledNetwork {
  const { wishes } = network;
  const unknown = (options.without ?? []).filter((name) => OPTIMIZATIONS.every((each) => each.name !== name));
  if (unknown.length > 0) throw new Error(`no optimization is called ${unknown.join(', ')}`);
  const targetName = options.target ?? wishes?.target ?? DEFAULT_TARGET;
  const target = findTarget(targetName);
  if (target === undefined) {
    throw userError('target', `no target is called ${targetName}`, { help: `use one of ${TARGETS.map((each) => each.name).join(', ')}` });
  }
  const isChosen = options.target !== undefined || wishes?.target !== undefined;
  const clock = options.clock ?? wishes?.clock ?? target.defaultClock;
  const products = productChoices(options);
  const emission: VerilogOptions = { ...(isChosen ? { target: targetName } : {}), timing: { target: targetName, clock }, products };
  const named = rewritableUnits(options.folding);
  const runtimeWeights = options.runtimeWeights ?? (named.length > 0 ? named : undefined);
  const lowered = lowerNetwork(network, { ...options, runtimeWeights, isFolded: options.folding !== undefined });
  if ((options.style ?? wishes?.style ?? DEFAULT_STYLE) === 'unrolled') {
    if (runtimeWeights !== undefined) {
      throw userError('style', 'the weights of an unrolled accelerator are logic and cannot be written at run time', {
        help: 'take --style streaming',
      });
    }
    if (options.weightMemory !== undefined) {
      throw userError('style', 'the weights of an unrolled accelerator are logic and lie in no memory', { help: 'take --style streaming' });
    }
    if (options.goal !== undefined || options.folding !== undefined) {
      throw userError('style', 'an unrolled accelerator has no folding: it takes a frame every clock cycle', { help: 'take --style streaming' });
    }
    const timing = new Timing(target, clock, isChosen ? products : undefined);
    const accelerator = unrolledAccelerator(lowered.fixed, timing, {
      truthTables: isOpen('truth-tables', options.without), rowRanges: isOpen('row-ranges', options.without),
    });
    return { ...lowered, target, clock, emission, period: timing.period, accelerator };
  }
  const streaming = withinBudget(options.goal ?? defaultGoals(target.name), (goal) => buildStreaming(network, lowered.fixed, target, clock, { ...options, goal }));
  return {
    ...lowered, target, clock, emission, ...streaming,
    ...(runtimeWeights === undefined ? {} : { loadable: { runtimeWeights, inputType: options.inputType, requantize: options.requantize, without: options.without } }),
  };
}

const REUSE_CHOICES: Readonly<Record<Reuse, Choice>> = { trees: 'related-rows', pairs: 'shared-pairs' };

function productChoices({ without, effort }: Pick<CompileOptions, 'without' | 'effort'>): ProductChoices {
  return { leaveOut: REUSES.filter((reuse) => !isOpen(REUSE_CHOICES[reuse], without)), rounds: effort };
}

type Streaming = Pick<CompiledNetwork, 'accelerator' | 'period' | 'folding' | 'decision' | 'fifos'>;

function buildStreaming(
  network: Graph, graph: FixedGraph, target: Target, clock: number, options: CompileOptions & { readonly goal: FoldingGoal },
): Streaming {
  const units = unitsOf(graph);
  const context = { graph, timing: new Timing(target, clock) };
  const automatic = chooseFolding(units, graph, options.goal, DEVICES[target.name], (unit, fold) => {
    const cost = unitCost(unit, { ...fold, memory: options.weightMemory }, context);
    return addResources(cost.unit, cost.window ?? NOTHING, inputCost(unit, fold, context));
  }, (fold) => fold.sparse !== true || isOpen('sparse-words', options.without));
  const wished = options.folding === undefined ? wishedFolding(network, units, graph, automatic.folding) : undefined;
  const base = withWeightMemory(wished ?? automatic.folding, units, options.weightMemory);
  const chosen = options.folding === undefined ? { folding: base, fifos: new Map<string, number>() }
    : readFolding(options.folding, units, graph, base);
  const bound = Math.max(...units.map((unit) => planOf(unit, chosen.folding.get(unit.name)!, graph).cycles));
  let sized: SizedFifos | undefined;
  const size = (model: Network, widths: ReadonlyMap<string, number>): FifoDepths => {
    sized = sizedFifos(model, widths, chosen.fifos, bound, options.folding?.fileName);
    return sized.depths;
  };
  // A plan of its own: the search for the folding has asked for much that is not built.
  const timing = new Timing(target, clock);
  const accelerator = streamingAccelerator(graph, { folding: chosen.folding, timing, sizeFifos: size });
  rememberSpeed(accelerator.network, sized!.speed);
  return {
    period: timing.period, folding: chosen.folding, fifos: sized!.depths, accelerator,
    ...(options.folding === undefined && wished === undefined ? { decision: describeFolding(automatic) } : {}),
  };
}

/** How often a budget is made smaller by what FIFOs and streams between the units take. */
const BUDGET_TURNS = 4;

/** The search reckons with the smallest FIFOs: where those that were built do not keep to the budget, it looks again with what they leave. */
function withinBudget(goal: FoldingGoal, build: (goal: FoldingGoal) => Streaming): Streaming {
  let made = build(goal);
  if (goal.kind !== 'budget') return made;
  let budget = goal.budget;
  for (let turn = 0; turn < BUDGET_TURNS; turn++) {
    const total = addResources(...made.accelerator.estimates!.values());
    const over = (Object.keys(budget) as (keyof Resources)[]).filter((kind) => total[kind] > goal.budget[kind]!);
    if (over.length === 0) break;
    budget = { ...budget, ...Object.fromEntries(over.map((kind) => [kind, budget[kind]! - (total[kind] - goal.budget[kind]!)])) };
    made = build({ ...goal, budget });
  }
  return made;
}

/** Shares of a middle-sized device that a network gets where nobody says how much: the first that it fits into. */
const SHARES: readonly (readonly [share: number, name: string])[] = [[0.25, 'a quarter of '], [0.5, 'half of '], [1, ''], [Infinity, 'more than ']];

function defaultGoals(target: string): FoldingGoal {
  const { name, lut, ff, bram, dsp } = DEVICES[target];
  return {
    kind: 'budgets',
    budgets: SHARES.map(([share, part]) => (
      { what: part + name, budget: share === Infinity ? {} : { lut: share * lut, ff: share * ff, bram: share * bram, dsp } })),
  };
}

/** Verilog and memory files of a compiled network by name. */
export function verilogOf({ accelerator, emission }: CompiledNetwork): Map<string, string> {
  return emitVerilog(accelerator.design, emission);
}

/** @throws UserError where FIFOs that somebody chose are too small for anything to move */
function sizedFifos(
  model: Network, widths: ReadonlyMap<string, number>, fixed: FifoDepths, bound: number, origin: string | undefined,
): SizedFifos {
  try {
    return valuesOfChanges(model).size === 0 ? sizeFifos(model, widths, fixed, bound) : sizeFifosForAllData(model, widths, fixed);
  } catch (error) {
    if (!(error instanceof Deadlock)) throw error;
    throw userError('deadlock', describeDeadlock(error.report), {
      ...(origin === undefined ? {} : { origin }), help: 'give the FIFOs named as full more beats, or leave their depths out: then they are sized',
    });
  }
}
