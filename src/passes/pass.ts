import type { FixedGraph } from '../fixed/ir.ts';

/** A pure rewrite of the fixed-point graph that keeps the integers of every output. */
export interface FixedPass {
  /** File name, flag and golden folder. */
  readonly name: string;
  readonly summary: string;
  run(graph: FixedGraph): FixedGraph;
}
