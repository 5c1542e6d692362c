import type { FixedGraph } from '../fixed/ir.ts';

/** Folded units with weights in memories, or everything in logic. */
export type Style = 'streaming' | 'unrolled';

/** What a pass must know of the hardware that is made. */
export interface PassContext {
  readonly style: Style;
  /** Whether foldings that somebody wrote count the rows and columns of layers as they are. */
  readonly isFolded?: boolean;
}

/** What is kept where nobody says what is made. */
export const STREAMING: PassContext = { style: 'streaming' };

/** A pure rewrite of the fixed-point graph that keeps the integers of every output. */
export interface FixedPass {
  /** File name, flag and golden folder. */
  readonly name: string;
  readonly summary: string;
  /** Whether hardware cannot be made of what it leaves undone. */
  readonly required?: true;
  run(graph: FixedGraph, context?: PassContext): FixedGraph;
}
