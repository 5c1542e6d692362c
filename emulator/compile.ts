import type { FlatDesign } from '../codegen/rtl/flatten.ts';
import type { Signal } from '../codegen/rtl/ir.ts';
import { isState } from '../codegen/rtl/order.ts';
import { Emitter } from './emitter.ts';
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
  /** The signal that has the given one's value and is kept up to date by the fast code; none where only `show` computes it. */
  readonly kept: (signal: Signal) => Signal | undefined;
  /**
   * Code that computes every combinational signal from state and inputs, for those who look: exports `settle()`. It takes more room
   * in memory than `fast` alone.
   */
  readonly show: () => Uint8Array<ArrayBuffer>;
}

export function compileDesign(flat: FlatDesign): CompiledDesign {
  const lean = simplify(flat);
  const layout = new Layout(lean);
  const memories = new Map<Signal, number>();
  flat.nodes.forEach((node, signal) => {
    if (node.op === 'ram') memories.set(signal, layout.reserve(node.depth * wordsOf(node.width)));
  });
  const planned = plan(lean);
  const fast = compileLean(lean, planned, layout, memories);
  flat.nodes.forEach((node, signal) => {
    if (node.op === 'register' && node.reset !== undefined) layout.start(signal, node.reset);
    if (node.op === 'ram' && node.contents !== undefined) layout.fillMemory(memories.get(signal)!, node.width, node.contents);
  });
  const kept = (signal: Signal): Signal | undefined => {
    const standIn = lean.standIn[signal];
    return planned.stored(standIn) ? standIn : undefined;
  };
  return { flat, layout, memories, fast, kept, show: () => compileShow(flat, layout, memories) };
}

function compileShow(flat: FlatDesign, layout: Layout, memories: ReadonlyMap<Signal, number>): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const all = module.function();
  let emitter: Emitter | undefined;
  for (const signal of flat.order) {
    const node = flat.nodes[signal];
    if (node.op === 'constant') layout.start(signal, node.value);
    if (isState(node) || node.op === 'input' || node.op === 'constant') continue;
    if (emitter === undefined || emitter.code.size > FUNCTION_BYTES) {
      const code = module.function();
      all.call(code);
      emitter = new Emitter(code, flat, layout);
    }
    const value = valueOf(node, emitter, memories.get(signal) ?? 0);
    if ('words' in value) emitter.define(signal, value.words, value.clean);
    else value.procedure(layout.of(signal));
  }
  module.export('settle', all);
  return module.bytes();
}
