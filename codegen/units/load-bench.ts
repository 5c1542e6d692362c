import { DesignBuilder, ModuleBuilder, term } from '../rtl/builder.ts';
import { bitsFor, type Design, type Signal } from '../rtl/ir.ts';
import type { Accelerator } from './accelerator.ts';
import { bankWords, banksOf } from './loadable.ts';
import { loadWindow, shellOf } from './shell.ts';

/** The stream by which a bench is told what to write: byte address in the upper 32 bits of a beat, the word in the lower ones. */
export const LOAD_STREAM = 'load';

/** A word and its place among the words of all memories. */
export interface LoadWord {
  readonly index: number;
  readonly value: bigint;
}

/** The words that bring what an accelerator's loadable memories hold at power-up into the memories of another one of the same layout. */
export function loadWords({ loads = [] }: Accelerator): LoadWord[] {
  return loads.flatMap((region) => Array.from({ length: banksOf(region.width) }, (_, bank) =>
    bankWords(region, bank).map((value, word) => ({ index: region.base + bank * region.stride + word, value }))).flat());
}

/** Beats for {@link LOAD_STREAM} of the bench of an accelerator. */
export function loadBeats(accelerator: Accelerator, words: readonly LoadWord[]): bigint[] {
  const { offset } = loadWindow(accelerator);
  return words.map(({ index, value }) => (BigInt(offset + 4 * index) << 32n) | value);
}

/**
 * A bench around the accelerator with its AXI4-Lite shell, for simulation: words from a stream are written by AXI4-Lite, and only when all
 * have been answered do the accelerator's own streams begin to move. Top module `NAME_load_bench`.
 */
export function loadBench(accelerator: Accelerator): Design {
  const design = new DesignBuilder();
  const { modules } = shellOf(accelerator);
  for (const module of modules) design.add(module);
  const shell = modules[modules.length - 1];
  const builder = new ModuleBuilder(shell.name.replace(/_axi$/, '_load_bench'), ['Writes words by AXI4-Lite before any sample goes in.']);
  const [valid, data] = [builder.input(`${LOAD_STREAM}_tvalid`, 1), builder.input(`${LOAD_STREAM}_tdata`, 64)];
  const all = loadWords(accelerator).length;
  const countBits = bitsFor(all);
  const answered = builder.register(countBits, { name: 'answered', reset: 0, comment: 'words that were written' });
  const complete = builder.compare('eq', answered, builder.constant(all, countBits), false, { name: 'complete' });
  const zero = (width: number): Signal => builder.constant(0, width);
  const control: Record<string, (width: number) => Signal> = {
    awaddr: (width) => builder.slice(data, 32, width), awvalid: () => valid, wdata: () => builder.slice(data, 0, 32),
    wstrb: (width) => builder.constant(-1, width), wvalid: () => valid, bready: () => builder.constant(1, 1),
  };
  const inputs: Record<string, Signal> = {};
  const sent = new Map<string, Signal>();
  for (const { name, direction, width } of shell.ports) {
    if (direction !== 'input') continue;
    const axi = /^s_axi_control_(\w+)$/.exec(name);
    if (axi !== null) inputs[name] = (control[axi[1]] ?? zero)(width);
    else if (name.endsWith('_tlast')) inputs[name] = zero(1);
    else if (/^s_axis_\d+_tvalid$/.test(name)) {
      sent.set(name, builder.input(name, width));
      inputs[name] = builder.and([sent.get(name)!, complete]);
    } else inputs[name] = builder.input(name, width);
  }
  const outputs = builder.instance('shell', shell, inputs);
  builder.drive(answered, builder.sum([term(answered), term(outputs.s_axi_control_bvalid)], 0, countBits));
  builder.output(`${LOAD_STREAM}_tready`, outputs.s_axi_control_awready);
  for (const { name, direction } of shell.ports) {
    if (direction !== 'output' || name.startsWith('s_axi_control_')) continue;
    builder.output(name, /^s_axis_\d+_tready$/.test(name) ? builder.and([outputs[name], complete]) : outputs[name]);
  }
  design.add(builder.finish());
  return design.finish();
}
