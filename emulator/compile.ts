import type { FlatDesign } from '../codegen/rtl/flatten.ts';
import type { Signal } from '../codegen/rtl/ir.ts';
import { isState } from '../codegen/rtl/order.ts';
import { emitEdge } from './edge.ts';
import { Emitter } from './emitter.ts';
import { Layout, wordsOf } from './layout.ts';
import { valueOf } from './operators/index.ts';
import { edgeOrder } from './state.ts';
import { op } from './wasm/instructions.ts';
import { ModuleBuilder, type FunctionBuilder } from './wasm/module.ts';

/** A function that grows past so many bytes ends: engines optimize only functions of moderate size. */
const FUNCTION_BYTES = 6000;

export interface CompiledDesign {
  readonly flat: FlatDesign;
  readonly layout: Layout;
  /** First word of each ram's contents. */
  readonly memories: ReadonlyMap<Signal, number>;
  /** Exports `settle()`, `edge()` and `run(n)`: n times both; imports `env.memory`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function compileDesign(flat: FlatDesign): CompiledDesign {
  const layout = new Layout(flat);
  const memories = new Map<Signal, number>();
  flat.nodes.forEach((node, signal) => {
    if (node.op === 'constant') layout.start(signal, node.value);
    if (node.op === 'register' && node.reset !== undefined) layout.start(signal, node.reset);
    if (node.op === 'ram') memories.set(signal, layout.reserve(node.depth * wordsOf(node.width)));
  });

  const module = new ModuleBuilder();
  const settle = inFunctions(module, flat, layout, flat.order, (signal, emitter) => {
    const node = flat.nodes[signal];
    if (isState(node) || node.op === 'input' || node.op === 'constant') return;
    const value = valueOf(node, emitter, memories.get(signal) ?? 0);
    if ('words' in value) emitter.define(signal, value.words, value.clean);
    else value.procedure(layout.of(signal));
  });

  const { order, late } = edgeOrder(flat);
  const waiting = new Map([...late].map((signal) => [signal, layout.reserve(layout.words(signal))]));
  const edge = inFunctions(module, flat, layout, order, (signal, emitter) =>
    emitEdge(signal, waiting.get(signal) ?? layout.of(signal), emitter, { memories }));
  const commit = inFunctions(module, flat, layout, [...late], (signal, { code }) => {
    const [from, to] = [waiting.get(signal)!, layout.of(signal)];
    for (let k = 0; k < layout.words(signal); k++) code.store(to + 8 * k, () => code.load(from + 8 * k));
  });

  const settleAll = calling(module, settle);
  const edgeAll = calling(module, [...edge, ...commit]);
  const run = module.function(['i32']);
  run.emit(op.loop, 0x40);
  run.call(settleAll);
  run.call(edgeAll);
  run.get(0);
  run.i32(1);
  run.emit(op.i32Sub);
  run.tee(0);
  run.emit(op.brIf, 0, op.end);
  module.export('settle', settleAll);
  module.export('edge', edgeAll);
  module.export('run', run);
  return { flat, layout, memories, bytes: module.bytes() };
}

/** Emits the signals' code one after another into as many functions as it takes. */
function inFunctions(
  module: ModuleBuilder, flat: FlatDesign, layout: Layout, signals: readonly Signal[],
  emit: (signal: Signal, emitter: Emitter) => void,
): FunctionBuilder[] {
  const functions: FunctionBuilder[] = [];
  let emitter: Emitter | undefined;
  for (const signal of signals) {
    if (emitter === undefined || emitter.code.size > FUNCTION_BYTES) {
      const code = module.function();
      functions.push(code);
      emitter = new Emitter(code, flat, layout);
    }
    emit(signal, emitter);
  }
  return functions;
}

function calling(module: ModuleBuilder, functions: readonly FunctionBuilder[]): FunctionBuilder {
  const all = module.function();
  for (const each of functions) all.call(each);
  return all;
}
