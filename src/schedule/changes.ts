import type { Integers } from '../fixed/evaluator.ts';
import type { IntegerType, ValueId } from '../fixed/ir.ts';
import type { Network, Stage } from './performance.ts';
import type { MatrixUnit } from './units.ts';

/** A product that adds to its sums what changed elements make of them, as the performance model has it. */
export type DeltaStage = Extract<Stage, { kind: 'delta' }>;

/** Why a product cannot follow the changes of its vector; undefined where it can. */
export function whyNoDelta({ dot, window, after }: Pick<MatrixUnit, 'dot' | 'window' | 'after'>): string | undefined {
  if (window !== undefined) return 'its vectors are windows of an image, each of other pixels than the one before';
  if (dot.groups !== 1) return 'it is a product in groups';
  if (dot.rewritable !== undefined) return 'sums that were made with other weights would stay when its weights are written';
  if (after !== undefined && 'rewritable' in after && after.rewritable !== undefined) return 'the quantizer behind it can be written at run time';
  if (dot.lmul !== undefined) return 'its products are approximate: those of differences are not the differences of products';
  return undefined;
}

/** What elements count as in front of the first vector: a stored word of zeros. */
export function elementAtReset(type: IntegerType): number {
  return type.bipolar ? -1 : 0;
}

/** Every element of every beat changes. */
export function mostPasses(simd: number): Int32Array {
  return Int32Array.of(simd);
}

/** No element changes: the last beat of a vector makes its results all the same. */
export function fewestPasses(beats: number): Int32Array {
  return new Int32Array(beats).fill(1, beats - 1);
}

/**
 * By beat of all frames from reset on, each of one vector or several: how many passes over the rows it takes. Each element that differs from the
 * vector before takes one, and so do the first element of the first vector, which sets the sums, and the last beat of a vector of which nothing
 * differs, which gives them.
 */
export function passesOf(frames: readonly Integers[], type: IntegerType, { simd, beats }: Pick<DeltaStage, 'simd' | 'beats'>): Int32Array {
  const columns = beats * simd;
  const vectors = frames.reduce((sum, frame) => sum + frame.length, 0) / columns;
  const passes = new Int32Array(vectors * beats);
  const last = new Float64Array(columns).fill(elementAtReset(type));
  let element = 0;
  for (const frame of frames) {
    for (const value of frame) {
      const column = element % columns;
      if (value !== last[column] || element === 0) passes[Math.floor(element / simd)]++;
      last[column] = value;
      element++;
    }
  }
  for (let end = beats - 1; end < passes.length; end += beats) passes[end] = Math.max(1, passes[end]);
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

/** Stages whose results are on their way for some cycles, in which more beats are taken or fewer: by when the results must wait. */
const PIPELINES: ReadonlySet<Stage['kind']> = new Set(['matrix', 'runs', 'pipeline', 'delta']);

/**
 * The network in which products that follow changes (of `all`, every pipeline) take nothing while results are on their way. The hardware takes
 * more, how much depends on when results must wait: FIFOs that suffice here suffice for all data, see docs/dataflow.md.
 */
export function withoutOverlap(network: Network, all = false): Network {
  const concerned = ({ kind }: Stage): boolean => kind === 'delta' || (all && PIPELINES.has(kind));
  return { ...network, stages: network.stages.map((stage) => (concerned(stage) ? { ...stage, overlaps: false } as Stage : stage)) };
}
