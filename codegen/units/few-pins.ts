import { divisors } from '../../src/base/divisors.ts';
import { userError } from '../../src/base/diagnostic.ts';
import { narrowStream, widenStream } from '../../hdl-templates/index.ts';
import { DesignBuilder, ModuleBuilder, type Wire } from '../rtl/builder.ts';
import { topModule, type Design, type Module, type Signal } from '../rtl/ir.ts';
import type { Accelerator } from './accelerator.ts';

/** An accelerator whose streams are narrow enough for the pins of a part. */
export interface PinnedDesign {
  readonly design: Design;
  readonly top: string;
  /** Prefix of the accelerator's own names in the design: empty where its streams fit as they are. */
  readonly inside: string;
  /** By stream: bits of TDATA at the pins, and the beats there that make one of the accelerator's. */
  readonly streams: readonly { readonly prefix: string; readonly width: number; readonly beats: number }[];
}

const INSTANCE = 'accelerator';

/**
 * The accelerator with at most `pins` pins, clock and reset included. Where its streams are wider, a top module `NAME_pins` has the same
 * AXI4-Stream ports in fewer whole bytes: a beat of the accelerator comes as several, least significant bytes first, and TLAST is in
 * the last of them. The widest streams are narrowed first.
 * @throws UserError where not even one byte a stream leaves enough pins
 */
export function withFewPins(accelerator: Accelerator, pins: number): PinnedDesign {
  const { design, inputs, outputs } = accelerator;
  const core = topModule(design);
  const ports = [...inputs, ...outputs];
  const beats = ports.map(() => 1);
  // Clock and reset; of each stream TDATA with TVALID and TREADY, of results with TLAST.
  const needed = (): number => ports.reduce((sum, { dataWidth }, i) => sum + dataWidth / beats[i] + 2, 2 + outputs.length);
  while (needed() > pins) {
    const width = (i: number): number => ports[i].dataWidth / beats[i];
    const widest = ports.reduce((most, _, i) => (width(i) > width(most) ? i : most), 0);
    const next = divisors(ports[widest].dataWidth / 8).find(count => count > beats[widest]);
    if (next === undefined) {
      throw userError('too-few-pins', `${core.name} has ${ports.length} streams, which need ${needed()} pins, of ${pins}`, {
        help: 'name a part in a larger package',
      });
    }
    beats[widest] = next;
  }
  const streams = ports.map(({ prefix, dataWidth }, i) => ({ prefix, width: dataWidth / beats[i], beats: beats[i] }));
  if (beats.every(count => count === 1)) return { design, top: core.name, inside: '', streams };
  const builder = new DesignBuilder();
  for (const module of design.modules) builder.add(module);
  const top = wrapper(accelerator, core, beats, builder);
  builder.add(top);
  return { design: builder.finish(), top: top.name, inside: `${INSTANCE}.`, streams };
}

function wrapper({ graph, inputs, outputs }: Accelerator, core: Module, beats: readonly number[], design: DesignBuilder): Module {
  const narrowed = [...inputs, ...outputs].flatMap(({ prefix, dataWidth }, i) => (
    beats[i] === 1 ? [] : [`${prefix}: ${beats[i]} beats of ${dataWidth / beats[i]} bits each, least significant first`]));
  const builder = new ModuleBuilder(`${core.name}_pins`, [`${graph.name}: the accelerator ${core.name} with few pins`, ...narrowed]);
  const read: Record<string, Signal> = {};
  const rings = new Map<string, Wire>();
  const later = (port: string): Signal => {
    rings.set(port, builder.wire(1, { name: `${port}_ring` }));
    return rings.get(port)!.signal;
  };
  inputs.forEach(({ prefix, dataWidth }, i) => {
    const width = dataWidth / beats[i];
    const valid = builder.input(`${prefix}_tvalid`, 1);
    const data = builder.input(`${prefix}_tdata`, width);
    const wide = beats[i] === 1 ? { out_valid: valid, out_data: data }
      : builder.instance(`${prefix}_widen`, design.add(widenStream.model({ WIDTH: width, RATIO: beats[i] })), {
        in_valid: valid, in_data: data, out_ready: later(`${prefix}_tready`),
      });
    read[`${prefix}_tvalid`] = wide.out_valid;
    read[`${prefix}_tdata`] = wide.out_data;
    if (beats[i] > 1) builder.output(`${prefix}_tready`, (wide as Record<string, Signal>).in_ready);
  });
  outputs.forEach(({ prefix }, i) => {
    const ready = `${prefix}_tready`;
    read[ready] = beats[inputs.length + i] === 1 ? builder.input(ready, 1) : later(ready);
  });
  const made = builder.instance(INSTANCE, core, read);
  inputs.forEach(({ prefix }, i) => {
    const ready = made[`${prefix}_tready`];
    if (beats[i] === 1) builder.output(`${prefix}_tready`, ready);
    else rings.get(`${prefix}_tready`)!.connect(ready);
  });
  outputs.forEach(({ prefix, dataWidth }, i) => {
    const count = beats[inputs.length + i];
    const [valid, data, last] = ['tvalid', 'tdata', 'tlast'].map(port => made[`${prefix}_${port}`]);
    if (count === 1) {
      for (const port of ['tvalid', 'tdata', 'tlast']) builder.output(`${prefix}_${port}`, made[`${prefix}_${port}`]);
      return;
    }
    // TLAST travels on top of each part, and is set in the last part alone.
    const width = dataWidth / count;
    const parts = Array.from({ length: count }, (_, part) => (
      [builder.slice(data, part * width, width), part === count - 1 ? last : builder.constant(0, 1)])).flat();
    const narrow = builder.instance(`${prefix}_narrow`, design.add(narrowStream.model({ WIDTH: width + 1, RATIO: count })), {
      in_valid: valid, in_data: builder.concat(parts), out_ready: builder.input(`${prefix}_tready`, 1),
    });
    rings.get(`${prefix}_tready`)!.connect(narrow.in_ready);
    builder.output(`${prefix}_tvalid`, narrow.out_valid);
    builder.output(`${prefix}_tdata`, builder.slice(narrow.out_data, 0, width));
    builder.output(`${prefix}_tlast`, builder.slice(narrow.out_data, width, 1));
  });
  return builder.finish();
}
