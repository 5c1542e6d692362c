import { userError } from '../base/diagnostic.ts';
import { identifier } from '../base/names.ts';
import type { FixedGraph } from '../fixed/ir.ts';
import type { Graph } from '../graph/ir.ts';
import { lower } from '../passes/lower/lower.ts';
import { declareInputType } from '../passes/declare-input-type.ts';
import { leaveSoftmaxToHost } from '../passes/leave-softmax-to-host.ts';
import { requantizeAsTflite } from '../passes/requantize-as-tflite.ts';
import { runPasses } from '../passes/pipeline.ts';
import { defaultFolding, readFolding, type Folding } from '../schedule/folding.ts';
import { findTarget, TARGETS, type Target } from '../schedule/targets.ts';
import { Timing } from '../schedule/timing.ts';
import { unitsOf } from '../schedule/units.ts';
import type { Accelerator } from '../../codegen/units/accelerator.ts';
import { streamingAccelerator } from '../../codegen/units/streaming/accelerator.ts';
import { unrolledAccelerator } from '../../codegen/units/unrolled/accelerator.ts';

export const STYLES = ['streaming', 'unrolled'] as const;
export type Style = (typeof STYLES)[number];

export const REQUANTIZATIONS = ['exact', 'tflite'] as const;
export type Requantization = (typeof REQUANTIZATIONS)[number];

export interface CompileOptions {
  readonly style: Style;
  /** Name of a row of `TARGETS`. */
  readonly target: string;
  /** Clock period aimed for, in nanoseconds; the target's own where absent. */
  readonly clock?: number;
  /** Type of the network's inputs, where the file has no quantizer on them: see `parseNumberType`. */
  readonly inputType?: string;
  /** How int8 layers round their sums to codes: as the file says, exactly, or as TensorFlow Lite's kernels do. */
  readonly requantize?: Requantization;
  /** Text and name of a folding file. */
  readonly folding?: { readonly text: string; readonly fileName: string };
  /** Called with the graph that each pass left. */
  readonly after?: (pass: string, graph: FixedGraph) => void;
}

/** A network before hardware: as its author wrote it, and as integers. */
export interface LoweredNetwork {
  readonly graph: Graph;
  readonly fixed: FixedGraph;
  /** What the host must still do, and other things the user should know. */
  readonly notes: readonly string[];
}

export interface CompiledNetwork extends LoweredNetwork {
  readonly accelerator: Accelerator;
  readonly target: Target;
  readonly clock: number;
  /** Streaming style: what each unit does in a cycle. */
  readonly folding?: Folding;
}

/** Lowers a network to the fixed-point IR and runs the passes. */
export function lowerNetwork(network: Graph, options: Pick<CompileOptions, 'inputType' | 'requantize' | 'after'> = {}): LoweredNetwork {
  const notes: string[] = [];
  const { graph: withoutSoftmax, note } = leaveSoftmaxToHost(network);
  if (note !== undefined) notes.push(note);
  const typed = options.inputType === undefined ? withoutSoftmax : declareInputType(withoutSoftmax, options.inputType);
  const graph = options.requantize === 'tflite' ? requantizeAsTflite(typed) : typed;
  const { graph: fixed } = runPasses(lower(graph), undefined, options.after);
  return { graph, fixed: { ...fixed, name: identifier(fixed.name) }, notes };
}

/** Compiles a network to hardware in the RTL IR. */
export function compileNetwork(network: Graph, options: CompileOptions): CompiledNetwork {
  const target = findTarget(options.target);
  if (target === undefined) {
    throw userError('target', `no target is called ${options.target}`, { help: `use one of ${TARGETS.map((each) => each.name).join(', ')}` });
  }
  const clock = options.clock ?? target.defaultClock;
  const timing = new Timing(target, clock);
  const lowered = lowerNetwork(network, options);
  if (options.style === 'unrolled') {
    return { ...lowered, target, clock, accelerator: unrolledAccelerator(lowered.fixed, timing) };
  }
  const units = unitsOf(lowered.fixed);
  const automatic = defaultFolding(units, lowered.fixed);
  const folding = options.folding === undefined ? automatic
    : readFolding(options.folding.text, options.folding.fileName, units, lowered.fixed, automatic);
  return { ...lowered, target, clock, folding, accelerator: streamingAccelerator(lowered.fixed, { folding, timing }) };
}
