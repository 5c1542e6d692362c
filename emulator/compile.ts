import type { FlatDesign } from '../codegen/rtl/flatten.ts';
import type { Signal } from '../codegen/rtl/ir.ts';
import { isState } from '../codegen/rtl/order.ts';
import { Emitter } from './emitter.ts';
import { retime, type Retimed } from './history/retime.ts';
import { findWindows, pushPosition, pushTapWord, type Windows } from './history/windows.ts';
import { Layout, wordsOf } from './layout.ts';
import { compileLean, type LeanCode } from './lean/compile.ts';
import { plan } from './lean/plan.ts';
import { simplify } from './lean/simplify.ts';
import { valueOf } from './operators/index.ts';
import { ModuleBuilder } from '../src/base/wasm/module.ts';

/** A function that grows past so many bytes ends: engines optimize only functions of moderate size. */
const FUNCTION_BYTES = 6000;

export interface CompiledDesign {
  readonly flat: FlatDesign;
  readonly layout: Layout;
  /** First word of each ram's contents. */
  readonly memories: ReadonlyMap<Signal, number>;
  /** What runs cycle by cycle. */
  readonly fast: LeanCode;
  /** Registers that are no state of the fast code: their values follow from what it notes of earlier cycles. */
  readonly derived: ReadonlySet<Signal>;
  /** The signal that has the given one's value and is kept up to date by the fast code; none where only `show` computes it. */
  readonly kept: (signal: Signal) => Signal | undefined;
  /**
   * Code that computes every combinational signal from state and inputs, for those who look: exports `settle()`. It takes more room
   * in memory than `fast` alone.
   */
  readonly show: () => Uint8Array<ArrayBuffer>;
}

/** How a design is compiled. */
export interface CompileOptions {
  /** Every register stays in a place of its own, so that `poke` can overwrite any; slower. */
  readonly faults?: boolean;
}

export function compileDesign(flat: FlatDesign, { faults = false }: CompileOptions = {}): CompiledDesign {
  const retimed: Retimed = faults ? { flat, taps: new Set() } : retime(flat);
  const lean = simplify(retimed.flat);
  const layout = new Layout(lean);
  const memories = new Map<Signal, number>();
  flat.nodes.forEach((node, signal) => {
    if (node.op === 'ram') memories.set(signal, layout.reserve(node.depth * wordsOf(node.width)));
  });
  const windows = findWindows(lean, retimed.taps, layout);
  const planned = plan(lean, { windows });
  const fast = compileLean(lean, planned, layout, memories);
  flat.nodes.forEach((node, signal) => {
    if (node.op === 'register' && node.reset !== undefined) layout.start(signal, node.reset);
    if (node.op === 'ram' && node.contents !== undefined) layout.fillMemory(memories.get(signal)!, node.width, node.contents);
  });
  const kept = (signal: Signal): Signal | undefined => {
    const standIn = lean.standIn[signal];
    return planned.stored(standIn) && !windows.taps.has(standIn) ? standIn : undefined;
  };
  const derived = new Set(flat.nodes.flatMap((node, signal) =>
    (isState(node) && (retimed.taps.has(signal) || !isState(retimed.flat.nodes[signal])) ? [signal] : [])));
  return { flat, layout, memories, fast, derived, kept, show: () => compileShow(retimed.flat, windows, layout, memories) };
}

function compileShow(flat: FlatDesign, { taps }: Windows, layout: Layout, memories: ReadonlyMap<Signal, number>): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const all = module.function();
  let emitter: Emitter | undefined;
  for (const signal of flat.order) {
    const node = flat.nodes[signal];
    if (node.op === 'constant') layout.start(signal, node.value);
    const tap = taps.get(signal);
    if ((isState(node) && tap === undefined) || node.op === 'input' || node.op === 'constant') continue;
    if (emitter === undefined || emitter.code.size > FUNCTION_BYTES) {
      const code = module.function();
      all.call(code);
      emitter = new Emitter(code, flat, layout);
    }
    if (tap !== undefined) {
      const { code } = emitter;
      emitter.define(signal, (k) => pushTapWord(code, tap, k, () => pushPosition(code, tap.window.now)), true);
      continue;
    }
    const value = valueOf(node, emitter, memories.get(signal) ?? 0);
    if ('words' in value) emitter.define(signal, value.words, value.clean);
    else value.procedure(layout.of(signal));
  }
  module.export('settle', all);
  return module.bytes();
}
