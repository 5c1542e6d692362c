import type { Integers } from '../fixed/evaluator.ts';
import type { DotNode, FixedGraph, IntegerType, ValueId } from '../fixed/ir.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { Network, Stage } from './performance.ts';

/** A product that adds to its sums what changed elements make of them, as the performance model has it. */
export type DeltaStage = Extract<Stage, { kind: 'delta' }>;

/** Why a product cannot follow the changes of its vector; undefined where it can. */
export function whyNoDelta(dot: DotNode, window: unknown, graph: FixedGraph): string | undefined {
  if (window !== undefined) return 'its vectors are windows of an image, of which many come in a frame';
  if (dot.groups !== 1) return 'it is a product in groups';
  if (sizeOf(graph.nodes[dot.arg].shape) !== dot.columns) return 'more than one vector comes in a frame';
  if (dot.rewritable !== undefined) return 'sums that were made with other weights would stay when its weights are written';
  if (dot.lmul !== undefined) return 'its products are approximate: those of differences are not the differences of products';
  return undefined;
}

/** What elements count as in front of the first frame: a stored word of zeros. */
export function elementAtReset(type: IntegerType): number {
  return type.bipolar ? -1 : 0;
}

/** Every element of every beat changes. */
export function mostPasses(simd: number): Int32Array {
  return Int32Array.of(simd);
}

/** No element changes: the last beat of a frame makes its results all the same. */
export function fewestPasses(beats: number): Int32Array {
  return new Int32Array(beats).fill(1, beats - 1);
}

/**
 * By beat of all frames from reset on: how many passes over the rows it takes. Each changed element takes one, and so do the first element of
 * the first frame, which sets the sums, and the last beat of a frame of which nothing changed, which gives them.
 */
export function passesOf(frames: readonly Integers[], type: IntegerType, simd: number): Int32Array {
  const columns = frames[0]?.length ?? simd;
  const beats = columns / simd;
  const passes = new Int32Array(Math.max(1, frames.length) * beats);
  let before: ArrayLike<number> = new Float64Array(columns).fill(elementAtReset(type));
  frames.forEach((frame, f) => {
    for (let i = 0; i < columns; i++) {
      if (frame[i] !== before[i] || (f === 0 && i === 0)) passes[f * beats + Math.floor(i / simd)]++;
    }
    const last = (f + 1) * beats - 1;
    passes[last] = Math.max(1, passes[last]);
    before = frame;
  });
  return passes;
}

/** The values whose changes decide when beats of the network move. */
export function valuesOfChanges({ stages }: Network): Set<ValueId> {
  return new Set(stages.flatMap((stage) => (stage.kind === 'delta' ? [stage.value] : [])));
}

/** The network with other changes: `passes` for each product that follows them. */
export function withPasses(network: Network, passes: (stage: DeltaStage) => Int32Array): Network {
  return { ...network, stages: network.stages.map((stage) => (stage.kind === 'delta' ? { ...stage, passes: passes(stage) } : stage)) };
}

/**
 * The network in which products that follow changes take nothing of a frame before all results of the last one are gone. The hardware takes
 * more, how much depends on data: FIFOs that suffice here suffice for every data, see docs/dataflow.md.
 */
export function withoutOverlap(network: Network): Network {
  return { ...network, stages: network.stages.map((stage) => (stage.kind === 'delta' ? { ...stage, overlaps: false } : stage)) };
}
