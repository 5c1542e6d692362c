import { withFewPins } from '../../codegen/units/few-pins.ts';
import { emitVerilog } from '../../codegen/verilog/emit.ts';
import { placeAndRoute, type Part, type Placement } from '../../sim/nextpnr/index.ts';
import { netlistJson, synthesize, type SynthesisReport } from '../../sim/yosys/index.ts';
import type { CompiledNetwork } from '../compiler/compile.ts';
import type { Progress } from './progress.ts';

export interface PlacedNetwork {
  readonly synthesis: SynthesisReport;
  readonly placement: Placement;
  /** What the user should know of the streams at the pins. */
  readonly notes: readonly string[];
  readonly verilog: ReadonlyMap<string, string>;
  readonly top: string;
}

/** Synthesizes the network with streams as narrow as the part's pins ask, places and routes it. */
export async function placeNetwork(
  compiled: CompiledNetwork, part: Part, search: { readonly seed: number; readonly attempts: number }, progress: Progress,
): Promise<PlacedNetwork> {
  const { design, top, inside, streams } = withFewPins(compiled.accelerator, part.pins);
  const verilog = emitVerilog(design, compiled.emission);
  const synthesis = await synthesize(verilog, top, {
    target: 'ice40', progress: ({ done, total }) => progress.report('synthesizing', done, total),
  });
  const placement = await placeAndRoute(netlistJson(synthesis), top, {
    part, clock: compiled.clock, ...search, inside: [inside, ...(compiled.accelerator.style === 'unrolled' ? ['core.'] : [])],
    progress: (attempt, attempts) => progress.report('placing and routing', attempt, attempts),
  });
  const notes = streams.filter(({ beats }) => beats > 1).map(({ prefix, width, beats }) => (
    `${prefix} has ${width} bits at the pins of ${part.device.summary}: ${beats} beats for one of the accelerator's, module ${top}`));
  return { synthesis, placement, notes, verilog, top };
}
