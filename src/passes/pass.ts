import type { FixedGraph } from '../fixed/ir.ts';

/** A pure rewrite of the fixed-point graph that keeps the integers of every output. */
export interface FixedPass {
  /** File name, flag and golden folder. */
  readonly name: string;
  readonly summary: string;
  /** Whether hardware cannot be made of what it leaves undone. */
  readonly required?: true;
  run(graph: FixedGraph): FixedGraph;
}
