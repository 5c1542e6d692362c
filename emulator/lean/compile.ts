import type { LinearNode, Signal } from '../../codegen/rtl/ir.ts';
import type { Layout } from '../layout.ts';
import type { Vectors } from '../vector/match.ts';
import { cellBytes } from '../vector/vec.ts';
import { op, type ValueType } from '../../src/base/wasm/instructions.ts';
import { ModuleBuilder, type FunctionBuilder } from '../../src/base/wasm/module.ts';
import { emitMoves, emitSamples } from '../history/sample.ts';
import type { Window, Windows } from '../history/windows.ts';
import { drivenPorts, emitDrive, type DrivenPort } from './drive.ts';
import { emitEdge } from './edge.ts';
import { LeanEmitter } from './emitter.ts';
import type { LeanDesign } from './graph.ts';
import type { EdgeFunction, Plan } from './plan.ts';
import { Rings } from './rings.ts';
import { emitStreams, findStreams, streamControl, wordData, type StreamControl, type StreamPorts } from './streams.ts';

export interface LeanCode {
  /** Exports `settle()`, `edge()`, `run(n)`: n times both, `play(n)`: driven by recorded values, and `stream(n)`; imports `env.memory`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly driven: readonly DrivenPort[];
  readonly streams: readonly StreamPorts[];
  readonly control: StreamControl;
}

/** The two halves of a clock cycle as functions. */
export interface CycleCode {
  readonly settle: FunctionBuilder;
  readonly edge: FunctionBuilder;
}

/** Writes the fast code of a design. */
export function compileLean(lean: LeanDesign, plan: Plan, layout: Layout, memories: ReadonlyMap<Signal, number>): LeanCode {
  const module = new ModuleBuilder();
  const { settle, edge } = emitCycle(module, lean, plan, layout, memories);
  const inputs = inputsOf(lean);
  const driven = drivenPorts(inputs.values(), layout);
  const drive = emitDrive(module, driven, layout);
  const streams = findStreams(inputs, lean, layout);
  const control = streamControl(layout);
  const push = (code: FunctionBuilder, signal: Signal, k: number): void => new LeanEmitter(code, lean, layout, plan, memories).word(signal, k);
  emitStreams(module, streams, control, layout, push, wordData(layout, push), settle, edge);
  module.export('settle', settle);
  module.export('edge', edge);
  module.export('run', repeated(module, [settle, edge]));
  module.export('play', repeated(module, [drive, settle, edge]));
  return { bytes: module.bytes(), driven, streams, control };
}

export function inputsOf({ nodes }: LeanDesign): Map<string, Signal> {
  return new Map(nodes.flatMap((node, signal) => (node.op === 'input' ? [[node.name, signal] as const] : [])));
}

/** Emits what a design does in a clock cycle. */
export function emitCycle(module: ModuleBuilder, lean: LeanDesign, plan: Plan, layout: Layout, memories: ReadonlyMap<Signal, number>): CycleCode {
  const roomOf = placeVectors(plan, layout);
  const waiting = new Map([...plan.late].map((signal) => [signal, layout.reserveVectors(8 * roomOf(signal))]));
  const emitter = (code: FunctionBuilder): LeanEmitter => new LeanEmitter(code, lean, layout, plan, memories);
  const settle = plan.settle.map((signals) => {
    const code = module.function();
    const e = emitter(code);
    for (const signal of signals) e.store(signal);
    return code;
  });
  const edges = plan.edges.map((each) => {
    const code = module.function();
    emitFunction(each, emitter(code), { waiting, memories, vectors: plan.vectors, windows: plan.windows, roomOf });
    return code;
  });
  const edge = calling(module, edges);
  emitMoves(edge, plan.windows?.all ?? []);
  for (const [signal, from] of waiting) {
    for (let k = 0; k < roomOf(signal); k++) edge.store(layout.of(signal) + 8 * k, () => edge.load(from + 8 * k));
  }
  const resets = resetFunction(module, lean, layout);
  whileReset(edge, layout, () => edge.call(resets));
  return { settle: calling(module, settle), edge };
}

/** `body` where the reset line is active. */
export function whileReset(code: FunctionBuilder, layout: Layout, body: () => void): void {
  code.i32(0);
  code.emit(op.i32Load, 2, layout.reset);
  code.if(body);
}

/** A function that calls the given ones n times, n at least 1. */
export function repeated(module: ModuleBuilder, functions: readonly FunctionBuilder[]): FunctionBuilder {
  const run = module.function(['i32']);
  run.emit(op.loop, 0x40);
  for (const each of functions) run.call(each);
  run.get(0);
  run.i32(1);
  run.emit(op.i32Sub);
  run.tee(0);
  run.emit(op.brIf, 0, op.end);
  return run;
}

/** Lays groups of state and rows of linear nodes side by side; gives the words that a clocked node's value takes. */
function placeVectors({ vectors: { groups, groupOf, rows } }: Plan, layout: Layout): (signal: Signal) => number {
  for (const { members, width } of groups) layout.placeSideBySide(members, cellBytes(width));
  for (const signal of rows) {
    const { resultWidth } = layout.node(signal) as LinearNode;
    layout.placeInCells(signal, { bytes: cellBytes(resultWidth), width: resultWidth });
  }
  return (signal) => {
    const group = groupOf.get(signal)?.group;
    return group === undefined ? layout.room(signal) : 2 * Math.ceil((group.members.length * cellBytes(group.width)) / 16);
  };
}

interface Places {
  readonly waiting: ReadonlyMap<Signal, number>;
  readonly memories: ReadonlyMap<Signal, number>;
  readonly vectors: Vectors;
  readonly windows: Windows | undefined;
  readonly roomOf: (signal: Signal) => number;
}

function emitFunction({ blocks, shared, fetched }: EdgeFunction, e: LeanEmitter, { waiting, memories, vectors, windows, roomOf }: Places): void {
  for (const signal of fetched) e.fetch(signal);
  for (const signal of shared) e.compute(signal);
  const target = (signal: Signal): number => waiting.get(signal) ?? e.layout.of(signal);
  // What waits is copied back in any case: without a new value, the old one must be there.
  for (const { enable, signals } of blocks) {
    if (enable === undefined) continue;
    for (const signal of signals) {
      if (!waiting.has(signal)) continue;
      for (let k = 0; k < roomOf(signal); k++) e.code.store(target(signal) + 8 * k, () => e.code.load(e.layout.of(signal) + 8 * k));
    }
  }
  for (const { enable, signals } of blocks) {
    const sampling = (signal: Signal): Window | undefined => windows?.taps.get(signal)?.window;
    const rings = new Rings(e.code, e.layout, e.flat.nodes, signals.filter((signal) => sampling(signal) === undefined), roomOf);
    const body = (): void => {
      rings.begin();
      for (const signal of signals) {
        const window = sampling(signal);
        if (window === undefined) emitEdge(signal, { e, rings, vectors, memories, target });
        else emitSamples(window, e);
      }
      rings.end();
    };
    if (enable === undefined) {
      body();
      continue;
    }
    e.condition(enable);
    e.code.if(() => e.branch(body));
  }
}

/** Reset loads registers whatever their enable says. */
function resetFunction(module: ModuleBuilder, lean: LeanDesign, layout: Layout): FunctionBuilder {
  const code = module.function();
  lean.order.forEach((signal) => {
    const node = lean.nodes[signal];
    if (node.op !== 'register' || node.reset === undefined) return;
    const { reset } = node;
    const cells = layout.cellsOf(signal);
    if (cells === undefined) {
      for (let k = 0; k < layout.words(signal); k++) code.store(layout.of(signal) + 8 * k, () => code.i64(reset >> BigInt(64 * k)));
      return;
    }
    code.i32(0);
    code.i64(reset);
    code.emit(cells.bytes === 2 ? op.i64Store16 : op.i64Store32, 0);
    code.offset(layout.of(signal));
  });
  return code;
}

/** A function that calls the given ones, with its own parameters. */
export function calling(module: ModuleBuilder, functions: readonly FunctionBuilder[], parameters: readonly ValueType[] = []): FunctionBuilder {
  const all = module.function(parameters);
  for (const each of functions) {
    parameters.forEach((_, i) => all.get(i));
    all.call(each);
  }
  return all;
}
