import { streamingAccelerator } from '../../../codegen/units/streaming/accelerator.ts';
import { loadBeats, loadBench, loadWords } from '../../../codegen/units/load-bench.ts';
import type { Accelerator } from '../../../codegen/units/accelerator.ts';
import { layoutHash } from '../../../codegen/units/shell.ts';
import type { FixedGraph } from '../../fixed/ir.ts';
import type { Folding } from '../../schedule/folding.ts';
import type { Timing } from '../../schedule/timing.ts';

/** Another network on hardware that was made for one of its structure. */
export interface Reload {
  /** The hardware with the other network's words in its memories at power-up. */
  readonly accelerator: Accelerator;
  /** A bench around the hardware as it was made, and the beats that write the other network's words. */
  readonly bench: Accelerator;
  readonly beats: readonly bigint[];
}

/** The hardware of a graph that was adopted, with its own words at power-up; FIFO depths do not matter to words. */
export function acceleratorWith(graph: FixedGraph, folding: Folding, timing: Timing): Accelerator {
  return streamingAccelerator(graph, { folding, timing });
}

/** How the words of `graph`, which was adopted, come into the memories of `made`. */
export function reload(made: Accelerator, graph: FixedGraph, folding: Folding, timing: Timing): Reload {
  const accelerator = acceleratorWith(graph, folding, timing);
  if (layoutHash(accelerator) !== layoutHash(made)) throw new Error('an adopted graph whose words lie elsewhere');
  // The bench is the hardware as it was made, but its streams mean what the other network's do.
  return { accelerator, bench: { ...made, graph, design: loadBench(made) }, beats: loadBeats(made, loadWords(accelerator)) };
}
